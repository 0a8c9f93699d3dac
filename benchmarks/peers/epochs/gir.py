"""Times epochs of GIR by cairn and by the same model in PyTorch in turns.

usage: gir.py CAIRN PROGRAMS RESULTS [--smoke] [--rounds N] [--threads N]
A uniform random graph of the size of PubMed (19,717 nodes, 88,648 arcs), 32 random features, 3 classes at random, 32
anchors, states of 32 columns, the default cell and read-out. Writes RESULTS/gir.json and .md; see compare.py for what
is checked. Listing the paths, which is done once, is no part of an epoch.
"""
from common import graphs
from common.arguments import parse
from epochs.compare import Case, Way, report


def main():
    args = parse(__doc__, rounds=5)
    graph = graphs.uniform(300, 1_400, seed=1) if args.smoke else graphs.uniform(19_717, 88_648, seed=1)
    ways = [Way("means by index_add", ["gir_peer.py", "index-add"]),
            Way("means by compressed rows", ["gir_peer.py", "csr"])]
    report("gir", "GIR, cairn beside PyTorch", args, [
        Case(title="GIR, 32 anchors, states of 32", graph=graph, features=32, classes=3, rate=0.0003, epochs=20,
             rounds=args.rounds, ways=ways, options={"model": "gir", "anchors": 32, "path-width": 32})])


main()
