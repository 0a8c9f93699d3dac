"""Times y = A x, a sparse matrix in compressed rows times dense rows, by cairn, PyTorch, SciPy and Eigen in turns.

usage: compare.py CAIRN PROGRAMS RESULTS [--smoke] [--rounds N] [--threads N]
PROGRAMS: the folder of spmm_cairn and spmm_eigen. Writes RESULTS/spmm.json and .md; ends with 1 where results differ.
A is a uniform random graph of 200,000 nodes and 4 million arcs with random weights; numbers are float. The limit of a
width is the time in which this machine gathers a row for every arc, measured by spmm_cairn in the same run.
"""
import pathlib
import sys
import tempfile

import numpy as np

from common import cairn, graphs, results
from common.arguments import parse
from common.turns import Worker, in_turns, spread

WIDTHS = (16, 32, 128)
# Sums of some twenty products of numbers of about 1 in float.
TOLERANCE = 1e-4


def write_inputs(graph, folder):
    random = np.random.default_rng(1)
    graphs.write_raw(graph, folder)
    random.random(graph.arcs, dtype=np.float32).tofile(folder / "weights.f32")
    for width in WIDTHS:
        random.standard_normal((graph.nodes, width), dtype=np.float32).tofile(folder / f"x_{width}.f32")


def workers_of(args, folder):
    rest = [folder, args.threads, *WIDTHS]
    python = [sys.executable, pathlib.Path(__file__).parent / "spmm_python.py"]
    commands = [[args.programs / "spmm_cairn", *rest], [*python, "torch", *rest], [*python, "scipy", *rest],
                [args.programs / "spmm_eigen", *rest]]
    workers = [Worker(command, args.threads) for command in commands]
    workers[0].name = cairn.name(args.cairn)
    return workers


def differences(workers, width, folder):
    """Of each peer's last result from that of cairn, at most."""
    found = []
    for worker in workers:
        worker.tell("result", width, folder / "y.f32")
        found.append(np.fromfile(folder / "y.f32", dtype=np.float32))
    return [float(np.abs(found[0] - other).max()) for other in found[1:]]


def main():
    args = parse(__doc__, rounds=15)
    nodes, arcs = (2_000, 40_000) if args.smoke else (200_000, 4_000_000)
    graph = graphs.uniform(nodes, arcs, seed=1)
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        write_inputs(graph, folder)
        workers = workers_of(args, folder)
        found = []
        for width in WIDTHS:
            seconds = in_turns(workers, width, args.rounds)
            apart = differences(workers, width, folder)
            found.append({"width": width, "gather_seconds": workers[0].about["gather_seconds"][str(width)],
                          "programs": [{"name": worker.name, "seconds": spread(own), "difference": difference}
                                       for worker, own, difference in zip(workers, seconds, [0.0, *apart])]})
        memory = {worker.name: worker.end() for worker in workers}
    report(args, graph, found, memory)
    sys.exit(0 if all(program["difference"] <= TOLERANCE for case in found for program in case["programs"]) else 1)


def report(args, graph, found, memory):
    rows = []
    for case in found:
        ours = case["programs"][0]["seconds"]["median"]
        for program in case["programs"]:
            median = program["seconds"]["median"]
            rows.append([case["width"], program["name"], results.spread_cell(program["seconds"]),
                         f"{100 * case['gather_seconds'] / median:.0f}", results.ratio(median, ours),
                         f"{program['difference']:.0e}"])
    lines = [f"{graph.text()}, uniform, random weights; {args.rounds} rounds in turns. By `benchmarks/peers/run.sh`.",
             "Share: of the time in which this machine gathers a row for every arc, as cairn measures it.", "",
             *results.table(["width", "program", "ms", "share of the gather limit %", "time / cairn's",
                             "largest difference"], rows), "",
             "MB at most: " + ", ".join(f"{name} {results.megabytes(peak)}" for name, peak in memory.items()) + "."]
    results.write(args.results / "spmm", "Sparse times dense, cairn beside PyTorch, SciPy and Eigen", args.threads,
                  lines, {"nodes": graph.nodes, "arcs": graph.arcs, "rounds": args.rounds, "peak_memory_bytes": memory,
                         "cases": found})


main()
