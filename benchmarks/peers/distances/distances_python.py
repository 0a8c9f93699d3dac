"""A worker (common/turns.py): distances in arcs from several anchors by SciPy, igraph or NetworkX, on one thread each.

usage: distances_python.py scipy|igraph|networkx FOLDER
Files, case and result as in distances_cairn.cpp. What a library returns is turned into that form outside of the time.
"""
import pathlib
import sys

import numpy as np

from common import graphs, machine
from common.turns import serve, timed


def scipy_search(graph):
    matrix = graphs.scipy_matrix(graph)
    return lambda anchor: graphs.hops_from(matrix, anchor), lambda hops: hops


def igraph_search(graph):
    import igraph

    sources = graph.sources()
    once = sources < graph.targets
    built = igraph.Graph(n=graph.nodes, edges=np.stack([sources[once], graph.targets[once]], axis=1))

    def hops(found):
        row = np.array(found[0])
        return np.where(np.isinf(row), graphs.UNREACHED, row).astype(np.uint16)

    return lambda anchor: built.distances(source=int(anchor)), hops


def networkx_search(graph):
    import networkx

    built = networkx.Graph()
    built.add_nodes_from(range(graph.nodes))
    built.add_edges_from(zip(graph.sources().tolist(), graph.targets.tolist()))

    def hops(found):
        row = np.full(graph.nodes, graphs.UNREACHED, dtype=np.uint16)
        row[np.fromiter(found.keys(), np.int64, len(found))] = np.fromiter(found.values(), np.uint16, len(found))
        return row

    return lambda anchor: networkx.single_source_shortest_path_length(built, int(anchor)), hops


LIBRARIES = {"scipy": (scipy_search, "SciPy", "scipy"), "igraph": (igraph_search, "igraph", "igraph"),
             "networkx": (networkx_search, "NetworkX", "networkx")}


def main():
    make, label, package = LIBRARIES[sys.argv[1]]
    folder = pathlib.Path(sys.argv[2])
    search, as_hops = make(graphs.read_raw(folder))
    anchors = np.fromfile(folder / "anchors.i32", dtype=np.int32)
    hops = []

    def run(_):
        hops.clear()
        total = 0.0
        for anchor in anchors:
            seconds, found = timed(lambda: search(anchor))
            total += seconds
            hops.append(as_hops(found))
        return total

    serve(machine.name_of(label, package) + ", 1 thread", run, lambda _, path: np.stack(hops).tofile(path))


main()
