"""Times distances in arcs from 64 anchors by cairn, SciPy, igraph and Boost.Graph in turns, and from one by NetworkX.

usage: compare.py CAIRN PROGRAMS RESULTS [--smoke] [--rounds N] [--threads N]
PROGRAMS: the folder of distances_cairn and distances_boost. Writes RESULTS/distances.json and .md; ends with 1 where a
single distance differs. Graphs of a million nodes and 16 million arcs: uniform, and R-MAT (840,000 nodes, since those
without edges are left out). NetworkX takes a hundred bytes and more for an arc, so it is compared on a tenth of it and
from one anchor; its ratio there is the measured one, and nothing is extrapolated.
"""
import pathlib
import sys
import tempfile

import numpy as np

from common import cairn, graphs, results
from common.arguments import parse
from common.turns import Worker, in_turns, spread

HERE = pathlib.Path(__file__).parent


def cases(smoke):
    """(title, graph, anchors, peers)"""
    nodes, arcs, scale = (2_000, 32_000, 12) if smoke else (1_000_000, 16_000_000, 21)
    many = ("scipy", "igraph", "boost")
    yield "uniform", graphs.uniform(nodes, arcs, seed=1), 64, many
    yield "R-MAT", graphs.rmat(scale, arcs // 2, seed=1), 64, many
    yield "uniform, a tenth", graphs.uniform(nodes // 10, arcs // 10, seed=1), 1, ("networkx",)


def command(args, name, folder):
    if name in ("cairn", "boost"):
        return [args.programs / f"distances_{name}", folder, args.threads]
    return [sys.executable, HERE / "distances_python.py", name, folder]


def different(workers, folder):
    """How many distances of each peer are not those of cairn."""
    found = []
    for worker in workers:
        worker.tell("result", "hops", folder / "hops.u16")
        found.append(np.fromfile(folder / "hops.u16", dtype=np.uint16))
    return [int((found[0] != other).sum()) for other in found[1:]]


def compare(args, title, graph, anchors, peers):
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        graphs.write_raw(graph, folder)
        picks = np.random.default_rng(2).choice(graph.nodes, anchors, replace=False)
        picks.astype(np.int32).tofile(folder / "anchors.i32")
        workers = [Worker(command(args, name, folder), args.threads) for name in ("cairn", *peers)]
        workers[0].name = cairn.name(args.cairn)
        seconds = in_turns(workers, "hops", args.rounds)
        wrong = different(workers, folder)
        programs = [{"name": worker.name, "seconds": spread(own), "different": count, "peak_memory_bytes": worker.end()}
                    for worker, own, count in zip(workers, seconds, [0, *wrong])]
    return {"graph": title, "nodes": graph.nodes, "arcs": graph.arcs, "anchors": anchors, "programs": programs}


def main():
    args = parse(__doc__, rounds=5)
    found = [compare(args, *case) for case in cases(args.smoke)]
    report(args, found)
    sys.exit(0 if all(program["different"] == 0 for case in found for program in case["programs"]) else 1)


def report(args, found):
    lines = [f"{args.rounds} rounds in turns, all distances compared. By `benchmarks/peers/run.sh`."]
    for case in found:
        ours = case["programs"][0]["seconds"]["median"]
        plural = "anchors" if case["anchors"] > 1 else "anchor"
        lines += ["", f"## {case['graph']}: {case['nodes']:,} nodes, {case['arcs']:,} arcs, {case['anchors']} {plural}",
                  "", *results.table(
                      ["program", "ms", "MB at most", "time / cairn's", "different distances"],
                      [[program["name"], results.spread_cell(program["seconds"]),
                        results.megabytes(program["peak_memory_bytes"]),
                        results.ratio(program["seconds"]["median"], ours), program["different"]]
                       for program in case["programs"]])]
    results.write(args.results / "distances", "Distances from anchors, cairn beside SciPy, igraph, Boost and NetworkX",
                  args.threads, lines, {"rounds": args.rounds, "cases": found})


main()
