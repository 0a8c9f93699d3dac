"""Times epochs of one model on one dataset by cairn and by peers in turns, from the same weights, and compares results.

A round is one training run of each, in a process of its own. Checked are the scores of all nodes before training, and,
where a model draws nothing, the loss of every epoch: times of different trainings say nothing.
"""
import dataclasses
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

from common import cairn, graphs, machine, results
from common.turns import spread, threads_of

HERE = pathlib.Path(__file__).parent
# Of the largest score: sums of up to some thousand products in float, in another order.
SCORE_TOLERANCE = 1e-4
# Relative. Adam's first steps move by the sign of a gradient, that of rounding where it is 0.
LOSS_TOLERANCE = 1e-3


@dataclasses.dataclass
class Way:
    """One way in which a peer does it."""
    label: str
    words: list  # script of this folder, then its words
    memory: float = 0  # bytes that must be available, else it is left out


@dataclasses.dataclass
class Case:
    title: str
    graph: graphs.Graph
    features: int
    classes: int
    options: dict  # of cairn train, without dropout
    ways: list
    epochs: int
    rounds: int
    rate: float
    dropout: float = 0
    redraw: bool = False  # anchors, for each epoch

    def drawn(self):
        return self.dropout > 0 or self.redraw


def write_dataset(case, folder):
    """Features and labels at random. Returns the folder of raw files."""
    random = np.random.default_rng(3)
    features = random.standard_normal((case.graph.nodes, case.features), dtype=np.float32)
    return graphs.write_dataset(case.graph, features, random.integers(0, case.classes, case.graph.nodes), folder)


def cairn_options(case, args):
    options = {"features": "given", "feature-norm": "none", "weight-decay": 0, "patience": 0, "epochs": case.epochs,
               "learning-rate": case.rate, "dropout": case.dropout, "threads": args.threads, **case.options}
    return {**options, "redraw-anchors": "epoch"} if case.redraw else options


def run_peer(case, args, way, raw, model, scores):
    words = [sys.executable, HERE / way.words[0], raw, model, "--way", *way.words[1:],
             "--epochs", case.epochs, "--rate", case.rate, "--threads", args.threads, "--dropout", case.dropout,
             "--scores", scores]
    if case.redraw:
        words.append("--redraw")
    done = subprocess.run([str(word) for word in words], check=True, stdout=subprocess.PIPE, text=True,
                          env=threads_of(args.threads))
    return json.loads(done.stdout)


def run_cairn(case, args, dataset):
    run = cairn.train(args.cairn, dataset, cairn_options(case, args))
    return {"name": f"cairn {run['version']}", "seconds": run["seconds_per_epoch"]["median"], "losses": run["losses"],
            "peak_memory_bytes": run["peak_memory_bytes"]}


def save_start(case, args, dataset, model):
    """The weights that cairn starts from: an epoch with steps too small for a float leaves them as they are."""
    options = {**cairn_options(case, args), "epochs": 1, "learning-rate": 1e-30}
    cairn.call(args.cairn, "train", dataset, *cairn.words_of(options), "--save", model)


def summary(label, runs):
    medians = [float(np.median(run["seconds"])) for run in runs]
    return {"name": runs[0]["name"], "way": label, "seconds": spread(medians), "losses": runs[-1]["losses"],
            "peak_memory_bytes": max(run["peak_memory_bytes"] for run in runs)}


def largest_score_difference(ours, theirs):
    return float(np.abs(ours - theirs).max() / np.abs(ours).max())


def largest_loss_difference(ours, theirs):
    return max(abs(own - other) / max(abs(own), 1e-3) for own, other in zip(ours, theirs))


def compare(case, args):
    """cairn and every way that fits into memory, with differences from cairn."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        dataset, model, scores = folder / "dataset", folder / "start.safetensors", folder / "scores.npy"
        raw = write_dataset(case, dataset)
        save_start(case, args, dataset, model)
        expected = cairn.scores(args.cairn, dataset, model, args.threads)
        available = machine.available_memory()
        ways = [way for way in case.ways if way.memory <= available]
        ours, theirs, apart = [], [[] for _ in ways], [0.0] * len(ways)
        for _ in range(case.rounds):
            ours.append(run_cairn(case, args, dataset))
            for place, way in enumerate(ways):
                theirs[place].append(run_peer(case, args, way, raw, model, scores))
                apart[place] = max(apart[place], largest_score_difference(expected, np.load(scores)))
    own = summary("", ours)
    peers = [{**summary(way.label, runs), "score_difference": difference} for way, runs, difference
             in zip(ways, theirs, apart)]
    for peer in peers:
        peer["loss_difference"] = None if case.drawn() else largest_loss_difference(own["losses"], peer["losses"])
    left_out = [f"{way.label}: needs {way.memory / 1e9:.1f} GB, {available / 1e9:.1f} GB were free"
                for way in case.ways if way not in ways]
    return {"title": case.title, "nodes": case.graph.nodes, "arcs": case.graph.arcs, "epochs": case.epochs,
            "rounds": case.rounds, "options": cairn_options(case, args), "cairn": own, "peers": peers,
            "left_out": left_out}


def agrees(peer):
    close = peer["loss_difference"] is None or peer["loss_difference"] <= LOSS_TOLERANCE
    return close and peer["score_difference"] <= SCORE_TOLERANCE


def lines_of(found):
    """The part of the report that tells of one case."""
    ours = found["cairn"]
    rows = [[ours["name"], results.spread_cell(ours["seconds"]), results.megabytes(ours["peak_memory_bytes"]),
             "", "", "", ""]]
    for peer in found["peers"]:
        loss = "drawn" if peer["loss_difference"] is None else f"{peer['loss_difference']:.0e}"
        rows.append([f"{peer['name']}, {peer['way']}", results.spread_cell(peer["seconds"]),
                     results.megabytes(peer["peak_memory_bytes"]),
                     results.ratio(peer["seconds"]["median"], ours["seconds"]["median"]),
                     results.ratio(peer["peak_memory_bytes"], ours["peak_memory_bytes"]),
                     f"{peer['score_difference']:.0e}", loss])
    lines = ["", f"## {found['title']}", "",
             f"{found['nodes']:,} nodes, {found['arcs']:,} arcs; {found['rounds']} rounds in turns of "
             f"{found['epochs']} epochs, whose median is a round's time.", "",
             *results.table(["program", "ms an epoch", "MB at most", "time / cairn's", "memory / cairn's",
                             "scores differ by", "losses differ by"], rows)]
    return lines + ["", *(f"Left out, {text}." for text in found["left_out"])] if found["left_out"] else lines


def report(stem, title, args, cases):
    """Runs all cases, writes the results, and ends the program: with 1 where a peer does not agree."""
    found = [compare(case, args) for case in cases]
    lines = ["An epoch is forward, cross entropy over all nodes, backward and a step of Adam. Both start from the same",
             "weights; scores before training and losses of all epochs are compared, relative to their size. By",
             "`benchmarks/peers/run.sh`.", *(line for one in found for line in lines_of(one))]
    results.write(args.results / stem, title, args.threads, lines, {"cases": found})
    sys.exit(0 if all(agrees(peer) for one in found for peer in one["peers"]) else 1)
