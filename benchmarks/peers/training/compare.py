"""Trains GCN and GAT by cairn and by PyTorch Geometric in turns on the same folder, and says how they compare.

usage: compare.py CAIRN FOLDER RESULTS [--rounds N] [--epochs N] [--threads N]

A round is one seed of each: cairn, then every way of the peer (sparse or scattered messages, sparse or dense features);
the peer's best way counts. Writes RESULTS.json and RESULTS.md: medians and extremes of seconds an epoch, most memory,
test accuracy with its standard deviation, and ratios. Ends with 1 where accuracies lie more than two standard errors and
a point apart, since times of different trainings say nothing. Leave the machine alone meanwhile.
"""
import argparse
import itertools
import json
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()


def run_cairn(args, model, seed):
    with tempfile.TemporaryDirectory() as scratch:
        out = pathlib.Path(scratch) / "run.json"
        subprocess.run([args.cairn, "train", args.folder, "--model", model, "--seed", str(seed), "--epochs",
                        str(args.epochs), "--patience", "0", "--threads", str(args.threads), "--quiet", "--json",
                        str(out)], check=True, stdout=subprocess.DEVNULL)
        run = json.loads(out.read_text())
    return {"peer": f"cairn {run['version']}", "seconds": run["seconds_per_epoch"]["median"],
            "accuracy": run["test"]["accuracy"]["mean"], "memory": run["peak_memory_bytes"]}


def run_peer(args, model, seed, path, features):
    words = [sys.executable, "-W", "ignore", str(HERE / "pyg_training.py"), args.folder, model, "--path", path,
             "--epochs", str(args.epochs), "--seed", str(seed), "--threads", str(args.threads)]
    if features == "dense":
        words.append("--dense-features")
    run = json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)
    return {"peer": run["peer"], "seconds": run["seconds"], "accuracy": run["accuracy"],
            "memory": run["peak_memory_bytes"]}


def summary(runs):
    seconds = [run["seconds"] for run in runs]
    accuracy = [run["accuracy"] for run in runs]
    return {"name": runs[0]["peer"], "seconds": {"median": statistics.median(seconds), "min": min(seconds),
                                                 "max": max(seconds)},
            "accuracy": {"mean": statistics.mean(accuracy), "std": statistics.stdev(accuracy)},
            "memory": max(run["memory"] for run in runs)}


def compare(args, model):
    ways = list(itertools.product(("sparse", "scatter"), ("sparse", "dense")))
    ours, theirs = [], {way: [] for way in ways}
    for seed in range(args.rounds):
        ours.append(run_cairn(args, model, seed))
        for way in ways:
            theirs[way].append(run_peer(args, model, seed, *way))
    cairn = summary(ours)
    peers = {way: summary(runs) for way, runs in theirs.items()}
    best = min(peers, key=lambda way: peers[way]["seconds"]["median"])
    peer = peers[best]
    apart = abs(cairn["accuracy"]["mean"] - peer["accuracy"]["mean"])
    error = (cairn["accuracy"]["std"] ** 2 + peer["accuracy"]["std"] ** 2) ** 0.5 / args.rounds ** 0.5
    return {"model": model, "cairn": cairn, "peer": peer, "peer_way": "messages {}, features {}".format(*best),
            "other_ways": {"messages {}, features {}".format(*way): peers[way]["seconds"]["median"]
                           for way in ways if way != best},
            "times_faster": peer["seconds"]["median"] / cairn["seconds"]["median"],
            "times_smaller": peer["memory"] / cairn["memory"], "same_accuracy": apart <= 2 * error + 0.01}


def row(name, result):
    seconds = result["seconds"]
    return "| {} | {:.3f} ({:.3f} to {:.3f}) | {:.0f} | {:.1f} +- {:.1f} |".format(
        name, 1e3 * seconds["median"], 1e3 * seconds["min"], 1e3 * seconds["max"], result["memory"] / 1e6,
        100 * result["accuracy"]["mean"], 100 * result["accuracy"]["std"])


def table(args, results):
    lines = [f"# Training on {pathlib.Path(args.folder).name}, cairn beside PyTorch Geometric", "",
             f"{processor()}, {args.threads} threads; {args.rounds} seeds in turns, {args.epochs} epochs each. An epoch is",
             "forward, backward, step and the validation scores. By `benchmarks/peers/training/run.sh`.", ""]
    for result in results:
        lines += [f"## {result['model']}", "", "| | ms an epoch | MB at most | test accuracy % |", "|---|---|---|---|",
                  row(result["cairn"]["name"], result["cairn"]),
                  row(f"{result['peer']['name']}, {result['peer_way']}", result["peer"]),
                  f"| ratio | {result['times_faster']:.1f} | {result['times_smaller']:.0f} | |", "",
                  "Other ways of the peer, ms an epoch: " + ", ".join(
                      f"{way} {1e3 * seconds:.1f}" for way, seconds in result["other_ways"].items()) + ".", ""]
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("cairn")
    parser.add_argument("folder")
    parser.add_argument("results", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=200)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    results = [compare(args, model) for model in ("gcn", "gat")]
    args.results.with_suffix(".json").write_text(json.dumps(
        {"processor": processor(), "threads": args.threads, "rounds": args.rounds, "epochs": args.epochs,
         "results": results}, indent=2) + "\n")
    args.results.with_suffix(".md").write_text(table(args, results))
    print(table(args, results))
    sys.exit(0 if all(result["same_accuracy"] for result in results) else 1)


main()
