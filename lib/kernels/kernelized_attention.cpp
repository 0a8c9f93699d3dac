#include "kernels/kernelized_attention.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/error.h"
#include "core/parallel.h"
#include "kernels/pairwise_attention.h"
#include "kernels/shape_check.h"

// Everything here lies as operators want it: a column of N values after the other. Products of features and values are
// formed for a panel of features at a time and never kept; the denominator is one more value, 1 at every node, so that
// it goes through the very same sums as the numerators.

namespace cairn::kernels {

namespace {

constexpr Index node_block = 4096;              // of loops over nodes: a thread's share of a column
constexpr Index panel_values = Index(1) << 23;  // most values of a panel, of which a backward pass holds four

thread_local Index panels_as_of = 0;  // see PanelsAsOf

/// to[c, u] = x[u, first + c]: [count, N].
Tensor columns_of(const Tensor& x, Index first, Index count) {
  const Index n = x.rows();
  Tensor to = Tensor::uninitialized(Shape{count, n});
  parallel_blocks(n, 256, [&](Index begin, Index end) {
    for (Index c = 0; c < count; ++c) {
      for (Index u = begin; u < end; ++u) to.data()[c * n + u] = x.data()[u * x.columns() + first + c];
    }
  });
  return to;
}

/// x[u, first + c] += from[c, u].
void add_columns(const Tensor& from, Index first, Tensor& x) {
  const Index n = x.rows();
  parallel_blocks(n, 256, [&](Index begin, Index end) {
    for (Index c = 0; c < from.rows(); ++c) {
      for (Index u = begin; u < end; ++u) x.data()[u * x.columns() + first + c] += from.data()[c * n + u];
    }
  });
}

/// work(row, begin, end) for all rows of [rows, n], in blocks of nodes.
template <class Work>
void each_stretch(Index rows, Index n, const Work& work) {
  const Index stretches = (n + node_block - 1) / node_block;
  parallel_blocks(rows * stretches, 1, [&](Index item, Index) {
    const Index begin = item % stretches * node_block;
    work(item / stretches, begin, std::min(n, begin + node_block));
  });
}

/// One head as columns.
struct Head {
  Tensor query;   // [m, N]
  Tensor key;     // [m, N], 0 where masked
  Tensor values;  // [dv + 1, N], the last ones

  Index nodes() const { return values.columns(); }
  Index features() const { return query.rows(); }
  Index columns() const { return values.rows(); }
};

Head head_of(const KernelizedInputs& inputs, Index heads, Index h) {
  const Index features = inputs.query.columns() / heads;
  const Index width = inputs.value.columns() / heads;
  const Index n = inputs.query.rows();
  Head head{columns_of(inputs.query, h * features, features), columns_of(inputs.key, h * features, features),
            Tensor::uninitialized(Shape{width + 1, n})};
  if (!inputs.key_mask.empty()) {
    each_stretch(features, n, [&](Index l, Index begin, Index end) {
      for (Index u = begin; u < end; ++u) {
        if (inputs.key_mask[static_cast<std::size_t>(u)] == 0) head.key.data()[l * n + u] = 0;
      }
    });
  }
  const Tensor values = columns_of(inputs.value, h * width, width);
  std::copy_n(values.data(), width * n, head.values.data());
  std::fill_n(head.values.data() + width * n, n, Real(1));
  return head;
}

/// Features a panel: a power of two, so that operators which take columns by twos or fours find them in one group.
Index panel_features(const Head& head) {
  const Index nodes = std::max(head.nodes(), panels_as_of);
  const Index most = std::max<Index>(2, panel_values / std::max<Index>(1, head.columns() * nodes));
  Index features = 2;
  while (2 * features <= most && features < head.features()) features *= 2;
  return std::min(features, head.features());
}

/// [J, features, N]: outer[j, u] * inner[first + l, u].
Tensor products(const Tensor& outer, const Tensor& inner, Index first, Index features) {
  const Index n = outer.columns();
  Tensor panel = Tensor::uninitialized(Shape{outer.rows(), features, n});
  each_stretch(outer.rows() * features, n, [&](Index column, Index begin, Index end) {
    const Real* const a = outer.data() + column / features * n;
    const Real* const b = inner.data() + (first + column % features) * n;
    Real* const to = panel.data() + column * n;
    for (Index u = begin; u < end; ++u) to[u] = a[u] * b[u];
  });
  return panel;
}

std::span<const Real> biases_of(const Tensor& biases, Index h) {
  return biases.values().subspan(static_cast<std::size_t>(h * biases.columns()),
                                 static_cast<std::size_t>(biases.columns()));
}

void check_fit(const AttentionOperator& op, Index heads, const KernelizedInputs& inputs) {
  constexpr const char* name = "kernelized_attend";
  require_matrix(name, inputs.query);
  require_matrix(name, inputs.key);
  require_matrix(name, inputs.value);
  require_matrix(name, inputs.biases);
  require_fit(inputs.query.shape() == inputs.key.shape(), name, inputs.query, inputs.key);
  require_fit(inputs.query.rows() == inputs.value.rows(), name, inputs.query, inputs.value);
  if (heads < 1 || inputs.query.columns() % heads != 0 || inputs.value.columns() % heads != 0) {
    throw ShapeError(fmt::format("{}: {} and {} do not divide into {} heads", name, to_string(inputs.query.shape()),
                                 to_string(inputs.value.shape()), heads));
  }
  if (inputs.query.rows() != op.node_count()) {
    throw ShapeError(fmt::format("{}: {} does not fit an operator of {} nodes", name, to_string(inputs.query.shape()),
                                 op.node_count()));
  }
  if (inputs.biases.rows() != heads || inputs.biases.columns() != op.bias_count()) {
    throw ShapeError(fmt::format("{}: expected biases [{}, {}], found {}", name, heads, op.bias_count(),
                                 to_string(inputs.biases.shape())));
  }
  if (!inputs.key_mask.empty() && static_cast<Index>(inputs.key_mask.size()) != op.node_count()) {
    throw ShapeError(
        fmt::format("{}: a mask of {} nodes for an operator of {}", name, inputs.key_mask.size(), op.node_count()));
  }
}

/// Numerators and, last, the denominator: [dv + 1, N].
std::vector<double> sums_of(const AttentionMatrix& matrix, const Head& head) {
  const Index n = head.nodes();
  std::vector<double> sums(static_cast<std::size_t>(head.columns() * n), 0);
  const Index step = panel_features(head);
  for (Index first = 0; first < head.features(); first += step) {
    const Index features = std::min(step, head.features() - first);
    const Tensor x = products(head.values, head.key, first, features);
    Tensor y = Tensor::uninitialized(x.shape());
    matrix.apply(x, y);
    each_stretch(head.columns(), n, [&](Index j, Index begin, Index end) {
      double* const to = sums.data() + j * n;
      for (Index l = 0; l < features; ++l) {
        const Real* const from = y.data() + (j * features + l) * n;
        const Real* const query = head.query.data() + (first + l) * n;
        for (Index u = begin; u < end; ++u) to[u] += static_cast<double>(query[u]) * static_cast<double>(from[u]);
      }
    });
  }
  return sums;
}

/// What numerators and the denominator of each node receive: [dv + 1, N]. Nodes whose denominator was replaced receive
/// nothing: their result says nothing about its inputs.
Tensor sum_gradients(Index heads, Index h, const Tensor& z, const Real* denominators, const Tensor& upstream) {
  const Index n = z.rows();
  const Index width = z.columns() / heads;
  Tensor gradients = Tensor::uninitialized(Shape{width + 1, n});
  parallel_blocks(n, 256, [&](Index begin, Index end) {
    for (Index u = begin; u < end; ++u) {
      const Real* const up = upstream.data() + u * z.columns() + h * width;
      const Real* const value = z.data() + u * z.columns() + h * width;
      const auto denominator = static_cast<double>(denominators[u]);
      const double inverse = inverse_denominator(denominator);
      double along = 0;
      for (Index j = 0; j < width; ++j) {
        gradients.data()[j * n + u] = static_cast<Real>(static_cast<double>(up[j]) * inverse);
        along += static_cast<double>(up[j]) * static_cast<double>(value[j]);
      }
      gradients.data()[width * n + u] = static_cast<Real>(-along * inverse);
    }
  });
  return gradients;
}

/// to[first + l, u] += sum over j of a[j, u] panel[j, l, u].
void add_over_values(const Tensor& a, const Tensor& panel, Index first, Tensor& to) {
  const Index n = a.columns();
  const Index features = panel.extent(1);
  each_stretch(features, n, [&](Index l, Index begin, Index end) {
    Real* const sum = to.data() + (first + l) * n;
    for (Index j = 0; j < a.rows(); ++j) {
      const Real* const left = a.data() + j * n;
      const Real* const right = panel.data() + (j * features + l) * n;
      for (Index u = begin; u < end; ++u) sum[u] += left[u] * right[u];
    }
  });
}

/// to[j, u] += sum over l of a[first + l, u] panel[j, l, u], for the rows of `to`.
void add_over_features(const Tensor& a, const Tensor& panel, Index first, Tensor& to) {
  const Index n = a.columns();
  const Index features = panel.extent(1);
  each_stretch(to.rows(), n, [&](Index j, Index begin, Index end) {
    Real* const sum = to.data() + j * n;
    for (Index l = 0; l < features; ++l) {
      const Real* const left = a.data() + (first + l) * n;
      const Real* const right = panel.data() + (j * features + l) * n;
      for (Index u = begin; u < end; ++u) sum[u] += left[u] * right[u];
    }
  });
}

}  // namespace

PanelsAsOf::PanelsAsOf(Index nodes) : before_(panels_as_of) { panels_as_of = nodes; }
PanelsAsOf::~PanelsAsOf() { panels_as_of = before_; }

double away_from_zero(double denominator) {
  if (std::abs(denominator) >= least_denominator) return denominator;
  return std::signbit(denominator) ? -least_denominator : least_denominator;
}

double inverse_denominator(double denominator) {
  return std::abs(denominator) > 1.5 * least_denominator ? 1 / denominator : 0;
}

Tensor kernelized_attend(const AttentionOperator& op, Index heads, const KernelizedInputs& inputs,
                         Tensor& denominators) {
  check_fit(op, heads, inputs);
  const Index n = op.node_count();
  const Index width = inputs.value.columns() / heads;
  if (const auto tables = op.pair_tables(inputs.query.columns() / heads, width + 1); !tables.empty()) {
    return pairwise_attend(tables, heads, inputs, denominators);
  }
  Tensor z = Tensor::uninitialized(inputs.value.shape());
  denominators = Tensor::uninitialized(Shape{heads, n});
  for (Index h = 0; h < heads; ++h) {
    const Head head = head_of(inputs, heads, h);
    const std::vector<double> sums = sums_of(*op.with_biases(biases_of(inputs.biases, h)), head);
    parallel_blocks(n, 256, [&](Index begin, Index end) {
      for (Index u = begin; u < end; ++u) {
        const double denominator = away_from_zero(sums[static_cast<std::size_t>(width * n + u)]);
        denominators.data()[h * n + u] = static_cast<Real>(denominator);
        for (Index j = 0; j < width; ++j) {
          z.data()[u * z.columns() + h * width + j] =
              static_cast<Real>(sums[static_cast<std::size_t>(j * n + u)] / denominator);
        }
      }
    });
  }
  return z;
}

void add_kernelized_attend_gradients(const AttentionOperator& op, Index heads, const KernelizedInputs& inputs,
                                     const Tensor& z, const Tensor& denominators, const Tensor& upstream,
                                     const KernelizedGradients& gradients) {
  check_fit(op, heads, inputs);
  require_fit(z.shape() == inputs.value.shape() && upstream.shape() == z.shape(), "kernelized_attend", z, upstream);
  const Index n = op.node_count();
  const Index width = inputs.value.columns() / heads;
  if (const auto tables = op.pair_tables(inputs.query.columns() / heads, width + 1); !tables.empty()) {
    return add_pairwise_attend_gradients(tables, heads, inputs, z, denominators, upstream, gradients);
  }
  for (Index h = 0; h < heads; ++h) {
    const Head head = head_of(inputs, heads, h);
    const Tensor of_sums = sum_gradients(heads, h, z, denominators.data() + h * n, upstream);
    const auto matrix = op.with_biases(biases_of(inputs.biases, h));
    std::vector<double> bias_sums(
        static_cast<std::size_t>(gradients.biases != nullptr ? matrix->gradient_sum_count() : 0), 0);
    Tensor of_query(gradients.query != nullptr ? head.query.shape() : Shape{0, n});
    Tensor of_key(gradients.key != nullptr ? head.key.shape() : Shape{0, n});
    Tensor of_value(Shape{gradients.value != nullptr ? width : 0, n});
    const Index step = panel_features(head);
    for (Index first = 0; first < head.features(); first += step) {
      const Index features = std::min(step, head.features() - first);
      const Tensor x = products(head.values, head.key, first, features);
      const Tensor w = products(of_sums, head.query, first, features);
      Tensor y = Tensor::uninitialized(x.shape());
      Tensor back = Tensor::uninitialized(x.shape());
      matrix->apply_both(x, w, y, back, bias_sums);
      if (gradients.query != nullptr) add_over_values(of_sums, y, first, of_query);
      if (gradients.key != nullptr) add_over_values(head.values, back, first, of_key);
      if (gradients.value != nullptr) add_over_features(head.key, back, first, of_value);
    }
    if (gradients.query != nullptr) add_columns(of_query, h * head.features(), *gradients.query);
    if (gradients.key != nullptr) {
      for (Index u = 0; !inputs.key_mask.empty() && u < n; ++u) {
        if (inputs.key_mask[static_cast<std::size_t>(u)] != 0) continue;
        for (Index l = 0; l < head.features(); ++l) of_key.data()[l * n + u] = 0;
      }
      add_columns(of_key, h * head.features(), *gradients.key);
    }
    if (gradients.value != nullptr) add_columns(of_value, h * width, *gradients.value);
    if (gradients.biases == nullptr) continue;
    std::vector<double> of_biases(static_cast<std::size_t>(op.bias_count()), 0);
    matrix->add_bias_gradient(bias_sums, of_biases);
    for (Index p = 0; p < op.bias_count(); ++p) {
      gradients.biases->data()[h * op.bias_count() + p] += static_cast<Real>(of_biases[static_cast<std::size_t>(p)]);
    }
  }
}

}  // namespace cairn::kernels
