"""The R-MAT graph that layers are timed on, and what a row an arc of it costs."""
from common import graphs


def rmat_graph(smoke):
    """About 200,000 nodes with edges and 4 million arcs; smoke: about 1,000."""
    return graphs.rmat(11, 2**13, seed=1) if smoke else graphs.rmat(19, 2**21, seed=1)


def memory_of_arcs(row_bytes, copies):
    """Bytes that must be free for so many tables with a row an arc at once, and a quarter of it to spare."""
    return 1.25 * copies * row_bytes
