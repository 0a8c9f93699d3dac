"""Trains GCN and GAT by cairn and by PyTorch Geometric in turns on the same folder, and says how they compare.

usage: compare.py CAIRN PROGRAMS RESULTS --dataset FOLDER [--smoke] [--rounds N] [--epochs N] [--threads N]

A round is one seed of each: cairn, then every way of the peer (sparse or scattered messages, sparse or dense features);
the peer's best way counts. Writes RESULTS/training_NAME.json and .md: medians and extremes of seconds an epoch, most
memory, test accuracy with its standard deviation, and ratios. Ends with 1 where accuracies lie more than two standard
errors and a point apart, since times of different trainings say nothing. Leave the machine alone meanwhile.
"""
import itertools
import json
import pathlib
import statistics
import subprocess
import sys

from common import cairn, results
from common.arguments import parser_of, parsed
from common.turns import spread

HERE = pathlib.Path(__file__).parent


def run_cairn(args, model, seed):
    run = cairn.train(args.cairn, args.dataset, {"model": model, "seed": seed, "epochs": args.epochs, "patience": 0,
                                                 "threads": args.threads})
    return {"peer": f"cairn {run['version']}", "seconds": run["seconds_per_epoch"]["median"],
            "accuracy": run["test"]["accuracy"]["mean"], "memory": run["peak_memory_bytes"]}


def run_peer(args, model, seed, path, features):
    words = [sys.executable, str(HERE / "pyg_training.py"), args.dataset, model, "--path", path,
             "--epochs", str(args.epochs), "--seed", str(seed), "--threads", str(args.threads)]
    if features == "dense":
        words.append("--dense-features")
    run = json.loads(subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True).stdout)
    return {"peer": run["peer"], "seconds": run["seconds"], "accuracy": run["accuracy"],
            "memory": run["peak_memory_bytes"]}


def summary(runs):
    accuracy = [run["accuracy"] for run in runs]
    return {"name": runs[0]["peer"], "seconds": spread([run["seconds"] for run in runs]),
            "accuracy": {"mean": statistics.mean(accuracy), "std": statistics.stdev(accuracy)},
            "memory": max(run["memory"] for run in runs)}


def compare(args, model):
    ways = list(itertools.product(("sparse", "scatter"), ("sparse", "dense")))
    ours, theirs = [], {way: [] for way in ways}
    for seed in range(args.rounds):
        ours.append(run_cairn(args, model, seed))
        for way in ways:
            theirs[way].append(run_peer(args, model, seed, *way))
    own = summary(ours)
    peers = {way: summary(runs) for way, runs in theirs.items()}
    best = min(peers, key=lambda way: peers[way]["seconds"]["median"])
    peer = peers[best]
    apart = abs(own["accuracy"]["mean"] - peer["accuracy"]["mean"])
    error = (own["accuracy"]["std"] ** 2 + peer["accuracy"]["std"] ** 2) ** 0.5 / args.rounds ** 0.5
    return {"model": model, "cairn": own, "peer": peer, "peer_way": "messages {}, features {}".format(*best),
            "other_ways": {"messages {}, features {}".format(*way): peers[way]["seconds"]["median"]
                           for way in ways if way != best},
            "times_faster": peer["seconds"]["median"] / own["seconds"]["median"],
            "times_smaller": peer["memory"] / own["memory"], "same_accuracy": apart <= 2 * error + 0.01}


def row(name, result):
    accuracy = result["accuracy"]
    return [name, results.spread_cell(result["seconds"]), results.megabytes(result["memory"]),
            f"{100 * accuracy['mean']:.1f} +- {100 * accuracy['std']:.1f}"]


def lines_of(result):
    others = ", ".join(f"{way} {1e3 * seconds:.1f}" for way, seconds in result["other_ways"].items())
    return ["", f"## {result['model']}", "",
            *results.table(["program", "ms an epoch", "MB at most", "test accuracy %"],
                           [row(result["cairn"]["name"], result["cairn"]),
                            row(f"{result['peer']['name']}, {result['peer_way']}", result["peer"]),
                            ["ratio", f"{result['times_faster']:.1f}", f"{result['times_smaller']:.0f}", ""]]),
            "", f"Other ways of the peer, ms an epoch: {others}."]


def main():
    parser = parser_of(__doc__)
    parser.add_argument("--dataset", required=True)
    parser.add_argument("--epochs", type=int)
    args = parsed(parser, rounds=5)
    if args.rounds < 2:
        parser.error("--rounds: accuracies are compared by their spread, so at least 2 seeds")
    args.epochs = args.epochs or (40 if args.smoke else 200)
    found = [compare(args, model) for model in ("gcn", "gat")]
    name = pathlib.Path(args.dataset).name
    lines = [f"{args.rounds} seeds in turns, {args.epochs} epochs each. An epoch is forward, backward, step and the",
             "validation scores. By `benchmarks/peers/run.sh`.", *(line for one in found for line in lines_of(one))]
    title = f"Training on {name}, cairn beside PyTorch Geometric"
    results.write(args.results / f"training_{name}", title, args.threads, lines,
                  {"rounds": args.rounds, "epochs": args.epochs, "results": found})
    sys.exit(0 if all(result["same_accuracy"] for result in found) else 1)


main()
