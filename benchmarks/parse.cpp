#include "benchmarks/parse.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <span>
#include <system_error>

#include "core/error.h"
#include "core/parallel.h"
#include "core/rng.h"
#include "graph/graph.h"
#include "graph_io/edge_list.h"
#include "graph_io/output_file.h"

namespace cairn::benchmarks {

namespace {

constexpr double seconds_per_count = 4;
constexpr int fewest_runs = 5;

struct RandomEdges {
  Index node_count = 0;
  std::vector<NodeId> sources;
  std::vector<NodeId> targets;
};

/// Uniform ends, every node at least once, so that ids need no ranking in the reference.
RandomEdges random_edges(Index edge_count, std::uint64_t seed) {
  RandomEdges edges{edge_count / 10, std::vector<NodeId>(static_cast<std::size_t>(edge_count)),
                    std::vector<NodeId>(static_cast<std::size_t>(edge_count))};
  Rng rng = Rng(seed).split("parse");
  for (std::size_t i = 0; i < edges.sources.size(); ++i) {
    edges.sources[i] = static_cast<NodeId>(static_cast<Index>(i) < edges.node_count ? static_cast<Index>(i)
                                                                                    : rng.below(edges.node_count));
    edges.targets[i] = static_cast<NodeId>(rng.below(edges.node_count));
  }
  return edges;
}

/// A file that is removed with its owner.
class TemporaryEdgeList {
 public:
  explicit TemporaryEdgeList(const RandomEdges& edges)
      : path_(std::filesystem::temp_directory_path() / fmt::format("cairn-parse-{}.csv", ::getpid())) {
    OutputFile file(path_);
    file.write("source,target\n");
    for (std::size_t i = 0; i < edges.sources.size(); ++i)
      file.write(fmt::format("{},{}\n", edges.sources[i], edges.targets[i]));
    file.commit();
  }
  ~TemporaryEdgeList() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  TemporaryEdgeList(const TemporaryEdgeList&) = delete;
  TemporaryEdgeList& operator=(const TemporaryEdgeList&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// Sets the number of threads, and sets it back.
class ThreadScope {
 public:
  explicit ThreadScope(int count) : before_(thread_count()) { set_thread_count(count); }
  ~ThreadScope() { set_thread_count(before_); }
  ThreadScope(const ThreadScope&) = delete;
  ThreadScope& operator=(const ThreadScope&) = delete;

 private:
  int before_;
};

void check_same(const Graph& read, const Graph& built) {
  const auto equal = [](auto a, auto b) { return std::equal(a.begin(), a.end(), b.begin(), b.end()); };
  if (!equal(read.offsets(), built.offsets()) || !equal(read.targets(), built.targets())) {
    throw NumericError("parse: the graph that was read differs from the one of the same edges in memory");
  }
}

}  // namespace

std::vector<ParseTiming> time_parsing(const ParseBenchOptions& options) {
  const Index edge_count = options.smoke ? 100'000 : 10'000'000;
  RandomEdges edges = random_edges(edge_count, options.seed);
  const TemporaryEdgeList file(edges);
  const Graph built = Graph::from_columns(edges.node_count, edges.sources, edges.targets, {});
  edges = {};
  std::vector<ParseTiming> timings;
  for (const int threads : options.threads) {
    const ThreadScope scope(threads);
    check_same(read_edge_list(file.path()).graph, built);
    ParseTiming timing;
    timing.threads = threads;
    timing.edges = edge_count;
    timing.file_bytes = static_cast<double>(std::filesystem::file_size(file.path()));
    timing.seconds = time_runs([&] { read_edge_list(file.path()); }, options.smoke ? 0 : seconds_per_count,
                               options.smoke ? 1 : fewest_runs);
    timing.edges_per_second_per_core = static_cast<double>(edge_count) / timing.seconds.median / threads;
    timings.push_back(timing);
  }
  return timings;
}

std::string format_parsing(const std::vector<ParseTiming>& timings) {
  std::string text = fmt::format("{:<34} {:>10} {:>21} {:>10} {:>22}\n", "edge list, warm file to Graph", "median s",
                                 "min .. max s", "MB/s", "edges a second and core");
  for (const ParseTiming& timing : timings) {
    text += fmt::format("{:<34} {:>10.3f} {:>21} {:>10.0f} {:>22}\n",
                        fmt::format("{} M edges, {} thread{}", static_cast<double>(timing.edges) / 1e6, timing.threads,
                                    timing.threads == 1 ? "" : "s"),
                        timing.seconds.median, fmt::format("{:.3f} .. {:.3f}", timing.seconds.min, timing.seconds.max),
                        timing.file_bytes / 1e6 / timing.seconds.median,
                        fmt::format("{:.1f} M", timing.edges_per_second_per_core / 1e6));
  }
  return text;
}

}  // namespace cairn::benchmarks
