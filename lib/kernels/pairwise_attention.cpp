#include "kernels/pairwise_attention.h"

#include <algorithm>
#include <vector>

#include "core/parallel.h"
#include "kernels/vector_kernels.h"

namespace cairn::kernels {

namespace {

constexpr Index slots = 8;  // shares of a head's graphs, each with its own sums of bias gradients

/// Matrices of one graph and head, in the order of its places. A thread keeps theirs from graph to graph.
struct Scratch {
  std::vector<Real> query, key, values, weights, products, of_sums, of_weights, result, packed;

  static Scratch& of_thread() {
    thread_local Scratch scratch;
    return scratch;
  }
};

/// c [n, width] = a [n, inner] b, where b(k, j) = b[k * row_step + j * column_step].
void multiply(const std::vector<Real>& a, const std::vector<Real>& b, Index row_step, Index column_step, Index n,
              Index inner, Index width, std::vector<Real>& packed, std::vector<Real>& c) {
  const VectorKernels& vectors = vector_kernels();
  packed.resize(static_cast<std::size_t>(vectors.packed_size(inner, width)));
  vectors.pack_columns(b.data(), row_step, column_step, inner, width, packed.data());
  c.resize(static_cast<std::size_t>(n * width));
  vectors.narrow_product({.a = a.data(), .packed_b = packed.data(), .c = c.data(), .inner = inner, .width = width}, 0,
                         n);
}

/// c [inner, width] = a^T b for a [n, inner] and b [n, width].
void multiply_transposed(const std::vector<Real>& a, const std::vector<Real>& b, Index n, Index inner, Index width,
                         std::vector<Real>& c) {
  c.assign(static_cast<std::size_t>(inner * width), 0);
  vector_kernels().add_outer_products(a.data(), b.data(), inner, width, c.data(), 0, n);
}

/// Columns first .. first + count - 1 of the rows of `nodes`, each row with `more` places behind them.
void gather(const Tensor& x, std::span<const NodeId> nodes, Index first, Index count, Index more,
            std::vector<Real>& to) {
  to.resize(nodes.size() * static_cast<std::size_t>(count + more));
  Real* place = to.data();
  for (const NodeId u : nodes) {
    place = std::copy_n(x.data() + u * x.columns() + first, count, place) + more;
  }
}

void add_rows(const std::vector<Real>& from, std::span<const NodeId> nodes, Index first, Index count, Index more,
              Tensor& x) {
  const Real* row = from.data();
  for (const NodeId u : nodes) {
    Real* const to = x.data() + u * x.columns() + first;
    for (Index c = 0; c < count; ++c) to[c] += row[c];
    row += count + more;
  }
}

/// What is the same for all graphs of a head.
struct HeadView {
  const KernelizedInputs& inputs;
  Index features;
  Index width;
  Index head;
  std::vector<double> coefficients;  // exp(b - max b)

  HeadView(const KernelizedInputs& of, Index heads, Index h)
      : inputs(of),
        features(of.query.columns() / heads),
        width(of.value.columns() / heads),
        head(h),
        coefficients(shifted_exponentials(of.biases.values().subspan(static_cast<std::size_t>(h * of.biases.columns()),
                                                                     static_cast<std::size_t>(of.biases.columns())))) {}

  Real coefficient(std::int32_t bias) const {
    return bias == PairTable::none ? Real(0) : static_cast<Real>(coefficients[static_cast<std::size_t>(bias)]);
  }
  /// Queries, keys (0 where masked), values with a last column of ones, and products = Q K^T, weights = M o products.
  void prepare(const PairTable& table, std::span<const NodeId> nodes, Scratch& s) const {
    const Index n = table.size;
    gather(inputs.query, nodes, head * features, features, 0, s.query);
    gather(inputs.key, nodes, head * features, features, 0, s.key);
    gather(inputs.value, nodes, head * width, width, 1, s.values);
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      s.values[(i + 1) * static_cast<std::size_t>(width + 1) - 1] = 1;
      if (inputs.key_mask.empty() || inputs.key_mask[static_cast<std::size_t>(nodes[i])] != 0) continue;
      std::fill_n(s.key.data() + static_cast<Index>(i) * features, features, Real(0));
    }
    multiply(s.query, s.key, 1, features, n, features, n, s.packed, s.products);
    s.weights.resize(s.products.size());
    for (std::size_t k = 0; k < s.weights.size(); ++k) {
      s.weights[k] = s.products[k] * coefficient(table.bias_of_pair[k]);
    }
  }
};

/// work(head, table, nodes of a graph, slot) for all heads and graphs; what a slot of a head does, one thread does in
/// order.
template <class Work>
void each_graph(std::span<const PairTable> tables, const std::vector<HeadView>& heads, const Work& work) {
  struct Item {
    const PairTable* table;
    const std::vector<NodeId>* nodes;
  };
  std::vector<Item> items;
  for (const PairTable& table : tables) {
    for (const std::vector<NodeId>& nodes : table.graphs) items.push_back({&table, &nodes});
  }
  const auto count = static_cast<Index>(items.size());
  const Index share = (count + slots - 1) / slots;
  parallel_blocks(static_cast<Index>(heads.size()) * slots, 1, [&](Index item, Index) {
    const Index slot = item % slots;
    for (Index g = slot * share; g < std::min(count, (slot + 1) * share); ++g) {
      const Item& graph = items[static_cast<std::size_t>(g)];
      work(heads[static_cast<std::size_t>(item / slots)], *graph.table, *graph.nodes, item);
    }
  });
}

std::vector<HeadView> views_of(const KernelizedInputs& inputs, Index heads) {
  std::vector<HeadView> views;
  for (Index h = 0; h < heads; ++h) views.emplace_back(inputs, heads, h);
  return views;
}

}  // namespace

Tensor pairwise_attend(std::span<const PairTable> tables, Index heads, const KernelizedInputs& inputs,
                       Tensor& denominators) {
  const Index nodes = inputs.query.rows();
  Tensor z = Tensor::uninitialized(inputs.value.shape());
  denominators = Tensor::uninitialized(Shape{heads, nodes});
  each_graph(tables, views_of(inputs, heads),
             [&](const HeadView& view, const PairTable& table, const std::vector<NodeId>& graph, Index) {
               Scratch& s = Scratch::of_thread();
               view.prepare(table, graph, s);
               const Index columns = view.width + 1;
               multiply(s.weights, s.values, columns, 1, table.size, table.size, columns, s.packed, s.result);
               const Real* sums = s.result.data();
               for (const NodeId u : graph) {
                 const double denominator = away_from_zero(static_cast<double>(sums[view.width]));
                 denominators.data()[view.head * nodes + u] = static_cast<Real>(denominator);
                 Real* const to = z.data() + u * z.columns() + view.head * view.width;
                 for (Index j = 0; j < view.width; ++j) {
                   to[j] = static_cast<Real>(static_cast<double>(sums[j]) / denominator);
                 }
                 sums += columns;
               }
             });
  return z;
}

void add_pairwise_attend_gradients(std::span<const PairTable> tables, Index heads, const KernelizedInputs& inputs,
                                   const Tensor& z, const Tensor& denominators, const Tensor& upstream,
                                   const KernelizedGradients& gradients) {
  const Index nodes = inputs.query.rows();
  const auto biases = static_cast<std::size_t>(inputs.biases.columns());
  std::vector<double> of_biases(gradients.biases == nullptr ? 0 : static_cast<std::size_t>(heads * slots) * biases, 0);
  each_graph(tables, views_of(inputs, heads),
             [&](const HeadView& view, const PairTable& table, const std::vector<NodeId>& graph, Index slot) {
               Scratch& s = Scratch::of_thread();
               view.prepare(table, graph, s);
               const Index n = table.size;
               const Index columns = view.width + 1;
               const Index first_value = view.head * view.width;
               const Index first_feature = view.head * view.features;
               // Of numerators up / denominator, of the denominator -<up, z> / denominator.
               gather(upstream, graph, first_value, view.width, 1, s.of_sums);
               Real* of_sum = s.of_sums.data();
               for (const NodeId u : graph) {
                 const double inverse =
                     inverse_denominator(static_cast<double>(denominators.data()[view.head * nodes + u]));
                 const Real* const value = z.data() + u * z.columns() + first_value;
                 double along = 0;
                 for (Index j = 0; j < view.width; ++j) {
                   along += static_cast<double>(of_sum[j]) * static_cast<double>(value[j]);
                   of_sum[j] = static_cast<Real>(static_cast<double>(of_sum[j]) * inverse);
                 }
                 of_sum[view.width] = static_cast<Real>(-along * inverse);
                 of_sum += columns;
               }
               if (gradients.value != nullptr) {
                 multiply_transposed(s.weights, s.of_sums, n, n, columns, s.result);
                 add_rows(s.result, graph, first_value, view.width, 1, *gradients.value);
               }
               multiply(s.of_sums, s.values, 1, columns, n, columns, n, s.packed, s.of_weights);
               if (gradients.biases != nullptr) {
                 double* const sums = of_biases.data() + static_cast<std::size_t>(slot) * biases;
                 for (std::size_t k = 0; k < s.weights.size(); ++k) {
                   const std::int32_t bias = table.bias_of_pair[k];
                   if (bias != PairTable::none) {
                     sums[bias] += static_cast<double>(s.of_weights[k]) * static_cast<double>(s.weights[k]);
                   }
                 }
               }
               for (std::size_t k = 0; k < s.of_weights.size(); ++k)
                 s.of_weights[k] *= view.coefficient(table.bias_of_pair[k]);
               if (gradients.query != nullptr) {
                 multiply(s.of_weights, s.key, view.features, 1, n, n, view.features, s.packed, s.result);
                 add_rows(s.result, graph, first_feature, view.features, 0, *gradients.query);
               }
               if (gradients.key == nullptr) return;
               multiply_transposed(s.of_weights, s.query, n, n, view.features, s.result);
               for (std::size_t i = 0; i < graph.size() && !inputs.key_mask.empty(); ++i) {
                 if (inputs.key_mask[static_cast<std::size_t>(graph[i])] != 0) continue;
                 std::fill_n(s.result.data() + static_cast<Index>(i) * view.features, view.features, Real(0));
               }
               add_rows(s.result, graph, first_feature, view.features, 0, *gradients.key);
             });
  if (gradients.biases == nullptr) return;
  for (Index h = 0; h < heads; ++h) {
    for (std::size_t p = 0; p < biases; ++p) {
      double sum = 0;
      for (Index slot = 0; slot < slots; ++slot)
        sum += of_biases[static_cast<std::size_t>(h * slots + slot) * biases + p];
      gradients.biases->values()[static_cast<std::size_t>(h) * biases + p] += static_cast<Real>(sum);
    }
  }
}

}  // namespace cairn::kernels
