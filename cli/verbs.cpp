#include <array>

#include "cli/verb.h"

namespace cairn::cli {

namespace {
constexpr std::array<VerbEntry, 9> table{{
    {"info", "what a dataset holds: counts, degrees, components, classes, splits", make_info, true},
    {"convert", "writes a dataset in another format", make_convert, false},
    {"train", "trains a model on a dataset and judges it on the test part", make_train, true},
    {"predict", "labels the nodes of a dataset with a trained model", make_predict, true},
    {"embed", "writes position embeddings of the nodes, for use in other programs", make_embed, true},
    {"inspect", "says where a position encoding or an embedding stands, before anything is trained", make_inspect,
     true},
    {"search", "chooses positions, encoding, layers and fusion for a dataset", make_search, true},
    {"bench", "measures this machine and this build", make_bench, true},
    {"demo", "trains on an embedded dataset: what the graph adds", make_demo, true},
}};
}

std::span<const VerbEntry> verbs() { return table; }

}  // namespace cairn::cli
