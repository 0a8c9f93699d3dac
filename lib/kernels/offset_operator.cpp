#include "kernels/offset_operator.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/error.h"
#include "core/parallel.h"
#include "kernels/shape_check.h"
#include "kernels/toeplitz.h"

namespace cairn::kernels {

namespace {

using Nodes = std::vector<NodeId>;

/// Graphs of the same extents: one set of coefficients and one spectrum serves them all.
struct Bucket {
  OffsetGeometry geometry;
  std::vector<Nodes> graphs;
};
using Buckets = std::shared_ptr<const std::vector<Bucket>>;

constexpr Index gradient_slots = 8;    // partial sums of gradients: work that may run at once
constexpr double widest_for_fft = 20;  // spread of biases: e^20 times the rounding of double is 1e-7
constexpr Index most_biases = 1 << 20;
constexpr Index most_pair_places = 1024;      // of a graph that is worked out pair by pair
constexpr Index most_pairs = Index(1) << 24;  // that tables of pairs hold, over all shapes
constexpr double pair_product = 0.1;          // nanoseconds; of the costs in toeplitz.cpp

/// What lies where within a panel: columns of a group go together, as many as a form takes.
struct PanelItems {
  Index groups;    // columns of a group that go together are one item
  Index features;  // columns of a group
  Index together;

  Index per_group() const { return (features + together - 1) / together; }
  Index per_graph() const { return groups * per_group(); }
};

class OffsetMatrix : public AttentionMatrix {
 public:
  OffsetMatrix(Index node_count, Buckets buckets, std::vector<double> coefficients, OffsetProduct wanted, double spread)
      : node_count_(node_count), buckets_(std::move(buckets)), coefficients_(std::move(coefficients)) {
    for (const Bucket& bucket : *buckets_) forms_.push_back(form_of(bucket.geometry, wanted, spread));
  }

  void apply(const Tensor& x, Tensor& y) const override { multiply(x, false, y); }
  void apply_transposed(const Tensor& x, Tensor& y) const override { multiply(x, true, y); }

  Index gradient_sum_count() const override {
    Index count = 0;
    for (const auto& form : forms_) count += gradient_slots * form->sum_count();
    return count;
  }
  void add_gradient_sums(const Tensor& x, const Tensor& w, std::span<double> sums) const override {
    each_item(x, gradient_slots, sums,
              [&](const OffsetForm& form, const Nodes& nodes, Index column, Index count, double* of_slot) {
                form.add_sums(gathered(x, nodes, column, count, 0), gathered(w, nodes, column, count, 1), count,
                              of_slot);
              });
  }
  void apply_both(const Tensor& x, const Tensor& w, Tensor& y, Tensor& back, std::span<double> sums) const override {
    require_fit(x.shape() == w.shape(), "attention by offsets", x, w);
    each_item(x, gradient_slots, sums,
              [&](const OffsetForm& form, const Nodes& nodes, Index column, Index count, double* of_slot) {
                const double* const from = gathered(x, nodes, column, count, 0);
                const double* const upstream = gathered(w, nodes, column, count, 1);
                double* const of_x = scratch(nodes, count, 2);
                double* const of_w = scratch(nodes, count, 3);
                form.both(from, upstream, count, of_x, of_w, of_slot);
                scatter(of_x, nodes, column, count, y);
                scatter(of_w, nodes, column, count, back);
              });
  }
  void add_bias_gradient(std::span<const double> sums, std::span<double> gradient) const override {
    std::vector<double> of_coefficients(coefficients_.size(), 0);
    std::size_t first = 0;
    for (const auto& form : forms_) {
      const auto count = static_cast<std::size_t>(form->sum_count());
      std::vector<double> total(count, 0);
      for (Index slot = 0; slot < gradient_slots; ++slot, first += count) {
        for (std::size_t k = 0; k < count; ++k) total[k] += sums[first + k];
      }
      form->add_bias_sums(total, of_coefficients);
    }
    for (std::size_t p = 0; p < gradient.size(); ++p) gradient[p] += coefficients_[p] * of_coefficients[p];
  }

 private:
  std::unique_ptr<OffsetForm> form_of(const OffsetGeometry& geometry, OffsetProduct wanted, double spread) const {
    const OffsetCosts costs = offset_costs(geometry);
    const bool line = geometry.extents.size() == 1;
    if (wanted == OffsetProduct::automatic) {
      const bool exact_enough = spread <= widest_for_fft;
      if (exact_enough && costs.fft < std::min(costs.direct, costs.band)) {
        wanted = OffsetProduct::fft;
      } else {
        wanted = costs.band < costs.direct ? OffsetProduct::band : OffsetProduct::direct;
      }
    }
    if (wanted == OffsetProduct::fft) return fft_form(geometry, coefficients_);
    if (wanted == OffsetProduct::band && line) return band_form(geometry, coefficients_);
    return direct_form(geometry, coefficients_);
  }

  void multiply(const Tensor& x, bool transposed, Tensor& y) const {
    require_fit(x.shape() == y.shape(), "attention by offsets", x, y);
    constexpr Index slots = 64;
    each_item(x, slots, {}, [&](const OffsetForm& form, const Nodes& nodes, Index column, Index count, double*) {
      double* const result = scratch(nodes, count, 2);
      form.multiply(gathered(x, nodes, column, count, 0), count, transposed, result);
      scatter(result, nodes, column, count, y);
    });
  }

  /// work(form, nodes of a graph, first column, columns, sums of the slot or null) for all graphs and columns of x.
  /// What a slot does, one thread does in order.
  template <class Work>
  void each_item(const Tensor& x, Index slots, std::span<double> sums, const Work& work) const {
    if (x.rank() != 3 || x.extent(2) != node_count_) {
      throw ShapeError(
          fmt::format("attention by offsets: {} does not fit {} nodes", to_string(x.shape()), node_count_));
    }
    double* of_bucket = sums.empty() ? nullptr : sums.data();
    for (std::size_t b = 0; b < forms_.size(); ++b) {
      const OffsetForm& form = *forms_[b];
      const std::vector<Nodes>& graphs = (*buckets_)[b].graphs;
      const PanelItems items{x.extent(0), x.extent(1), form.columns_together()};
      const Index count = static_cast<Index>(graphs.size()) * items.per_graph();
      const Index block = std::max<Index>(1, (count + slots - 1) / slots);
      parallel_blocks(count, block, [&](Index begin, Index end) {
        double* const of_slot = of_bucket == nullptr ? nullptr : of_bucket + begin / block * form.sum_count();
        for (Index item = begin; item < end; ++item) {
          const Index place = item % items.per_graph();
          const Index within = place % items.per_group() * items.together;
          work(form, graphs[static_cast<std::size_t>(item / items.per_graph())],
               place / items.per_group() * items.features + within, std::min(items.together, items.features - within),
               of_slot);
        }
      });
      if (of_bucket != nullptr) of_bucket += gradient_slots * form.sum_count();
    }
  }

  /// Working memory of a thread: `count` columns of a graph.
  static double* scratch(const Nodes& nodes, Index count, std::size_t which) {
    thread_local std::vector<double> buffers[4];
    const std::size_t size = nodes.size() * static_cast<std::size_t>(count);
    if (buffers[which].size() < size) buffers[which].resize(size);
    return buffers[which].data();
  }
  static const double* gathered(const Tensor& x, const Nodes& nodes, Index column, Index count, std::size_t which) {
    double* const columns = scratch(nodes, count, which);
    double* to = columns;
    for (Index c = column; c < column + count; ++c) {
      const Real* const from = x.data() + c * x.extent(2);
      for (const NodeId u : nodes) *to++ = static_cast<double>(from[u]);
    }
    return columns;
  }
  static void scatter(const double* from, const Nodes& nodes, Index column, Index count, Tensor& y) {
    for (Index c = column; c < column + count; ++c) {
      Real* const to = y.data() + c * y.extent(2);
      for (const NodeId u : nodes) to[u] = static_cast<Real>(*from++);
    }
  }

  Index node_count_;
  Buckets buckets_;
  std::vector<double> coefficients_;
  std::vector<std::unique_ptr<OffsetForm>> forms_;  // of the buckets
};

class OffsetOperator : public AttentionOperator {
 public:
  OffsetOperator(Index node_count, std::vector<Bucket> buckets, Index bias_count, OffsetProduct product)
      : node_count_(node_count),
        bias_count_(bias_count),
        product_(product),
        buckets_(std::make_shared<const std::vector<Bucket>>(std::move(buckets))) {
    if (product == OffsetProduct::automatic) make_tables();
  }

  Index node_count() const override { return node_count_; }
  Index bias_count() const override { return bias_count_; }
  bool points() const override { return true; }
  std::unique_ptr<AttentionMatrix> with_biases(std::span<const Real> biases) const override {
    check_biases(biases);
    const auto [lowest, highest] = std::minmax_element(biases.begin(), biases.end());
    return std::make_unique<OffsetMatrix>(node_count_, buckets_, shifted_exponentials(biases), product_,
                                          static_cast<double>(*highest) - static_cast<double>(*lowest));
  }
  std::span<const PairTable> pair_tables(Index features, Index columns) const override {
    const auto counted = [&](double by_pairs, double by_products) {
      return by_pairs * pair_product * static_cast<double>(features + columns) <
             by_products * static_cast<double>(features * columns);
    };
    return counted(pairs_, product_costs_) ? std::span<const PairTable>(tables_) : std::span<const PairTable>();
  }
  Tensor to_dense(std::span<const Real> biases) const override {
    check_biases(biases);
    Tensor dense = dense_zeros();
    const std::vector<double> coefficients = shifted_exponentials(biases);
    for (const Bucket& bucket : *buckets_) {
      const OffsetGeometry& geometry = bucket.geometry;
      for (Index i = 0; i < geometry.place_count(); ++i) {
        for (Index j = 0; j < geometry.place_count(); ++j) {
          const Index bias = bias_between(geometry, i, j);
          if (bias == OffsetGeometry::none) continue;
          const auto value = static_cast<Real>(coefficients[static_cast<std::size_t>(bias)]);
          for (const Nodes& nodes : bucket.graphs) {
            dense.at(nodes[static_cast<std::size_t>(i)], nodes[static_cast<std::size_t>(j)]) = value;
          }
        }
      }
    }
    return dense;
  }

 private:
  /// Tables of pairs, and what a column costs with them and by products: none where one graph is too large.
  void make_tables() {
    Index table_pairs = 0;
    for (const Bucket& bucket : *buckets_) {
      const Index n = bucket.geometry.place_count();
      table_pairs += n * n;
      if (n > most_pair_places || table_pairs > most_pairs) return;
    }
    for (const Bucket& bucket : *buckets_) {
      const OffsetGeometry& geometry = bucket.geometry;
      const Index n = geometry.place_count();
      PairTable table{n, {}, bucket.graphs};
      table.bias_of_pair.reserve(static_cast<std::size_t>(n * n));
      for (Index i = 0; i < n; ++i) {
        for (Index j = 0; j < n; ++j) {
          table.bias_of_pair.push_back(static_cast<std::int32_t>(bias_between(geometry, i, j)));
        }
      }
      tables_.push_back(std::move(table));
      const OffsetCosts costs = offset_costs(geometry);
      const auto graphs = static_cast<double>(bucket.graphs.size());
      pairs_ += graphs * static_cast<double>(n * n);
      product_costs_ += graphs * std::min({costs.direct, costs.band, costs.fft});
    }
  }

  static Index bias_between(const OffsetGeometry& geometry, Index i, Index j) {
    Index bias = 0;
    Index stride = 1;
    for (std::size_t axis = geometry.extents.size(); axis-- > 0;) {
      const Index n = geometry.extents[axis];
      const Index along = geometry.axis_bias(axis, j % n - i % n);
      if (along == OffsetGeometry::none) return along;
      bias += along * stride;
      stride *= 2 * geometry.clip + 1;
      i /= n;
      j /= n;
    }
    return bias;
  }

  Index node_count_;
  Index bias_count_;
  OffsetProduct product_;
  Buckets buckets_;
  std::vector<PairTable> tables_;  // none: graphs are too large, or a product was asked for
  double pairs_ = 0;
  double product_costs_ = 0;  // nanoseconds, of a column
};

Index bias_count_of(std::size_t axes, const OffsetOptions& options) {
  if (options.clip < 1) {
    throw UsageError(fmt::format("attention by offsets: expected offsets up to 1 or more, found {}", options.clip));
  }
  if (options.causal && (options.periodic || axes > 1)) {
    throw UsageError(
        "attention by offsets: only nodes in line have some that come before; causal rings and grids do not");
  }
  Index count = 1;
  for (std::size_t axis = 0; axis < axes; ++axis) {
    if (2 * options.clip + 1 > most_biases / count) {
      throw UsageError(
          fmt::format("attention by offsets: offsets up to {} on {} axes take more than {} biases; expected "
                      "fewer",
                      options.clip, axes, most_biases));
    }
    count *= 2 * options.clip + 1;
  }
  return count;
}

void require_extents(const OffsetPart& part, std::size_t axes, std::size_t number) {
  Index places = 1;
  for (const Index extent : part.extents) places *= std::max<Index>(extent, 0);
  if (part.extents.empty() || part.extents.size() != axes || places != static_cast<Index>(part.nodes.size())) {
    throw ShapeError(
        fmt::format("attention by offsets: graph {}: extents of {} places and {} axes do not fit {} nodes "
                    "and {} axes",
                    number, places, part.extents.size(), part.nodes.size(), axes));
  }
}

}  // namespace

std::shared_ptr<const AttentionOperator> offset_operator(Index node_count, std::vector<OffsetPart> parts,
                                                         const OffsetOptions& options) {
  const std::size_t axes = parts.empty() ? 1 : parts.front().extents.size();
  const Index bias_count = bias_count_of(axes, options);
  std::vector<Bucket> buckets;
  std::vector<Nodes> lists;
  for (std::size_t number = 0; number < parts.size(); ++number) {
    OffsetPart& part = parts[number];
    require_extents(part, axes, number);
    lists.push_back(part.nodes);
    if (part.nodes.empty()) continue;
    auto bucket = std::find_if(buckets.begin(), buckets.end(),
                               [&](const Bucket& other) { return other.geometry.extents == part.extents; });
    if (bucket == buckets.end()) {
      buckets.push_back({{std::move(part.extents), options.clip, options.periodic, options.causal}, {}});
      bucket = std::prev(buckets.end());
    }
    bucket->graphs.push_back(std::move(part.nodes));
  }
  require_each_node_once("attention by offsets", node_count, lists);
  return std::make_shared<OffsetOperator>(node_count, std::move(buckets), bias_count, options.product);
}

}  // namespace cairn::kernels
