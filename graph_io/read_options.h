#pragma once

#include <cstdint>

namespace cairn {

/// Whether the first line of an edge list names its columns. automatic: if all its cells are known column names.
enum class Header : std::uint8_t { automatic, yes, no };

/// How datasets are read. What a format says itself (GraphML: directed) needs no option.
struct ReadOptions {
  bool directed = false;
  Header header = Header::automatic;  // of edge lists; the tables of a folder are always automatic
};

}  // namespace cairn
