"""A worker (common/turns.py): products of a sparse matrix in compressed rows and dense rows by PyTorch or SciPy.

usage: spmm_python.py torch|scipy FOLDER THREADS WIDTH...
Files, cases and results as in spmm_cairn.cpp.
"""
import pathlib
import sys

import numpy as np

from common import graphs, machine
from common.turns import serve, timed


def torch_product(graph, weights, threads):
    """x -> A x."""
    import torch

    torch.set_num_threads(threads)
    size = (graph.nodes, graph.nodes)
    # Indices of 32 bits: they take less time to read than those of 64.
    matrix = torch.sparse_csr_tensor(torch.from_numpy(graph.offsets).int(), torch.from_numpy(graph.targets),
                                     torch.from_numpy(weights), size)
    return lambda x: torch.sparse.mm(matrix, torch.from_numpy(x)).numpy()


def scipy_product(graph, weights, threads):
    """x -> A x, on one thread: SciPy has no other way."""
    import scipy.sparse

    matrix = scipy.sparse.csr_matrix((weights, graph.targets, graph.offsets), shape=(graph.nodes, graph.nodes))
    return lambda x: matrix @ x


def main():
    library, folder, threads = sys.argv[1], pathlib.Path(sys.argv[2]), int(sys.argv[3])
    graph = graphs.read_raw(folder)
    weights = np.fromfile(folder / "weights.f32", dtype=np.float32)
    make, name = {"torch": (torch_product, machine.name_of("PyTorch", "torch")),
                  "scipy": (scipy_product, machine.name_of("SciPy", "scipy") + ", 1 thread")}[library]
    product = make(graph, weights, threads)
    inputs = {width: np.fromfile(folder / f"x_{width}.f32", dtype=np.float32).reshape(graph.nodes, -1)
              for width in sys.argv[4:]}
    results = {}

    def run(width):
        seconds, results[width] = timed(lambda: product(inputs[width]))
        return seconds

    serve(name, run, lambda width, path: results[width].tofile(path))


main()
