"""Times epochs of P-GNN by cairn and by the same model in PyTorch in turns.

usage: pgnn.py CAIRN PROGRAMS RESULTS [--smoke] [--rounds N] [--threads N]
Communities of P-GNN's size (20 cliques of 20), 32 random features, 4 classes at random, 64 anchor sets, 2 layers of 32
columns. Two cases: sets drawn once and no dropout, in which every loss is compared; and as published, with sets drawn
for each epoch and half dropped out, where scores before training alone can be. Writes RESULTS/pgnn.json and .md; see
compare.py for what is checked.

Losses are compared at a rate at which training does not magnify rounding. Gradients of all three programs are within
2e-6 of those in double at the weights of epochs 1, 10, 50 and 100 (one ReLU on its kink aside), but at the published
0.01 losses of PyTorch's two ways are 5e-5 apart at epoch 10 and 5e-2 at epoch 50, and those of either as far from the
same program in double: messages cross their kinks, rows are scaled to length 1, and Adam divides by small gradients. At
0.0003 all of them stay within 4e-5 for 100 epochs. A step costs the same at any rate.
"""
from common import graphs
from common.arguments import parse
from epochs.compare import Case, Way, report


def main():
    args = parse(__doc__, rounds=5)
    shared = {"graph": graphs.caves(20, 20, 0.01, seed=1), "features": 32, "classes": 4,
              "epochs": 10 if args.smoke else 100, "rounds": args.rounds,
              "ways": [Way("as published", ["pgnn_peer.py", "published"]),
                       Way("with the map split", ["pgnn_peer.py", "split"])]}
    options = {"model": "pgnn", "layers": 2, "hidden": 32}
    report("pgnn", "P-GNN, cairn beside PyTorch", args, [
        Case(title="sets drawn once, nothing dropped", rate=0.0003,
             options={**options, "redraw-anchors": "never"}, **shared),
        Case(title="as published: sets drawn for each epoch, half dropped", rate=0.01, options=options, dropout=0.5,
             redraw=True, **shared)])


main()
