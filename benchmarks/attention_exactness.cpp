// Products with bias matrices by FFT, bands and directly, and the whole attention over them, against the matrix written
// out; and what is left of that where biases lie far apart.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "benchmarks/attention_graphs.h"
#include "benchmarks/attention_sections.h"
#include "benchmarks/experiment_claims.h"
#include "benchmarks/experiment_results.h"
#include "kernels/kernelized_attention.h"

namespace cairn::benchmarks {

namespace {

using Rows = std::vector<MeasuredRow>;
using kernels::OffsetProduct;

constexpr Index heads = 2;
constexpr Index features = 3;
constexpr Index width = 2;
constexpr double exact = sizeof(Real) == sizeof(double) ? 1e-11 : 1e-5;
constexpr std::array<OffsetProduct, 3> products{OffsetProduct::fft, OffsetProduct::band, OffsetProduct::direct};

/// What is compared: graphs, and how far offsets count.
struct Subject {
  std::string name;
  PlacedGraphs graphs;
  Index clip = 1;
};

std::vector<Subject> subjects(bool smoke) {
  std::vector<Subject> all;
  const auto line = [&](Index n, Index clip) {
    all.push_back({fmt::format("line of {}, offsets +-{}", n, clip), {{{n}}, false}, clip});
  };
  const auto ring = [&](Index n, Index clip) {
    all.push_back({fmt::format("ring of {}, offsets +-{}", n, clip), {{{n}}, true}, clip});
  };
  for (const Index n : {1, 5, 16, 33}) line(n, std::max<Index>(n - 1, 1));
  line(33, 4);
  for (const Index n : {5, 16, 33}) ring(n, n / 2);
  all.push_back({"grid 7 x 11", {{{7, 11}}, false}, 10});
  all.push_back({"grid 3 x 4 x 5", {{{3, 4, 5}}, false}, 4});
  all.push_back({"torus 6 x 7", {{{6, 7}}, true}, 2});
  all.push_back({"lines of 5, 33, 1 and 16", {{{5}, {33}, {1}, {16}}, false}, 6});
  all.push_back({"grids 7 x 11 and 3 x 4", {{{7, 11}, {3, 4}}, false}, 3});
  if (smoke) return all;
  for (const Index n : {257, 1000}) {
    line(n, n - 1);
    line(n, 16);
    ring(n, n / 2);
  }
  return all;
}

/// What attention reads: features above 0, as positive random features are, and values of both signs.
struct Panel {
  Tensor query;
  Tensor key;
  Tensor value;
};

Panel draw_panel(Index nodes, const Rng& rng) {
  return {.query = uniform_tensor(Shape{nodes, heads * features}, Real(0.1), 1, rng.split("query")),
          .key = uniform_tensor(Shape{nodes, heads * features}, Real(0.1), 1, rng.split("key")),
          .value = uniform_tensor(Shape{nodes, heads * width}, -1, 1, rng.split("value"))};
}

std::span<const Real> biases_of(const Tensor& biases, Index head) { return biases.row(head); }

std::vector<double> reference(const kernels::AttentionOperator& op, const Tensor& biases, const Panel& panel) {
  std::vector<Tensor> matrices;
  for (Index h = 0; h < heads; ++h) matrices.push_back(op.to_dense(biases_of(biases, h)));
  return dense_attention(matrices, panel.query, panel.key, panel.value);
}

/// Largest error of y = M x and of x = M^T y over the largest entry of the result, heads apart.
double product_error(const kernels::AttentionOperator& op, const Tensor& biases, const Rng& rng) {
  const Index nodes = op.node_count();
  const Tensor x = uniform_tensor(Shape{1, 2, nodes}, -1, 1, rng.split("columns"));
  Tensor y = Tensor::uninitialized(x.shape());
  double worst = 0;
  for (Index h = 0; h < heads; ++h) {
    const auto matrix = op.with_biases(biases_of(biases, h));
    const Tensor dense = op.to_dense(biases_of(biases, h));
    for (const bool transposed : {false, true}) {
      std::vector<double> expected(static_cast<std::size_t>(2 * nodes), 0.0);
      for (Index g = 0; g < 2; ++g) {
        for (Index u = 0; u < nodes; ++u) {
          for (Index v = 0; v < nodes; ++v) {
            const Real entry = transposed ? dense.at(v, u) : dense.at(u, v);
            expected[static_cast<std::size_t>(g * nodes + u)] +=
                static_cast<double>(entry) * static_cast<double>(x.values()[static_cast<std::size_t>(g * nodes + v)]);
          }
        }
      }
      transposed ? matrix->apply_transposed(x, y) : matrix->apply(x, y);
      worst = std::max(worst, relative_error(y, expected));
    }
  }
  return worst;
}

/// How far attention over values that are all 1 is from 1.
double off_one(const kernels::AttentionOperator& op, const Tensor& biases, const Panel& panel) {
  Tensor denominators;
  const Tensor ones(panel.value.shape(), Real(1));
  const Tensor z = kernels::kernelized_attend(op, heads, {panel.query, panel.key, ones, biases}, denominators);
  double worst = 0;
  for (const Real value : z.values()) worst = std::max(worst, std::abs(static_cast<double>(value) - 1));
  return worst;
}

Rows exactness_rows(const Subject& subject, std::uint64_t seed) {
  const Rng rng = Rng(seed).split("exactness").split(subject.name);
  Rows rows;
  for (const OffsetProduct product : products) {
    const auto op = placed_operator(subject.graphs, subject.clip, product, rng.split("order"));
    const Tensor biases = uniform_tensor(Shape{heads, op->bias_count()}, -1, 1, rng.split("biases"));
    const Panel panel = draw_panel(op->node_count(), rng);
    Tensor denominators;
    const Tensor z =
        kernels::kernelized_attend(*op, heads, {panel.query, panel.key, panel.value, biases}, denominators);
    rows.push_back({"exactness",
                    {subject.name, std::string(product_name(product))},
                    {product_error(*op, biases, rng), relative_error(z, reference(*op, biases, panel)),
                     off_one(*op, biases, panel)}});
  }
  return rows;
}

std::vector<ExperimentPart> exactness_parts(const PartOptions& options) {
  std::vector<ExperimentPart> all;
  for (const Subject& subject : subjects(options.smoke)) {
    all.push_back({subject.name, {}, {}, [subject](std::uint64_t seed, const std::function<bool()>&) {
                     return std::optional(exactness_rows(subject, seed));
                   }});
  }
  return all;
}

/// The largest value of a figure over seeds and the rows whose last label is as given; NaN where there are none.
double largest(const ExperimentResults& results, std::string_view table, std::string_view last, std::size_t figure) {
  double most = std::nan("");
  for (const ResultRow& row : results.rows) {
    if (row.table != table || row.labels.back() != last) continue;
    for (const auto& [seed, value] : row.figures[figure]) most = std::fmax(most, value);
  }
  return most;
}

void exactness_claims(const ExperimentResults& results, ClaimList& claims) {
  for (const OffsetProduct product : products) {
    const std::string_view name = product_name(product);
    claims.at_most(fmt::format("{}: products within {:g} of the matrix written out (largest)", name, exact),
                   largest(results, "exactness", name, 0), exact);
    claims.at_most(fmt::format("{}: attention within {:g} of the matrix written out (largest)", name, exact),
                   largest(results, "exactness", name, 1), exact);
    claims.at_most(fmt::format("{}: values of 1 come out as exactly 1 (largest difference)", name),
                   largest(results, "exactness", name, 2), 0);
  }
}

constexpr std::array<double, 5> spreads{1, 5, 10, 15, 20};

/// One offset, drawn, has a bias of +spread, all others -spread: the sums that it has no part in drown beside it.
MeasuredRow range_row(double spread, OffsetProduct product, bool smoke, std::uint64_t seed) {
  const Index nodes = smoke ? 64 : 512;
  Rng rng = Rng(seed).split("range");
  const auto op = placed_operator({{{nodes}}, false}, nodes - 1, product, rng.split("order"));
  Tensor biases(Shape{heads, op->bias_count()}, static_cast<Real>(-spread));
  for (Index h = 0; h < heads; ++h) biases.at(h, rng.below(op->bias_count())) = static_cast<Real>(spread);
  const Panel panel = draw_panel(nodes, rng);
  Tensor denominators;
  const Tensor z = kernels::kernelized_attend(*op, heads, {panel.query, panel.key, panel.value, biases}, denominators);
  return {"range",
          {fmt::format("{:g}", spread), std::string(product_name(product))},
          {relative_error(z, reference(*op, biases, panel))}};
}

std::vector<ExperimentPart> range_parts(const PartOptions& options) {
  std::vector<ExperimentPart> all;
  for (const double spread : spreads) {
    all.push_back(
        {fmt::format("{:g}", spread),
         {},
         {},
         [spread, smoke = options.smoke](std::uint64_t seed, const std::function<bool()>&) {
           Rows rows;
           for (const OffsetProduct product : {OffsetProduct::automatic, OffsetProduct::fft, OffsetProduct::direct}) {
             rows.push_back(range_row(spread, product, smoke, seed));
           }
           return std::optional(rows);
         }});
  }
  return all;
}

void range_claims(const ExperimentResults& results, ClaimList& claims) {
  for (const double spread : spreads) {
    double most = std::nan("");
    for (const auto& [seed, value] : results.values("range", {fmt::format("{:g}", spread), "automatic"}, 0)) {
      most = std::fmax(most, value);
    }
    claims.at_most(
        fmt::format("biases of +-{:g}, as chosen by itself: within 1e-3 of the matrix written out (largest)", spread),
        most, 1e-3);
  }
  claims.report("FFT alone at +-20 (largest error over seeds)", largest(results, "range", "fft", 0));
}

}  // namespace

ExperimentSection exactness_section() {
  return {.name = "exactness",
          .summary = "FFT, bands and direct sums against the matrix written out: lines, rings, grids, unions",
          .seeds = 3,
          .alone = false,
          .tables = {{.name = "exactness",
                      .caption = "Largest error over the largest entry, of M x and its transpose and of the whole "
                                 "attention (2 heads); biases in +-1, no two alike; nodes in a drawn order.",
                      .labels = {"graph", "product"},
                      .figures = {"product", "attention", "1 off by"}}},
          .parts = exactness_parts,
          .claim = exactness_claims};
}

ExperimentSection range_section() {
  return {.name = "range",
          .summary = "biases that lie far apart: what FFT, and what attention itself, makes of them",
          .seeds = 3,
          .alone = false,
          .tables = {{.name = "range",
                      .caption = "Attention over a line of 512 nodes, one offset at bias +B, the others at -B; largest "
                                 "error over the largest entry, against the matrix written out.",
                      .labels = {"B", "product"},
                      .figures = {"error"}}},
          .parts = range_parts,
          .claim = range_claims};
}

}  // namespace cairn::benchmarks
