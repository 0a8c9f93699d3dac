#include "benchmarks/kernels.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <utility>

#include "benchmarks/random_inputs.h"
#include "core/error.h"
#include "core/parallel.h"
#include "core/rng.h"
#include "graph/generate.h"
#include "graph/node_order.h"
#include "kernels/attention.h"
#include "kernels/dense.h"
#include "kernels/propagation.h"

namespace cairn::benchmarks {

namespace {

constexpr double value_bytes = sizeof(Real);

/// What a gathered row moves: whole cache lines.
double line_bytes(Index width) { return std::ceil(static_cast<double>(width) * value_bytes / 64) * 64; }

/// Collects timings; each kernel is one call of measure().
class Bench {
 public:
  explicit Bench(const KernelBenchOptions& options)
      : smoke_(options.smoke), rng_(options.seed), limits_(measure_limits(options.smoke)) {}

  bool smoke() const { return smoke_; }
  Rng& rng() { return rng_; }
  std::vector<KernelTiming> take() { return std::move(timings_); }

  /// How much work there is, and which limit bounds it.
  struct Work {
    double bytes = 0;
    double operations = 0;
    double gather_bytes_per_second =
        0;  // 0: bounded by the copy rate, or by the product rate where more operations than bytes
    bool product = false;
  };

  /// expected(i, j) is value j of row i of the result, in double; some thousand values are compared.
  void measure(const std::string& name, const std::string& size, const Work& work, const std::function<Tensor()>& run,
               const std::function<double(Index, Index)>& expected) {
    verify(name, size, run(), expected);
    const Spread spread = time_runs(run, smoke_ ? 0.01 : 0.5, smoke_ ? 2 : 7);
    KernelTiming timing{name, size, spread.median, spread.min, spread.max, work.bytes, work.operations, 0, ""};
    if (work.product) {
      timing.limit = "product";
      timing.share_of_limit = work.operations / limits_.product_operations_per_second / spread.median;
    } else if (work.gather_bytes_per_second > 0) {
      timing.limit = "gather";
      timing.share_of_limit = work.bytes / work.gather_bytes_per_second / spread.median;
    } else {
      timing.limit = "memory";
      timing.share_of_limit = work.bytes / limits_.memory_bytes_per_second / spread.median;
    }
    timings_.push_back(std::move(timing));
  }

 private:
  void verify(const std::string& name, const std::string& size, const Tensor& result,
              const std::function<double(Index, Index)>& expected) {
    const Index columns = result.columns();
    const Index step = std::max<Index>(1, result.size() / 4000) | 1;  // odd: visits every column
    for (Index place = 0; place < result.size(); place += step) {
      const double value = expected(place / columns, place % columns);
      const double found = static_cast<double>(result.data()[place]);
      // Sums of up to some ten thousand terms below 1 in magnitude: their rounding stays far below this.
      if (!(std::abs(found - value) <= 1e-3 * (1 + std::abs(value)))) {
        throw NumericError(fmt::format("{} on {}: expected {} at [{}, {}], found {}", name, size, value,
                                       place / columns, place % columns, found));
      }
    }
  }

  bool smoke_;
  Rng rng_;
  MachineLimits limits_;
  std::vector<KernelTiming> timings_;
};

std::string graph_size(const Propagation& graph, Index width) {
  return fmt::format("{} nodes, {} arcs, width {}", graph.target_count(), graph.arc_count(), width);
}

void measure_propagation(Bench& bench, const Propagation& graph, Index width, const std::string& name = "propagate") {
  const Tensor x = random_tensor({graph.source_count(), width}, bench.rng());
  Tensor y({graph.target_count(), width});
  const auto arcs = static_cast<double>(graph.arc_count());
  Bench::Work work;
  work.bytes = arcs * (line_bytes(width) + sizeof(NodeId) + value_bytes) +
               static_cast<double>(graph.target_count()) * (static_cast<double>(width) * value_bytes + sizeof(EdgeId));
  work.operations = 2 * arcs * static_cast<double>(width);
  work.gather_bytes_per_second =
      measure_gather(graph.source_count(), width * static_cast<Index>(sizeof(Real)), bench.smoke());
  bench.measure(
      name, graph_size(graph, width), work, [&] { return y = kernels::propagate(graph, x); },
      [&](Index v, Index j) {
        double sum = 0;
        for (auto k = graph.offsets()[static_cast<std::size_t>(v)];
             k < graph.offsets()[static_cast<std::size_t>(v) + 1]; ++k) {
          sum += static_cast<double>(graph.weights()[static_cast<std::size_t>(k)]) *
                 static_cast<double>(x.at(graph.sources()[static_cast<std::size_t>(k)], j));
        }
        return sum;
      });
}

/// What it costs to order nodes of a graph whose ids say nothing of where they lie, and what sums over arcs gain.
void measure_node_orders(Bench& bench, Index side) {
  const Graph grid = grid_graph(side, side);
  std::vector<NodeId> ids = node_order(grid, NodeOrder::given);
  for (Index i = grid.node_count() - 1; i > 0; --i) {
    std::swap(ids[static_cast<std::size_t>(i)], ids[static_cast<std::size_t>(bench.rng().below(i + 1))]);
  }
  const Graph shuffled = relabeled(grid, ids);
  Bench::Work work;
  work.bytes = static_cast<double>(grid.arc_count()) * (sizeof(NodeId) + line_bytes(1));
  work.operations = static_cast<double>(grid.arc_count());  // whether its end has been found
  work.gather_bytes_per_second = measure_gather(grid.node_count(), sizeof(NodeId), bench.smoke());
  for (const std::string_view name : node_order_names()) {
    const NodeOrder order = node_order_of(name);
    std::vector<NodeId> new_id = node_order(shuffled, order);
    if (order != NodeOrder::given) {
      const auto undone = [&] {  // 0 for each node that its new id leads back to
        new_id = node_order(shuffled, order);
        const std::vector<NodeId> old_id = inverse_order(new_id);
        Tensor off({shuffled.node_count(), 1});
        for (std::size_t u = 0; u < new_id.size(); ++u) {
          off.data()[u] = old_id[static_cast<std::size_t>(new_id[u])] == static_cast<NodeId>(u) ? 0 : 1;
        }
        return off;
      };
      bench.measure(fmt::format("node order {}", name),
                    fmt::format("{} nodes, {} arcs, a grid", grid.node_count(), grid.arc_count()), work, undone,
                    [](Index, Index) { return 0.0; });
    }
    measure_propagation(
        bench, Propagation::from_graph(relabeled(shuffled, new_id), Normalization::symmetric), 64,
        order == NodeOrder::given ? "propagate, grid, ids shuffled" : fmt::format("propagate, grid, ids by {}", name));
  }
}

void measure_sparse_products(Bench& bench, Index rows, Index columns, Index stored, Index width) {
  const SparseMatrix a = random_sparse(rows, columns, stored, bench.rng());
  const SparsePattern* const pattern = &a.pattern();
  const Tensor b = random_tensor({columns, width}, bench.rng());
  const Tensor u = random_tensor({rows, width}, bench.rng());
  const auto values = static_cast<double>(pattern->stored_count());
  const auto row_bytes = static_cast<double>(width) * value_bytes;
  const std::string size =
      fmt::format("[{}, {}] with {} stored, width {}", rows, columns, pattern->stored_count(), width);
  const auto value_at = [&](std::int64_t k) { return static_cast<double>(a.values().data()[k]); };

  Bench::Work work;
  work.operations = 2 * values * static_cast<double>(width);
  work.bytes = values * (line_bytes(width) + 4 + value_bytes) + static_cast<double>(rows) * (row_bytes + 8);
  work.gather_bytes_per_second = measure_gather(columns, width * static_cast<Index>(sizeof(Real)), bench.smoke());
  bench.measure(
      "sparse product", size, work, [&] { return kernels::matmul(a, b); },
      [&](Index i, Index j) {
        double sum = 0;
        for (auto k = pattern->offsets()[static_cast<std::size_t>(i)];
             k < pattern->offsets()[static_cast<std::size_t>(i) + 1]; ++k) {
          sum += value_at(k) * static_cast<double>(b.at(pattern->columns()[static_cast<std::size_t>(k)], j));
        }
        return sum;
      });

  const auto& transpose = pattern->transpose();
  work.bytes = values * (line_bytes(width) + 8 + value_bytes) + static_cast<double>(columns) * (2 * row_bytes + 8);
  work.gather_bytes_per_second = measure_gather(rows, width * static_cast<Index>(sizeof(Real)), bench.smoke());
  Tensor gradient({columns, width});
  const auto run = [&] {
    gradient.fill(0);
    kernels::add_matmul_at(a, u, gradient);
    return gradient;
  };
  bench.measure("sparse product, transposed", size, work, run, [&](Index i, Index j) {
    double sum = 0;
    for (auto k = transpose.offsets[static_cast<std::size_t>(i)];
         k < transpose.offsets[static_cast<std::size_t>(i) + 1]; ++k) {
      sum += value_at(transpose.positions[static_cast<std::size_t>(k)]) *
             static_cast<double>(u.at(transpose.rows[static_cast<std::size_t>(k)], j));
    }
    return sum;
  });
}

void measure_dense_products(Bench& bench, Index rows, Index inner, Index width) {
  const Tensor a = random_tensor({rows, inner}, bench.rng());
  const Tensor b = random_tensor({inner, width}, bench.rng());
  const Tensor u = random_tensor({rows, width}, bench.rng());
  const std::string size = fmt::format("[{}, {}] x [{}, {}]", rows, inner, inner, width);
  const auto row_count = static_cast<double>(rows);
  Bench::Work work;
  work.operations = 2 * row_count * static_cast<double>(inner) * static_cast<double>(width);
  work.bytes = (row_count * static_cast<double>(inner + width) + static_cast<double>(inner * width)) * value_bytes;
  work.product = true;
  bench.measure(
      "dense product", size, work, [&] { return kernels::matmul(a, b); },
      [&](Index i, Index j) {
        double sum = 0;
        for (Index k = 0; k < inner; ++k) sum += static_cast<double>(a.at(i, k)) * static_cast<double>(b.at(k, j));
        return sum;
      });

  Tensor a_gradient({rows, inner});
  const auto run_bt = [&] {
    a_gradient.fill(0);
    kernels::add_matmul_bt(u, b, a_gradient);
    return a_gradient;
  };
  work.bytes += row_count * static_cast<double>(2 * inner) * value_bytes;  // filled, and read before it is added to
  bench.measure("dense product, b transposed", size, work, run_bt, [&](Index i, Index k) {
    double sum = 0;
    for (Index j = 0; j < width; ++j) sum += static_cast<double>(u.at(i, j)) * static_cast<double>(b.at(k, j));
    return sum;
  });

  if (rows > 20000) return;  // the plain sum over so many rows would take longer than all measurements
  work.bytes -= row_count * static_cast<double>(2 * inner) * value_bytes;
  Tensor b_gradient({inner, width});
  const auto run_at = [&] {
    b_gradient.fill(0);
    kernels::add_matmul_at(a, u, b_gradient);
    return b_gradient;
  };
  bench.measure("dense product, a transposed", size, work, run_at, [&](Index k, Index j) {
    double sum = 0;
    for (Index i = 0; i < rows; ++i) sum += static_cast<double>(a.at(i, k)) * static_cast<double>(u.at(i, j));
    return sum;
  });
}

void measure_dropout(Bench& bench, Index size) {
  const Tensor x = random_tensor({size, 1}, bench.rng());
  Tensor y({size, 1});
  constexpr std::uint64_t key = 5;
  Bench::Work work;
  work.bytes = 2 * static_cast<double>(size) * value_bytes;
  work.operations = static_cast<double>(size);
  bench.measure(
      "dropout", fmt::format("{} values", size), work, [&] { return kernels::dropout(x, Real(0.5), key, y), y; },
      [&](Index i, Index) {
        const bool dropped = draw_bits(key, static_cast<std::uint32_t>(i)) < 0x80000000U;
        return dropped ? 0 : 2 * static_cast<double>(x.data()[i]);
      });
}

void measure_attention(Bench& bench, const Propagation& graph, Index heads, Index head_width) {
  const Index width = heads * head_width;
  const Index nodes = graph.source_count();
  const Tensor x = random_tensor({nodes, width}, bench.rng());
  const Tensor source_score = random_tensor({nodes, heads}, bench.rng());
  const Tensor target_score = random_tensor({nodes, heads}, bench.rng());
  const Tensor upstream = random_tensor({nodes, width}, bench.rng());
  kernels::EdgeAttention options;
  options.heads = heads;
  options.dropout_rate = Real(0.6);
  const auto arcs = static_cast<double>(graph.arc_count());
  const auto row_bytes = static_cast<double>(width) * value_bytes;
  const double head_bytes = static_cast<double>(heads) * value_bytes;
  const std::string size =
      fmt::format("{} nodes, {} arcs, {} heads of {}", nodes, graph.arc_count(), heads, head_width);
  Bench::Work work;
  work.gather_bytes_per_second = measure_gather(nodes, width * static_cast<Index>(sizeof(Real)), bench.smoke());

  kernels::AttentionTables tables;
  // A source's scores and values are gathered; weights stay in a cache.
  work.bytes = arcs * (line_bytes(width) + line_bytes(heads) + sizeof(NodeId)) +
               static_cast<double>(nodes) * (row_bytes + 3 * head_bytes);
  work.operations = arcs * static_cast<double>(2 * width + 10 * heads);
  const double kept_scale = 1 / (1 - static_cast<double>(options.dropout_rate));
  const auto limit = static_cast<std::uint32_t>(static_cast<double>(options.dropout_rate) * 4294967296.0);
  const auto forward = [&] { return kernels::attend(graph, x, source_score, target_score, options, &tables); };
  const auto exponential = [&](Index u, Index v, Index h) {
    const double score = static_cast<double>(source_score.at(u, h)) + static_cast<double>(target_score.at(v, h));
    return std::exp(score > 0 ? score : static_cast<double>(options.negative_slope) * score);
  };
  const auto sum_of_exponentials = [&](Index v, Index h) {
    double sum = 0;
    for (auto k = graph.offsets()[static_cast<std::size_t>(v)]; k < graph.offsets()[static_cast<std::size_t>(v) + 1];
         ++k) {
      sum += exponential(graph.sources()[static_cast<std::size_t>(k)], v, h);
    }
    return sum;
  };
  bench.measure("attend", size, work, forward, [&](Index v, Index j) {
    const Index h = j / head_width;
    double sum = 0;
    for (auto k = graph.offsets()[static_cast<std::size_t>(v)]; k < graph.offsets()[static_cast<std::size_t>(v) + 1];
         ++k) {
      if (draw_bits(options.dropout_key, static_cast<std::uint32_t>(k * heads + h)) < limit) continue;
      const Index u = graph.sources()[static_cast<std::size_t>(k)];
      sum += exponential(u, v, h) * kept_scale * static_cast<double>(x.at(u, j));
    }
    return sum == 0 ? 0 : sum / sum_of_exponentials(v, h);
  });

  const auto back = graph.transposed();
  const auto back_arcs = graph.transposed_arcs();
  Tensor x_gradient({nodes, width});
  Tensor source_gradient({nodes, heads});
  Tensor target_gradient({nodes, heads});
  const auto backward = [&] {
    x_gradient.fill(0);
    kernels::add_attend_gradients(
        graph, x, source_score, target_score, options, tables, upstream,
        {.x = &x_gradient, .source_score = &source_gradient, .target_score = &target_gradient});
    return x_gradient;
  };
  // A target gathers scores and values of sources, a source four terms and upstream rows of targets, twice with one
  // place.
  work.bytes =
      arcs * (2 * line_bytes(width) + line_bytes(heads) + line_bytes(4 * heads) + 2 * sizeof(NodeId) + sizeof(EdgeId)) +
      static_cast<double>(nodes) * (4 * row_bytes + 12 * head_bytes);
  work.operations = arcs * static_cast<double>(6 * width + 30 * heads);
  bench.measure("attend, gradients", size, work, backward, [&](Index u, Index j) {
    const Index h = j / head_width;
    double sum = 0;
    for (auto k = back.offsets[static_cast<std::size_t>(u)]; k < back.offsets[static_cast<std::size_t>(u) + 1]; ++k) {
      const Index place = back_arcs[static_cast<std::size_t>(k)] * heads + h;
      if (draw_bits(options.dropout_key, static_cast<std::uint32_t>(place)) < limit) continue;
      const Index v = back.targets[static_cast<std::size_t>(k)];
      sum += kept_scale * exponential(u, v, h) / sum_of_exponentials(v, h) * static_cast<double>(upstream.at(v, j));
    }
    return sum;
  });
}

}  // namespace

std::vector<KernelTiming> time_kernels(const KernelBenchOptions& options) {
  Bench bench(options);
  // As many nodes, arcs and features as the Cora citation graph: what a small training epoch is made of.
  const Propagation small = random_propagation(2708, 13264, bench.rng());
  for (const Index width : {16, 64}) measure_propagation(bench, small, width);
  measure_sparse_products(bench, 2708, 1433, 49216, 16);
  measure_sparse_products(bench, 2708, 1433, 49216, 64);
  measure_dense_products(bench, 2708, 16, 7);
  measure_dense_products(bench, 2708, 64, 7);
  measure_dropout(bench, 49216);
  measure_attention(bench, small, 8, 8);
  measure_attention(bench, small, 1, 7);

  const Index nodes = bench.smoke() ? 1000 : 200000;
  const Propagation large = random_propagation(nodes, nodes * 20, bench.rng());
  for (const Index width : {16, 32, 64, 128}) measure_propagation(bench, large, width);
  measure_dense_products(bench, bench.smoke() ? 1000 : 1000000, 32, 32);
  measure_dense_products(bench, bench.smoke() ? 200 : 16384, 128, 64);
  measure_dense_products(bench, bench.smoke() ? 200 : 16384, 256, 256);
  measure_dropout(bench, bench.smoke() ? 10000 : 50000000);
  measure_attention(bench, large, 8, 8);
  measure_node_orders(bench, bench.smoke() ? 32 : 512);
  return bench.take();
}

std::string format_timings(const std::vector<KernelTiming>& timings) {
  std::size_t name_width = 6;
  std::size_t size_width = 4;
  for (const KernelTiming& timing : timings) {
    name_width = std::max(name_width, timing.name.size());
    size_width = std::max(size_width, timing.size.size());
  }
  std::string text = fmt::format("{:<{}}  {:<{}}  {:>10}  {:>21}  {:>7}  {:>8}  {:>5}  limit\n", "kernel", name_width,
                                 "size", size_width, "median ms", "min .. max ms", "GB/s", "GFLOP/s", "share");
  for (const KernelTiming& timing : timings) {
    text += fmt::format("{:<{}}  {:<{}}  {:>10.4f}  {:>9.4f} .. {:>8.4f}  {:>7.1f}  {:>8.1f}  {:>4.0f}%  {}\n",
                        timing.name, name_width, timing.size, size_width, timing.median_seconds * 1e3,
                        timing.min_seconds * 1e3, timing.max_seconds * 1e3, timing.bytes / timing.median_seconds * 1e-9,
                        timing.operations / timing.median_seconds * 1e-9, timing.share_of_limit * 100, timing.limit);
  }
  return text;
}

}  // namespace cairn::benchmarks
