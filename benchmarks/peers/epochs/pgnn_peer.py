"""A peer (epochs/peer.py): P-GNN (You, Ying and Leskovec, ICML 2019; docs/methods/gir.md has its formulas) in PyTorch.

A dense table holds 1 / (d + 1) of all pairs of nodes, 0 where no path leads. Ways: published, as the formulas stand:
the learned scale of every (node, set), the message [scale * h_a ; h_v] W over pairs side by side; split, the fairer
one: scale * (h_a W_1) + h_v W_2, so that nothing of twice the width is made and W is applied a node, not a pair.
--redraw: new sets before every forward pass in training, as published: floor(log2 n) of each size n / 2, n / 4, ...
"""
import numpy as np
import torch
import torch.nn.functional as F

from common import cairn, graphs
from epochs import peer


def closeness_of(graph):
    """1 / (d + 1) of all pairs, [N, N]."""
    matrix = graphs.scipy_matrix(graph)
    hops = np.stack([graphs.hops_from(matrix, node) for node in range(graph.nodes)])
    return torch.from_numpy(np.where(hops == graphs.UNREACHED, 0, 1 / (hops + 1.0)).astype(np.float32))


def draw_sets(nodes):
    """Published sizes and numbers."""
    sizes = int(np.log2(nodes))
    return [np.random.choice(nodes, int(nodes / 2 ** (i + 1)), replace=False)
            for i in range(sizes) for _ in range(sizes)]


class Pgnn(torch.nn.Module):
    def __init__(self, data, split):
        super().__init__()
        self.weights = peer.Weights(data.arrays, "model.parts.0.pgnn.")
        self.head = peer.Weights(data.arrays, "model.fusion.")
        self.x, self.rate, self.redraw, self.split = data.x, data.dropout, data.redraw, split
        self.layers = sum(name.endswith("sender_weight") for name in self.weights.values)
        self.closeness = closeness_of(data.graph)
        self.use([np.sort(group) for group in cairn.anchors(data.arrays)])

    def use(self, sets):
        """Of each set the member nearest to each node, and how near: [N, K]."""
        near, nearest = [], []
        for members in sets:
            ids = torch.from_numpy(members)
            values, places = self.closeness[:, ids].max(dim=1)
            near.append(values)
            nearest.append(ids[places])
        self.near, self.nearest = torch.stack(near, dim=1), torch.stack(nearest, dim=1)

    def scale(self, layer):
        """f(1 / (d + 1)) of all pairs, [N, K, 1]."""
        inner = torch.relu(self.weights.linear(f"layers.{layer}.scale.first", self.near.reshape(-1, 1)))
        return self.weights.linear(f"layers.{layer}.scale.second", inner).view(*self.near.shape, 1)

    def messages(self, layer, h):
        """[N, K, D]."""
        sender = self.weights(f"layers.{layer}.sender_weight")
        receiver = self.weights(f"layers.{layer}.receiver_weight")
        bias = self.weights(f"layers.{layer}.bias")
        nodes, sets = self.near.shape
        pick = self.nearest.reshape(-1)
        if self.split:
            sent = (h @ sender).index_select(0, pick).view(nodes, sets, -1)
            return torch.relu(torch.addcmul((h @ receiver + bias)[:, None], self.scale(layer), sent))
        sent = self.scale(layer) * h.index_select(0, pick).view(nodes, sets, -1)
        own = h[:, None].expand(nodes, sets, h.shape[1])
        return torch.relu(F.linear(torch.cat([sent, own], dim=2), torch.cat([sender, receiver]).T, bias))

    def forward(self):
        if self.redraw and self.training:
            self.use(draw_sets(len(self.x)))
        h = self.weights.linear("input", self.x)
        for layer in range(self.layers - 1):
            h = F.dropout(self.messages(layer, h).mean(dim=1), self.rate, self.training)
        messages = self.messages(self.layers - 1, h)
        rows = self.weights.linear("projection", messages.reshape(-1, messages.shape[2])).view(*self.near.shape)
        rows = F.normalize(rows, dim=1)
        return self.head.linear("", F.dropout(rows, self.rate, self.training))


if __name__ == "__main__":
    peer.main({"published": lambda data: Pgnn(data, False), "split": lambda data: Pgnn(data, True)})
