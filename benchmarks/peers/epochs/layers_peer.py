"""A peer (epochs/peer.py): GCN and GAT of any number of layers, by PyTorch alone and by PyTorch Geometric.

Ways: gcn-csr, PyTorch with one product by the matrix in compressed rows, which is symmetric and so its own transpose;
gcn-pyg-csr and gcn-pyg-edges, PyTorch Geometric's layer over such a matrix, and over a list of arcs;
gat-pyg-edges and gat-pyg-csr likewise.
"""
import numpy as np
import torch
import torch.nn.functional as F
from scipy.sparse import diags, identity
from torch_geometric.nn import GATConv, GCNConv

from common import graphs
from epochs import peer


class SymmetricProduct(torch.autograd.Function):
    """A x for a symmetric A in compressed rows."""

    @staticmethod
    def forward(context, matrix, x):
        context.matrix = matrix
        return torch.sparse.mm(matrix, x)

    @staticmethod
    def backward(context, gradient):
        return None, torch.sparse.mm(context.matrix, gradient)


def edge_index(graph):
    return torch.from_numpy(np.stack([graph.sources(), graph.targets])).long()


def csr_matrix(graph):
    return torch.sparse_csr_tensor(torch.from_numpy(graph.offsets), torch.from_numpy(graph.targets).long(),
                                   torch.ones(graph.arcs), (graph.nodes, graph.nodes))


def normalized(graph):
    """D^-1/2 (A + I) D^-1/2 in compressed rows."""
    matrix = graphs.scipy_matrix(graph) + identity(graph.nodes)
    scale = diags(1 / np.sqrt(np.asarray(matrix.sum(axis=1)).ravel()))
    found = (scale @ matrix @ scale).tocsr()
    found.sort_indices()
    return torch.sparse_csr_tensor(torch.from_numpy(found.indptr).long(), torch.from_numpy(found.indices).long(),
                                   torch.from_numpy(found.data.astype(np.float32)), found.shape)


class PlainGcn(torch.nn.Module):
    def __init__(self, data):
        super().__init__()
        self.weights = peer.Weights(data.arrays, "model.layers.")
        self.x, self.matrix = data.x, normalized(data.graph)
        self.layers = len(self.weights.values) // 2

    def forward(self):
        h = self.x
        for layer in range(self.layers):
            h = SymmetricProduct.apply(self.matrix, h @ self.weights(f"{layer}.weight")) + self.weights(f"{layer}.bias")
            h = torch.relu(h) if layer + 1 < self.layers else h
        return h


class Geometric(torch.nn.Module):
    """Layers of PyTorch Geometric with cairn's weights; arcs: a list of arcs or a matrix in compressed rows."""

    library = [("PyTorch Geometric", "torch-geometric")]

    def __init__(self, data, make, arcs, activation):
        super().__init__()
        weights = peer.Weights(data.arrays, "model.layers.")
        count = sum(name.endswith("/weight") for name in weights.values)
        self.layers = torch.nn.ModuleList(make(weights, str(layer)) for layer in range(count))
        self.x, self.arcs, self.activation = data.x, arcs, activation

    def forward(self):
        h = self.x
        for layer in self.layers[:-1]:
            h = self.activation(layer(h, self.arcs))
        return self.layers[-1](h, self.arcs)


def gcn_layer(weights, layer):
    weight = weights(layer + ".weight")
    made = GCNConv(*weight.shape, cached=True)
    with torch.no_grad():
        made.lin.weight.copy_(weight.T)
        made.bias.copy_(weights(layer + ".bias"))
    return made


def gat_layer(weights, layer):
    weight, source = weights(layer + ".weight"), weights(layer + ".source_score")
    heads, width = source.shape
    concatenate = heads * width == weights(layer + ".bias").numel()
    made = GATConv(weight.shape[0], width, heads=heads, concat=concatenate)
    with torch.no_grad():
        made.lin.weight.copy_(weight.T)
        made.att_src.copy_(source[None])
        made.att_dst.copy_(weights(layer + ".target_score")[None])
        made.bias.copy_(weights(layer + ".bias"))
    return made


if __name__ == "__main__":
    peer.main({
        "gcn-csr": PlainGcn,
        "gcn-pyg-csr": lambda data: Geometric(data, gcn_layer, csr_matrix(data.graph), torch.relu),
        "gcn-pyg-edges": lambda data: Geometric(data, gcn_layer, edge_index(data.graph), torch.relu),
        "gat-pyg-csr": lambda data: Geometric(data, gat_layer, csr_matrix(data.graph), F.elu),
        "gat-pyg-edges": lambda data: Geometric(data, gat_layer, edge_index(data.graph), F.elu),
    })
