"""Trains a node classifier of PyTorch Geometric on a dataset folder of cairn's format, and says how long an epoch took.

usage: pyg_training.py FOLDER gcn|gat --path sparse|scatter --epochs N --seed N --threads N [--dense-features]

The settings are those of cairn's defaults, which are the papers': two layers; GCN 16 hidden, dropout 0.5, Adam 0.01,
weight decay 5e-4 on the first layer; GAT 8 heads of 8, dropout 0.6, ELU, Adam 0.005, weight decay 5e-4. An epoch is
forward, backward and step, then the scores of all nodes without dropout and the validation accuracy. Features stay
sparse with dropout on what they hold, or, with --dense-features, are dense. Prints one object of JSON.
"""
import argparse
import csv
import json
import pathlib
import resource
import statistics
import time

import numpy as np
import scipy.io
import torch
import torch.nn.functional as F
import torch_geometric
from torch_geometric.nn import GATConv, GCNConv
from torch_geometric.utils import to_torch_csr_tensor


def read_csv(path):
    with open(path, newline="") as file:
        return list(csv.reader(file))[1:]


def read_folder(folder):
    """Arcs both ways [2, E], features as a CSR matrix of SciPy, labels [N], masks by part."""
    labels = {int(node): label for node, label in read_csv(folder / "labels.csv")}
    features = scipy.io.mmread(folder / "features.mtx").tocsr().astype(np.float32)
    count = features.shape[0]
    classes = sorted(set(labels.values()))
    y = torch.full((count,), -1)
    for node, label in labels.items():
        y[node] = classes.index(label)
    pairs = np.array([[int(u), int(v)] for u, v, *_ in read_csv(folder / "edges.csv")])
    both = np.unique(np.concatenate([pairs, pairs[:, ::-1]]), axis=0)
    masks = {part: torch.zeros(count, dtype=torch.bool) for part in ("train", "validation", "test")}
    for node, part in read_csv(folder / "split.csv"):
        if part in masks:
            masks[part][int(node)] = True
    sums = np.asarray(features.sum(axis=1)).ravel()
    features = scipy.sparse.diags(1 / np.maximum(sums, 1e-12)) @ features
    return torch.from_numpy(both.T.copy()).long(), features.tocsr().astype(np.float32), y, masks


class SparseDropout:
    """Sparse features whose stored values are dropped: what nobody stores cannot be dropped."""

    def __init__(self, features):
        self.offsets = torch.from_numpy(features.indptr).long()
        self.columns = torch.from_numpy(features.indices).long()
        self.values = torch.from_numpy(features.data)
        self.shape = features.shape

    def __call__(self, rate, training):
        values = F.dropout(self.values, rate, training)
        return torch.sparse_csr_tensor(self.offsets, self.columns, values, self.shape)


class Network(torch.nn.Module):
    def __init__(self, kind, features, classes, dense):
        super().__init__()
        self.kind, self.rate = kind, 0.5 if kind == "gcn" else 0.6
        self.dense = torch.from_numpy(features.toarray()) if dense else None
        self.sparse = None if dense else SparseDropout(features)
        width = features.shape[1]
        if kind == "gcn":
            # A layer of PyTorch Geometric takes dense features; sparse ones go through the linear map by themselves.
            self.first = GCNConv(16 if self.sparse else width, 16, cached=True)
            self.second = GCNConv(16, classes, cached=True)
            inner = 16
        else:
            self.first = GATConv(64 if self.sparse else width, 8, heads=8, dropout=0.6)
            self.second = GATConv(64, classes, heads=1, dropout=0.6)
            inner = 64
        if self.sparse:
            self.weight = torch.nn.Parameter(torch.nn.init.xavier_uniform_(torch.empty(width, inner)))
            self.first.lin = torch.nn.Identity()

    def forward(self, arcs):
        if self.sparse:
            x = self.sparse(self.rate, self.training) @ self.weight
        else:
            x = F.dropout(self.dense, self.rate, self.training)
        x = self.first(x, arcs)
        x = F.relu(x) if self.kind == "gcn" else F.elu(x)
        return self.second(F.dropout(x, self.rate, self.training), arcs)

    def groups(self, decay):
        if self.kind == "gat":
            return [{"params": list(self.parameters()), "weight_decay": decay}]
        first = list(self.first.parameters()) + ([self.weight] if self.sparse else [])
        return [{"params": first, "weight_decay": decay}, {"params": list(self.second.parameters())}]


def train(kind, arcs, features, y, masks, epochs, seed, dense):
    torch.manual_seed(seed)
    model = Network(kind, features, int(y.max()) + 1, dense)
    optimizer = torch.optim.Adam(model.groups(5e-4), lr=0.01 if kind == "gcn" else 0.005)
    seconds, best, test = [], -1.0, 0.0
    for _ in range(epochs):
        start = time.perf_counter()
        model.train()
        optimizer.zero_grad()
        F.cross_entropy(model(arcs)[masks["train"]], y[masks["train"]]).backward()
        optimizer.step()
        model.eval()
        with torch.no_grad():
            right = model(arcs).argmax(dim=1) == y
            validation = right[masks["validation"]].float().mean().item()
        seconds.append(time.perf_counter() - start)
        if validation > best:
            best, test = validation, right[masks["test"]].float().mean().item()
    return statistics.median(seconds), test


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("kind", choices=["gcn", "gat"])
    parser.add_argument("--path", choices=["sparse", "scatter"], required=True)
    parser.add_argument("--epochs", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--dense-features", action="store_true")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    arcs, features, y, masks = read_folder(args.folder)
    if args.path == "sparse":
        arcs = to_torch_csr_tensor(arcs, size=(len(y), len(y)))  # symmetric: its own transpose
    seconds, accuracy = train(args.kind, arcs, features, y, masks, args.epochs, args.seed, args.dense_features)
    print(json.dumps({
        "peer": f"PyTorch Geometric {torch_geometric.__version__}, PyTorch {torch.__version__}",
        "seconds": seconds,
        "accuracy": accuracy,
        "peak_memory_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }))


main()
