#include "kernels/indexed_operator.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/error.h"
#include "core/parallel.h"
#include "kernels/dense.h"
#include "kernels/shape_check.h"

namespace cairn::kernels {

namespace {

using Nodes = std::vector<NodeId>;
using Parts = std::shared_ptr<const std::vector<IndexedPart>>;

constexpr Index most_pair_nodes = 2048;

/// Group j of x, of the nodes of a part, as rows: [n, G]. Every group goes through products of one shape, so that equal
/// groups give equal bits.
Tensor rows_of(const Tensor& x, Index j, const Nodes& nodes) {
  const Index features = x.extent(1);
  Tensor rows = Tensor::uninitialized(Shape{static_cast<Index>(nodes.size()), features});
  for (Index l = 0; l < features; ++l) {
    const Real* const from = x.data() + (j * features + l) * x.extent(2);
    Real* to = rows.data() + l;
    for (const NodeId u : nodes) {
      *to = from[u];
      to += features;
    }
  }
  return rows;
}

void put_rows(const Tensor& rows, Index j, const Nodes& nodes, Tensor& y) {
  const Index features = y.extent(1);
  for (Index l = 0; l < features; ++l) {
    Real* const to = y.data() + (j * features + l) * y.extent(2);
    const Real* from = rows.data() + l;
    for (const NodeId u : nodes) {
      to[u] = *from;
      from += features;
    }
  }
}

/// All columns of the nodes of a part: [J G, n].
Tensor columns_of(const Tensor& x, const Nodes& nodes, Index begin, Index end) {
  const Index columns = x.extent(0) * x.extent(1);
  Tensor part = Tensor::uninitialized(Shape{columns, end - begin});
  for (Index c = 0; c < columns; ++c) {
    for (Index i = begin; i < end; ++i) {
      part.data()[c * (end - begin) + i - begin] = x.data()[c * x.extent(2) + nodes[static_cast<std::size_t>(i)]];
    }
  }
  return part;
}

class IndexedMatrix : public AttentionMatrix {
 public:
  IndexedMatrix(Index node_count, Parts parts, std::vector<double> factors)
      : node_count_(node_count), parts_(std::move(parts)), factors_(std::move(factors)) {
    for (const IndexedPart& part : *parts_) {
      const auto n = static_cast<Index>(part.nodes.size());
      Tensor matrix = Tensor::uninitialized(Shape{n, n});
      for (std::size_t k = 0; k < part.bias_of_pair.size(); ++k) {
        const std::uint16_t p = part.bias_of_pair[k];
        matrix.values()[k] = p == IndexedPart::none ? Real(0) : static_cast<Real>(factors_[p]);
      }
      matrices_.push_back(std::move(matrix));
    }
  }

  void apply(const Tensor& x, Tensor& y) const override {
    each_group(x, y, [](const Tensor& matrix, const Tensor& rows) { return matmul(matrix, rows); });
  }
  void apply_transposed(const Tensor& x, Tensor& y) const override {
    each_group(x, y, [](const Tensor& matrix, const Tensor& rows) {
      Tensor back(rows.shape());
      add_matmul_at(matrix, rows, back);
      return back;
    });
  }
  Index gradient_sum_count() const override { return static_cast<Index>(factors_.size()); }
  void add_gradient_sums(const Tensor& x, const Tensor& w, std::span<double> sums) const override {
    constexpr Index block = 256;  // rows of dL/dM at a time
    for (const IndexedPart& part : *parts_) {
      const auto n = static_cast<Index>(part.nodes.size());
      if (n == 0) continue;
      const Tensor columns = columns_of(x, part.nodes, 0, n);
      const auto blocks = static_cast<std::size_t>((n + block - 1) / block);
      std::vector<std::vector<double>> partial(blocks, std::vector<double>(factors_.size(), 0));
      parallel_blocks(n, block, [&](Index begin, Index end) {
        Tensor of_matrix(Shape{end - begin, n});
        add_matmul_at(columns_of(w, part.nodes, begin, end), columns, of_matrix);
        std::vector<double>& of_biases = partial[static_cast<std::size_t>(begin / block)];
        const std::uint16_t* const bias = part.bias_of_pair.data() + begin * n;
        for (Index k = 0; k < of_matrix.size(); ++k) {
          if (bias[k] != IndexedPart::none) of_biases[bias[k]] += static_cast<double>(of_matrix.data()[k]);
        }
      });
      for (const std::vector<double>& of_biases : partial) {
        for (std::size_t p = 0; p < of_biases.size(); ++p) sums[p] += of_biases[p];
      }
    }
  }
  void add_bias_gradient(std::span<const double> sums, std::span<double> gradient) const override {
    for (std::size_t p = 0; p < factors_.size(); ++p) gradient[p] += factors_[p] * sums[p];
  }

 private:
  template <class Product>
  void each_group(const Tensor& x, Tensor& y, const Product& product) const {
    require_fit(x.shape() == y.shape() && x.rank() == 3 && x.extent(2) == node_count_, "indexed attention", x, y);
    for (std::size_t i = 0; i < matrices_.size(); ++i) {
      const Nodes& nodes = (*parts_)[i].nodes;
      for (Index j = 0; j < x.extent(0); ++j) put_rows(product(matrices_[i], rows_of(x, j, nodes)), j, nodes, y);
    }
  }

  Index node_count_;
  Parts parts_;
  std::vector<double> factors_;
  std::vector<Tensor> matrices_;
};

class IndexedOperator : public AttentionOperator {
 public:
  IndexedOperator(Index node_count, std::vector<IndexedPart> parts, Index bias_count)
      : node_count_(node_count),
        bias_count_(bias_count),
        parts_(std::make_shared<const std::vector<IndexedPart>>(std::move(parts))) {
    for (const IndexedPart& part : *parts_) {
      if (static_cast<Index>(part.nodes.size()) > most_pair_nodes) {
        tables_.clear();
        break;
      }
      PairTable table{static_cast<Index>(part.nodes.size()), {}, {part.nodes}};
      table.bias_of_pair.reserve(part.bias_of_pair.size());
      for (const std::uint16_t p : part.bias_of_pair) {
        table.bias_of_pair.push_back(p == IndexedPart::none ? PairTable::none : static_cast<std::int32_t>(p));
      }
      tables_.push_back(std::move(table));
    }
  }

  Index node_count() const override { return node_count_; }
  Index bias_count() const override { return bias_count_; }
  bool points() const override { return true; }
  std::unique_ptr<AttentionMatrix> with_biases(std::span<const Real> biases) const override {
    check_biases(biases);
    return std::make_unique<IndexedMatrix>(node_count_, parts_, shifted_exponentials(biases));
  }
  std::span<const PairTable> pair_tables(Index, Index) const override { return tables_; }
  Tensor to_dense(std::span<const Real> biases) const override {
    check_biases(biases);
    Tensor dense = dense_zeros();
    const std::vector<double> factors = shifted_exponentials(biases);
    for (const IndexedPart& part : *parts_) {
      std::size_t k = 0;
      for (const NodeId u : part.nodes) {
        for (const NodeId v : part.nodes) {
          const std::uint16_t p = part.bias_of_pair[k++];
          dense.at(u, v) = p == IndexedPart::none ? Real(0) : static_cast<Real>(factors[p]);
        }
      }
    }
    return dense;
  }

 private:
  Index node_count_;
  Index bias_count_;
  Parts parts_;
  std::vector<PairTable> tables_;  // none: a graph is too large for a thread to hold its weights
};

}  // namespace

std::shared_ptr<const AttentionOperator> indexed_operator(Index node_count, std::vector<IndexedPart> parts,
                                                          Index bias_count) {
  std::vector<Nodes> lists;
  for (const IndexedPart& part : parts) {
    const std::size_t n = part.nodes.size();
    if (static_cast<Index>(n) > AttentionOperator::most_dense_nodes) {
      throw UsageError(fmt::format("indexed attention: expected at most {} nodes a graph, found {}",
                                   AttentionOperator::most_dense_nodes, n));
    }
    if (part.bias_of_pair.size() != n * n) {
      throw ShapeError(fmt::format("indexed attention: {} pairs do not fit {} nodes", part.bias_of_pair.size(), n));
    }
    for (const std::uint16_t p : part.bias_of_pair) {
      if (p == IndexedPart::none || p < bias_count) continue;
      throw ShapeError(fmt::format("indexed attention: bias {} is not below {}", p, bias_count));
    }
    lists.push_back(part.nodes);
  }
  require_each_node_once("indexed attention", node_count, lists);
  return std::make_shared<IndexedOperator>(node_count, std::move(parts), bias_count);
}

}  // namespace cairn::kernels
