"""The side of a peer that trains: reads what compare.py wrote, times epochs, and says so in one object of JSON.

usage of every script that calls main(): NAME.py RAW MODEL --way WAY --epochs N --rate R --threads T --dropout P
    [--redraw] [--scores FILE]
RAW: graph, features and labels as common/graphs.py writes them. MODEL: cairn's model file, whose weights the peer
starts from. An epoch is forward, cross entropy over all nodes, backward and a step of Adam. --scores: what the model
says of every node before training.
"""
import argparse
import json
import pathlib

import numpy as np
import torch
import torch.nn.functional as F

from common import cairn, graphs, machine
from common.turns import timed


class Weights(torch.nn.Module):
    """Parameters by cairn's names, those under a prefix; W is [in, out], to be used as x @ W."""

    def __init__(self, arrays, prefix):
        super().__init__()
        self.values = torch.nn.ParameterDict()
        for name, array in arrays.items():
            if name.startswith(prefix):
                self.values[name[len(prefix):].replace(".", "/")] = torch.nn.Parameter(torch.from_numpy(array.copy()))

    def __call__(self, name):
        return self.values[name.replace(".", "/")]

    def linear(self, name, x):
        prefix = name + "." if name else ""
        return torch.addmm(self(prefix + "bias"), x, self(prefix + "weight"))


class Data:
    """What RAW and MODEL hold."""

    def __init__(self, args):
        self.graph = graphs.read_raw(args.raw)
        self.x = torch.from_numpy(np.load(args.raw / "features.npy"))
        self.y = torch.from_numpy(np.load(args.raw / "labels.npy"))
        self.arrays = cairn.arrays(args.model)
        self.dropout = args.dropout
        self.redraw = args.redraw


def parse(ways):
    parser = argparse.ArgumentParser()
    parser.add_argument("raw", type=pathlib.Path)
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("--way", choices=ways, required=True)
    parser.add_argument("--epochs", type=int, required=True)
    parser.add_argument("--rate", type=float, required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--dropout", type=float, default=0.0)
    parser.add_argument("--redraw", action="store_true")
    parser.add_argument("--scores", type=pathlib.Path)
    return parser.parse_args()


def train(model, y, epochs, rate):
    """Seconds and loss of each epoch."""
    optimizer = torch.optim.Adam(model.parameters(), lr=rate)

    def epoch():
        optimizer.zero_grad()
        loss = F.cross_entropy(model(), y)
        loss.backward()
        optimizer.step()
        return loss.item()

    return zip(*(timed(epoch) for _ in range(epochs)))


def main(makers):
    """makers: by way, a function of Data that gives a module, whose forward() takes nothing and returns scores [N, C].

    Its `library`, where it has one, is what it is made of beside PyTorch: label and package.
    """
    args = parse(list(makers))
    torch.set_num_threads(args.threads)
    torch.manual_seed(0)
    data = Data(args)
    model = makers[args.way](data)
    if args.scores:
        model.eval()
        with torch.no_grad():
            np.save(args.scores, model().numpy())
        model.train()
    seconds, losses = train(model, data.y, args.epochs, args.rate)
    libraries = [*getattr(model, "library", []), ("PyTorch", "torch")]
    name = ", ".join(machine.name_of(*library) for library in libraries)
    print(json.dumps({"name": name, "seconds": seconds, "losses": losses, "peak_memory_bytes": machine.peak_memory()}))
