#pragma once

#include <string>

#include "support/program.h"

namespace cairn::support {

/// A dataset folder of two cliques of ten with names for ids: "<prefix>0" .. "<prefix>19". Features tell the cliques
/// apart, so do the edges; classes are called "left, or west" and "right". Every node has a part where `split`.
inline std::string write_cliques(const TemporaryFolder& folder, const std::string& name, const std::string& prefix,
                                 bool with_labels = true, bool with_split = true) {
  std::string edges = "source,target\n";
  std::string features = "node,f0,f1,f2\n";
  std::string labels = "node,label\n";
  std::string split = "node,part\n";
  for (int u = 0; u < 20; ++u) {
    const std::string node = prefix + std::to_string(u);
    const bool left = u < 10;
    for (int v = u + 1; v < (left ? 10 : 20); ++v) edges += node + "," + prefix + std::to_string(v) + "\n";
    features += node + (left ? ",1,0," : ",0,1,") + std::to_string(0.125 * (u % 4)) + "\n";
    labels += node + (left ? ",\"left, or west\"\n" : ",right\n");
    split += node + (u % 10 < 4 ? ",train\n" : u % 10 < 7 ? ",validation\n" : ",test\n");
  }
  folder.write(name + "/edges.csv", edges);
  folder.write(name + "/features.csv", features);
  if (with_labels) folder.write(name + "/labels.csv", labels);
  if (with_labels && with_split) folder.write(name + "/split.csv", split);
  return folder / name;
}

/// A synthetic dataset that is trained on in an instant.
inline const std::string small_sbm = "sbm:nodes=200,classes=3,features=40,degree=6";

}  // namespace cairn::support
