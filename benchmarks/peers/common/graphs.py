"""Random graphs as compressed rows, and dataset folders and raw files that both sides of a comparison read."""
import dataclasses

import numpy as np


@dataclasses.dataclass
class Graph:
    """Undirected, in compressed rows: targets ascend within a row, every edge is two arcs."""
    offsets: np.ndarray  # int64, nodes + 1
    targets: np.ndarray  # int32

    @property
    def nodes(self):
        return len(self.offsets) - 1

    @property
    def arcs(self):
        return len(self.targets)

    def sources(self):
        """The node that each arc leaves."""
        return np.repeat(np.arange(self.nodes, dtype=np.int32), np.diff(self.offsets))

    def text(self):
        return f"{self.nodes:,} nodes, {self.arcs:,} arcs"


def from_pairs(nodes, u, v):
    """The graph of the edges u[i], v[i]; loops are left out and duplicates merge."""
    u, v = u.astype(np.int64), v.astype(np.int64)
    kept = u != v
    keys = np.unique(np.minimum(u, v)[kept] * nodes + np.maximum(u, v)[kept])
    low, high = keys // nodes, keys % nodes
    arcs = np.sort(np.concatenate([low * nodes + high, high * nodes + low]))
    offsets = np.zeros(nodes + 1, dtype=np.int64)
    np.cumsum(np.bincount(arcs // nodes, minlength=nodes), out=offsets[1:])
    return Graph(offsets, (arcs % nodes).astype(np.int32))


def uniform(nodes, arcs, seed):
    """Exactly arcs / 2 different edges, each set of them equally likely."""
    random = np.random.default_rng(seed)
    wanted = arcs // 2
    keys = np.zeros(0, dtype=np.int64)
    while len(keys) < wanted:
        u, v = random.integers(0, nodes, (2, wanted + 1000))
        u, v = np.minimum(u, v)[u != v], np.maximum(u, v)[u != v]
        keys = np.unique(np.concatenate([keys, u * nodes + v]))
    keys = random.permutation(keys)[:wanted]
    return from_pairs(nodes, keys // nodes, keys % nodes)


def rmat(scale, edges, seed):
    """R-MAT (Chakrabarti et al., SDM 2004) with the shares of Graph500, ids shuffled, nodes without edges left out."""
    random = np.random.default_rng(seed)
    u = np.zeros(edges, dtype=np.int64)
    v = np.zeros(edges, dtype=np.int64)
    for _ in range(scale):
        draw = random.random(edges)
        u = 2 * u + (draw >= 0.76)
        v = 2 * v + (((draw >= 0.57) & (draw < 0.76)) | (draw >= 0.95))
    u, v = u[u != v], v[u != v]
    used, places = np.unique(np.concatenate([u, v]), return_inverse=True)
    ids = random.permutation(len(used))[places]
    return from_pairs(len(used), ids[:len(u)], ids[len(u):])


def caves(count, size, rewired, seed):
    """A ring of `count` cliques of `size` nodes, a share of whose edges gets another end, as P-GNN's communities."""
    random = np.random.default_rng(seed)
    nodes = count * size
    u, v = np.triu_indices(size, 1)
    starts = np.arange(count)[:, None] * size
    u, v = (starts + u).ravel(), (starts + v).ravel()
    v[::len(v) // count] = (starts.ravel() - 1) % nodes  # of each clique the first edge goes to the one before
    moved = random.random(len(u)) < rewired
    v[moved] = random.integers(0, nodes, moved.sum())
    return from_pairs(nodes, u, v)


def write_raw(graph, folder):
    """offsets.i64 and targets.i32."""
    graph.offsets.tofile(folder / "offsets.i64")
    graph.targets.tofile(folder / "targets.i32")


def read_raw(folder):
    return Graph(np.fromfile(folder / "offsets.i64", dtype=np.int64),
                 np.fromfile(folder / "targets.i32", dtype=np.int32))


def write_dataset(graph, features, labels, folder):
    """A dataset folder of cairn's, on all of whose nodes is trained, and the raw files for its peers.

    Without validation nodes an epoch is forward, backward and step, and nothing else.
    """
    folder.mkdir()
    sources = graph.sources()
    once = sources < graph.targets
    edges = np.stack([sources[once], graph.targets[once]], axis=1)
    np.savetxt(folder / "edges.csv", edges, fmt="%d", delimiter=",", header="source,target", comments="")
    np.save(folder / "features.npy", features.astype(np.float32))
    ids = np.arange(graph.nodes)
    np.savetxt(folder / "labels.csv", np.stack([ids, labels], axis=1), fmt="%d", delimiter=",", header="node,label",
               comments="")
    (folder / "split.csv").write_text("node,part\n" + "".join(f"{node},train\n" for node in ids))
    raw = folder.parent / f"{folder.name}.raw"
    raw.mkdir()
    write_raw(graph, raw)
    np.save(raw / "features.npy", features.astype(np.float32))
    np.save(raw / "labels.npy", labels.astype(np.int64))
    return raw


UNREACHED = 0xFFFF


def scipy_matrix(graph):
    """Adjacency as SciPy has it, ones for arcs."""
    from scipy.sparse import csr_matrix

    return csr_matrix((np.ones(graph.arcs), graph.targets, graph.offsets), shape=(graph.nodes, graph.nodes))


def hops_from(matrix, anchor):
    """Distances in arcs from a node, [N] uint16: SciPy's breadth-first order, its fastest way, then level by level."""
    from scipy.sparse.csgraph import breadth_first_order

    order, parents = breadth_first_order(matrix, anchor)
    places = np.empty(matrix.shape[0], dtype=np.int64)
    places[order] = np.arange(len(order))
    parent_places = places[parents[order[1:]]]  # ascending: parents stand in the order that their children follow
    hops = np.full(matrix.shape[0], UNREACHED, dtype=np.uint16)
    hops[anchor] = 0
    begin, level = 1, 0  # nodes before `begin` have their hops; the next level's parents stand before it
    while begin < len(order):
        level += 1
        end = 1 + np.searchsorted(parent_places, begin)
        hops[order[begin:end]] = level
        begin = end
    return hops
