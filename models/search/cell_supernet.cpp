#include "models/search/cell_supernet.h"

#include <fmt/format.h>

#include <utility>

#include "autodiff/ops_normalize.h"

namespace cairn {

namespace {
/// Number of the decision on the input of a node, 2 .. 4.
Index input_decision(Index node) { return cell_nodes + node - 2; }

/// Whether a later node may read this one.
bool is_read(const Mixture& mixture, Index node) {
  for (Index reader = node + 1; reader <= cell_nodes; ++reader) {
    if (mixture.counts(input_decision(reader), node)) return true;
  }
  return false;
}

/// To which extent nobody reads the node: a value of shape [1].
Variable unread_share(const Mixture& mixture, Index node) {
  Variable share;
  for (Index reader = node + 1; reader <= cell_nodes; ++reader) {
    const Variable unread = shift(scale(mixture.weight(input_decision(reader), node), -1), 1);
    share = share.defined() ? multiply(share, unread) : unread;
  }
  return share;
}
}  // namespace

CellSupernet::CellSupernet(ModelInput input, const CellOptions& options, const Rng& rng)
    : input_(std::move(input)), options_(options), space_(cell_space()), key_(rng.split("dropout").key()) {
  Rng before = rng.split("before");
  before_ = std::make_unique<Linear>(columns_of(input_.features()), options.width, before);
  const CandidateOptions candidates{.width = options.width, .heads = options.heads, .normalized = false};
  for (Index i = 1; i <= cell_nodes; ++i) {
    nodes_.push_back(std::make_unique<MixedOp>(space_.decisions[static_cast<std::size_t>(i - 1)], i - 1, candidates,
                                               rng.split(fmt::format("node {}", i))));
    if (i < cell_nodes) {
      norms_.push_back({constant_parameter(Shape{options.width}, 1), constant_parameter(Shape{options.width}, 0)});
    }
    Rng after = rng.split(fmt::format("after {}", i));
    after_.push_back(std::make_unique<Linear>(options.width, options.classes, after, false));
  }
  bias_ = constant_parameter(Shape{options.classes}, 0);
}

Variable CellSupernet::prepared(const Variable& h, std::size_t node, const Pass& pass) const {
  Tensor mean;
  Tensor variance;
  const Affine& norm = norms_[node - 1];
  const Variable normal = normalize_columns(h, Real(1e-5), mean, variance);
  return dropout(relu(add_row(multiply_row(normal, norm.gain), norm.bias)), options_.dropout,
                 stream_key(key_, static_cast<std::uint64_t>(node)), pass);
}

Variable CellSupernet::forward(const Mixture& mixture, const Pass& pass) const {
  std::vector<Variable> readable{
      before_->forward(dropout(input_.features(), options_.dropout, stream_key(key_, std::uint64_t{0}), pass))};
  Variable scores;
  for (Index node = 1; node <= cell_nodes; ++node) {
    const Variable x = node == 1 ? readable[0] : mixture.mix(input_decision(node), [&](Index source) {
      return readable[static_cast<std::size_t>(source)];
    });
    const auto place = static_cast<std::size_t>(node - 1);
    const Variable h = nodes_[place]->forward(mixture, SharedInput(x, input_), pass);
    if (node < cell_nodes) {
      readable.push_back(is_read(mixture, node) ? prepared(h, static_cast<std::size_t>(node), pass) : Variable());
    }

    Variable out = after_[place]->forward(relu(h));
    if (node < cell_nodes) {
      const Variable share = unread_share(mixture, node);
      if (!share.wants_gradient() && share.value().item() == 0) continue;  // always read: no output
      out = scale(out, share);
    }
    scores = scores.defined() ? add(scores, out) : out;
  }
  return add_row(scores, bias_);
}

void CellSupernet::visit(const ParameterVisitor& visitor) const {
  visitor("before", *before_);
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const std::string name = fmt::format("nodes.{}", i + 1);
    visitor(name, *nodes_[i]);
    if (i < norms_.size()) {
      visitor(name + ".gain", norms_[i].gain, ParameterKind::bias);
      visitor(name + ".norm_bias", norms_[i].bias, ParameterKind::bias);
    }
    visitor(fmt::format("after.{}", i + 1), *after_[i]);
  }
  visitor("bias", bias_, ParameterKind::bias);
}

}  // namespace cairn
