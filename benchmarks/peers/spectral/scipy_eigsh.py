"""Times SciPy's eigsh (ARPACK) on the graph that `compare` wrote: eigenvectors of the symmetric normalized Laplacian.

usage: scipy_eigsh.py NAME COUNT RUNS FOLDER
The largest of D^-1/2 A D^-1/2 by Lanczos and, where there are few arcs a node (a sparse factorization fits), those of
the Laplacian nearest to a little below 0 by shift and invert. One more than cairn's: the first is not left out.
Prints the columns of compare.cpp.
"""
import statistics
import sys
import time

import numpy as np
import scipy
import scipy.sparse as sparse
from scipy.sparse.linalg import eigsh

TOLERANCE = 1e-6
FACTORED_ARCS_A_NODE = 4


def normalized(adjacency):
    scale = sparse.diags(1 / np.sqrt(np.asarray(adjacency.sum(axis=1)).ravel()))
    return (scale @ adjacency @ scale).tocsr()


def lanczos(adjacency, count):
    return eigsh(normalized(adjacency), count + 1, which="LA", tol=TOLERANCE)


def shift_invert(adjacency, count):
    laplacian = (sparse.identity(adjacency.shape[0]) - normalized(adjacency)).tocsc()
    values, vectors = eigsh(laplacian, count + 1, sigma=-0.01, which="LM", tol=TOLERANCE)
    return 1 - values, vectors


def main():
    name, count, runs, folder = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    offsets = np.fromfile(f"{folder}/{name}.offsets", dtype=np.int64)
    targets = np.fromfile(f"{folder}/{name}.targets", dtype=np.int32)
    nodes, arcs = len(offsets) - 1, len(targets)
    adjacency = sparse.csr_matrix((np.ones(arcs), targets, offsets), shape=(nodes, nodes))
    solvers = [("Lanczos", lanczos)]
    if arcs <= FACTORED_ARCS_A_NODE * nodes:
        solvers.append(("shift and invert", shift_invert))
    for label, solve in solvers:
        seconds, residual = [], 0.0
        for _ in range(runs):
            start = time.perf_counter()
            values, vectors = solve(adjacency, count)
            seconds.append(time.perf_counter() - start)
            difference = normalized(adjacency) @ vectors - vectors * values
            residual = max(residual, float(np.linalg.norm(difference, axis=0).max()))
        solver = f"SciPy {scipy.__version__}, {label}"
        print(
            f"{name:12} {nodes:7} nodes {arcs:8} arcs  {solver:28} {statistics.median(seconds):8.3f} s "
            f"({min(seconds):.3f} to {max(seconds):.3f})  residual {residual:.1e}",
            flush=True,
        )


main()
