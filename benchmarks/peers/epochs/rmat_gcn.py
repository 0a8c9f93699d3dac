"""Times epochs of a GCN on an R-MAT graph by cairn, PyTorch and PyTorch Geometric in turns.

usage: rmat_gcn.py CAIRN PROGRAMS RESULTS [--smoke] [--rounds N] [--threads N]
3 layers of 128 columns, 128 random features, 16 classes at random, 200,000 nodes and 4 million arcs. Writes
RESULTS/rmat_gcn.json and .md; see compare.py for what is checked. The peers need 8 GB.
"""
from common.arguments import parse
from epochs.compare import Case, Way, report
from epochs.rmat import memory_of_arcs, rmat_graph


def main():
    args = parse(__doc__, rounds=3)
    graph = rmat_graph(args.smoke)
    rows = 128 * 4 * graph.arcs
    ways = [Way("products in compressed rows", ["layers_peer.py", "gcn-csr"]),
            Way("compressed rows", ["layers_peer.py", "gcn-pyg-csr"]),
            Way("list of arcs", ["layers_peer.py", "gcn-pyg-edges"], memory_of_arcs(rows, 3))]
    report("rmat_gcn", "GCN on an R-MAT graph, cairn beside PyTorch", args, [
        Case(title="GCN, 3 layers of 128", graph=graph, features=128, classes=16, rate=0.01, epochs=5,
             rounds=args.rounds, ways=ways, options={"model": "gcn", "layers": 3, "hidden": 128})])


main()
