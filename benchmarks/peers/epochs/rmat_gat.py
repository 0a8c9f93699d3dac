"""Times epochs of a GAT on an R-MAT graph by cairn and PyTorch Geometric in turns.

usage: rmat_gat.py CAIRN PROGRAMS RESULTS [--smoke] [--rounds N] [--threads N]
3 layers, hidden ones of 8 heads of 16, 128 random features, 16 classes at random, 200,000 nodes and 4 million arcs.
Writes RESULTS/rmat_gat.json and .md; see compare.py for what is checked. The peer holds a row an arc, about 13 GB, and
is left out, which the report says, where 16 GB are not free.
"""
from common.arguments import parse
from epochs.compare import Case, Way, report
from epochs.rmat import memory_of_arcs, rmat_graph


def main():
    args = parse(__doc__, rounds=1)
    graph = rmat_graph(args.smoke)
    rows = 8 * 16 * 4 * graph.arcs
    ways = [Way("list of arcs", ["layers_peer.py", "gat-pyg-edges"], memory_of_arcs(rows, 6))]
    report("rmat_gat", "GAT on an R-MAT graph, cairn beside PyTorch Geometric", args, [
        Case(title="GAT, 3 layers, 8 heads of 16", graph=graph, features=128, classes=16, rate=0.005, epochs=3,
             rounds=args.rounds, ways=ways,
             options={"model": "gat", "layers": 3, "hidden": 16, "heads": 8, "attention-dropout": 0})])


main()
