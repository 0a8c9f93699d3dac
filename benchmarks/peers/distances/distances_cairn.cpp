// A worker (common/turns.py): cairn's distances in arcs from several anchors.
//   distances_cairn FOLDER THREADS
// FOLDER holds offsets.i64, targets.i32 and anchors.i32. Its one case's result is [anchors, nodes], uint16, 65535 where
// no path leads.

#include <fmt/format.h>

#include <exception>
#include <string>

#include "benchmarks/peers/common/worker.h"
#include "core/parallel.h"
#include "position/distances.h"

namespace {

using namespace cairn;

/// A row an anchor, from cairn's row a node.
std::vector<std::uint16_t> by_anchor(const HopDistances& distances) {
  std::vector<std::uint16_t> hops;
  hops.reserve(static_cast<std::size_t>(distances.node_count * distances.anchor_count));
  for (Index k = 0; k < distances.anchor_count; ++k) {
    for (Index u = 0; u < distances.node_count; ++u) hops.push_back(distances.at(u, k));
  }
  return hops;
}

void run(const std::string& folder, int threads) {
  set_thread_count(threads);
  const Graph graph = Graph::from_rows(peers::read_raw<EdgeId>(folder + "/offsets.i64"),
                                       peers::read_raw<NodeId>(folder + "/targets.i32"), {});
  AnchorSet anchors;
  for (const NodeId anchor : peers::read_raw<NodeId>(folder + "/anchors.i32")) anchors.groups.push_back({anchor});
  HopDistances found;
  std::vector<std::uint16_t> hops;
  peers::serve(
      "\"name\": \"cairn\"", [&](const std::string&) { found = hop_distances(graph, anchors); },
      [&](const std::string&) {
        hops = by_anchor(found);
        return std::span<const std::uint16_t>(hops);
      });
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    fmt::print(stderr, "usage: distances_cairn FOLDER THREADS\n");
    return 2;
  }
  try {
    run(argv[1], std::stoi(argv[2]));
  } catch (const std::exception& error) {
    fmt::print(stderr, "distances_cairn: {}\n", error.what());
    return 1;
  }
  return 0;
}
