"""A peer (epochs/peer.py): GIR (docs/methods/gir.md) in PyTorch, level by level over all anchors at once.

Predecessors of a level are in the level before it, so that a level is one tensor of its own and nothing is written in
place. Ways: index-add, means by index_select and index_add; csr, means by products with matrices in compressed rows,
whose transposes are made before, so that no backward pass has to.
"""
import numpy as np
import torch
from scipy.sparse import csr_matrix

from common import cairn, graphs
from epochs import peer


class Level:
    """Pairs (anchor, node) that are as far apart: rows u * K + k, nodes, log path counts, and the arcs into them."""

    def __init__(self, hops, counts, graph, level, places):
        nodes, slots = np.nonzero(hops == level)
        self.rows = nodes * hops.shape[1] + slots
        self.nodes = torch.from_numpy(nodes)
        places[self.rows] = np.arange(len(nodes))
        if level == 0:
            counts[self.rows] = 1
            return
        self.find_arcs(hops, graph, level, nodes, slots, places)
        counts[self.rows] = np.bincount(self.arc_targets, counts[self.arc_rows], len(nodes))
        self.log_counts = torch.from_numpy(np.log(counts[self.rows]).astype(np.float32))[:, None]

    def find_arcs(self, hops, graph, level, nodes, slots, places):
        degrees = np.diff(graph.offsets)[nodes]
        items = np.repeat(np.arange(len(nodes)), degrees)
        within = np.arange(degrees.sum()) - np.repeat(np.cumsum(degrees) - degrees, degrees)
        neighbors = graph.targets[graph.offsets[nodes][items] + within].astype(np.int64)
        before = hops[neighbors, slots[items]] == level - 1
        self.arc_targets = items[before]
        self.arc_rows = neighbors[before] * hops.shape[1] + slots[items][before]
        self.arc_sources = places[self.arc_rows]


class Mean(torch.autograd.Function):
    """M h by compressed rows, with M's transpose at hand."""

    @staticmethod
    def forward(context, matrix, transpose, h):
        context.transpose = transpose
        return torch.sparse.mm(matrix, h)

    @staticmethod
    def backward(context, gradient):
        return None, None, torch.sparse.mm(context.transpose, gradient)


def torch_csr(matrix):
    return torch.sparse_csr_tensor(torch.from_numpy(matrix.indptr).long(), torch.from_numpy(matrix.indices).long(),
                                   torch.from_numpy(matrix.data), matrix.shape)


def mean_by_csr(level, before):
    shares = 1 / np.bincount(level.arc_targets, minlength=len(level.rows))
    matrix = csr_matrix((shares[level.arc_targets].astype(np.float32), (level.arc_targets, level.arc_sources)),
                        shape=(len(level.rows), len(before.rows)))
    forward, back = torch_csr(matrix), torch_csr(matrix.T.tocsr())
    return lambda h: Mean.apply(forward, back, h)


def mean_by_index_add(level, before):
    sources, targets = torch.from_numpy(level.arc_sources), torch.from_numpy(level.arc_targets)
    count = len(level.rows)
    shares = (1 / torch.bincount(targets, minlength=count))[:, None]
    return lambda h: h.new_zeros(count, h.shape[1]).index_add(0, targets, h.index_select(0, sources)) * shares


class Gir(torch.nn.Module):
    def __init__(self, data, make_mean):
        super().__init__()
        self.weights = peer.Weights(data.arrays, "model.parts.0.encoder.")
        self.head = peer.Weights(data.arrays, "model.fusion.")
        self.x = data.x
        self.list_levels(data.graph, [group[0] for group in cairn.anchors(data.arrays)])
        self.means = [None] + [make_mean(level, before) for before, level in zip(self.levels, self.levels[1:])]

    def list_levels(self, graph, anchors):
        matrix = graphs.scipy_matrix(graph)
        hops = np.stack([graphs.hops_from(matrix, anchor) for anchor in anchors], axis=1)
        places = np.empty(hops.size, dtype=np.int64)  # of a row within its level
        counts = np.zeros(hops.size)
        last = int(hops[hops != graphs.UNREACHED].max())
        self.levels = [Level(hops, counts, graph, level, places) for level in range(last + 1)]
        order = np.concatenate([level.rows for level in self.levels])
        table = np.full(hops.size, len(order))  # rows that no path reaches: the one behind all others
        table[order] = np.arange(len(order))
        self.table = torch.from_numpy(table)

    def forward(self):
        weights = self.weights
        e = weights.linear("input", self.x)
        own = torch.addmm(weights("layers.0.cell_bias"), e, weights("layers.0.attribute_weight"))
        h = torch.relu(weights.linear("layers.0.anchor", e.index_select(0, self.levels[0].nodes)))
        states = [h]
        for level, mean in zip(self.levels[1:], self.means[1:]):
            inputs = own.index_select(0, level.nodes) + level.log_counts * weights("layers.0.channel_weight")
            h = torch.relu(torch.addmm(inputs, mean(h), weights("layers.0.weight")))
            states.append(h)
        states.append(weights("layers.0.unreached")[None])
        table = torch.cat(states).index_select(0, self.table)
        return self.head.linear("", weights.linear("read_out", table.reshape(len(self.x), -1)))


if __name__ == "__main__":
    peer.main({"index-add": lambda data: Gir(data, mean_by_index_add), "csr": lambda data: Gir(data, mean_by_csr)})
