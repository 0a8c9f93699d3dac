#include "benchmarks/copy_task.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <utility>

#include "autodiff/ops_dense.h"
#include "autodiff/ops_elementwise.h"
#include "autodiff/ops_loss.h"
#include "autodiff/ops_normalize.h"
#include "benchmarks/sinusoids.h"
#include "core/error.h"
#include "data/metrics.h"
#include "kernels/offset_operator.h"
#include "kernels/uniform_operator.h"
#include "nn/kernel_attention.h"
#include "optim/optimizers.h"

namespace cairn::benchmarks {

namespace {

constexpr Index vocabulary = 8;
constexpr Index width = 32;
constexpr Index content_width = vocabulary + width;  // a token and a place

struct Kind {
  std::string_view name;
  bool softmax;
  bool normalized;
  bool with_biases;
};
constexpr std::array<Kind, 8> kinds{{{"softmax", true, false, false},
                                     {"softmax, normalized", true, true, false},
                                     {"softmax + biases", true, false, true},
                                     {"softmax, normalized + biases", true, true, true},
                                     {"features", false, false, false},
                                     {"features + biases", false, false, true},
                                     {"features, normalized", false, true, false},
                                     {"features, normalized + biases", false, true, true}}};

const Kind& kind_of(std::string_view name) {
  for (const Kind& kind : kinds) {
    if (kind.name == name) return kind;
  }
  throw_unknown_name("attention", name, copy_attentions());
}

/// Paths side by side, and what is asked of them.
struct Paths {
  Index count = 0;
  Tensor content;                    // [N, content_width]
  std::vector<std::int32_t> labels;  // token of the predecessor; -1 where there is none
  std::vector<NodeId> asked;
};

/// Rows of sinusoids for places 0 .. length - 1.
Tensor rows_of_places(Index length) {
  Coordinates places{.values = Tensor(Shape{length, 1}), .valid = {}, .graph_of_node = {}};
  for (Index u = 0; u < length; ++u) places.values.at(u, 0) = static_cast<Real>(u);
  return sinusoids(places, {.count = width / 2});
}

Paths draw_paths(Index count, const Tensor& places, Rng rng) {
  const Index length = places.rows();
  Paths paths{.count = count, .content = Tensor(Shape{count * length, content_width}), .labels = {}, .asked = {}};
  std::int32_t before = -1;
  for (Index u = 0; u < count * length; ++u) {
    const auto token = static_cast<std::int32_t>(rng.below(vocabulary));
    paths.content.at(u, token) = 1;
    const auto place = places.row(u % length);
    std::copy(place.begin(), place.end(), paths.content.row(u).begin() + vocabulary);
    paths.labels.push_back(u % length == 0 ? -1 : before);
    if (u % length != 0) paths.asked.push_back(static_cast<NodeId>(u));
    before = token;
  }
  return paths;
}

/// softmax(q k / sqrt(d) + b) v, path by path with the matrix written out: the reference, for short paths.
class SoftmaxCopier : public Module {
 public:
  SoftmaxCopier(const Kind& kind, const CopyTaskOptions& options, Rng& rng)
      : is_normalized_(kind.normalized),
        length_(options.length),
        query_(content_width, width, rng),
        key_(content_width, width, rng, false),
        value_(content_width, width, rng),
        out_(width, vocabulary, rng) {
    if (!kind.with_biases) return;
    biases_ = Variable::parameter(Tensor(Shape{2 * options.clip + 1, 1}));
    for (Index u = 0; u < length_; ++u) {
      for (Index v = 0; v < length_; ++v) {
        offsets_.push_back(static_cast<NodeId>(std::clamp<Index>(v - u, -options.clip, options.clip) + options.clip));
      }
    }
  }

  Variable forward(const Paths& paths) const {
    const Variable content = Variable::constant(paths.content);
    const Variable query = scaled(query_.forward(content));
    const Variable key = scaled(key_.forward(content));
    const Variable value = value_.forward(content);
    Variable bias;
    if (biases_.defined()) bias = reshape(gather_rows(biases_, offsets_), Shape{length_, length_});
    // Transposed, so that paths are parts of columns: there is no operation that joins rows.
    std::vector<Variable> columns;
    for (Index p = 0; p < paths.count; ++p) {
      std::vector<NodeId> nodes;
      for (Index u = 0; u < length_; ++u) nodes.push_back(static_cast<NodeId>(p * length_ + u));
      Variable logits = matmul(gather_rows(query, nodes), transpose(gather_rows(key, nodes)));
      if (bias.defined()) logits = add(logits, bias);
      columns.push_back(transpose(matmul(softmax(logits), gather_rows(value, nodes))));
    }
    return out_.forward(transpose(concat_columns(columns)));
  }

  void visit(const ParameterVisitor& visitor) const override {
    visitor("query", query_);
    visitor("key", key_);
    visitor("value", value_);
    visitor("out", out_);
    if (biases_.defined()) visitor("biases", biases_, ParameterKind::bias);
  }

 private:
  Variable scaled(const Variable& rows) const {
    return is_normalized_ ? with_unit_rows(rows)
                          : scale(rows, static_cast<Real>(std::pow(static_cast<double>(width), -0.25)));
  }

  bool is_normalized_;
  Index length_;
  Linear query_;
  Linear key_;
  Linear value_;
  Linear out_;
  Variable biases_;              // [P, 1], undefined without
  std::vector<NodeId> offsets_;  // [length * length], of each pair
};

std::shared_ptr<const kernels::AttentionOperator> operator_of(const Kind& kind, const CopyTaskOptions& options,
                                                              Index count) {
  const Index nodes = count * options.length;
  std::vector<kernels::OffsetPart> parts(static_cast<std::size_t>(count));
  std::vector<std::int32_t> graph_of_node;
  for (Index u = 0; u < nodes; ++u) {
    const Index path = u / options.length;
    parts[static_cast<std::size_t>(path)].nodes.push_back(static_cast<NodeId>(u));
    graph_of_node.push_back(static_cast<std::int32_t>(path));
  }
  if (!kind.with_biases) return kernels::uniform_operator(nodes, graph_of_node);
  for (kernels::OffsetPart& part : parts) part.extents = {options.length};
  return kernels::offset_operator(nodes, std::move(parts), {.clip = options.clip});
}

/// The same by random features, over an operator.
class KernelCopier : public Module {
 public:
  KernelCopier(const Kind& kind, const CopyTaskOptions& options, Rng& rng)
      : kind_(kind),
        options_(options),
        attention_({.in = content_width,
                    .width = width,
                    .heads = 1,
                    .biases = kind.with_biases ? 2 * options.clip + 1 : 0,
                    .normalize = kind.normalized,
                    .features = {.count = options.features}},
                   rng),
        out_(width, vocabulary, rng) {}

  Variable forward(const Paths& paths) const {
    if (input_.op == nullptr || input_.op->node_count() != paths.count * options_.length) {
      input_.op = operator_of(kind_, options_, paths.count);
      input_.graph_of_node.clear();
      for (Index u = 0; u < paths.count * options_.length; ++u) {
        input_.graph_of_node.push_back(static_cast<std::int32_t>(u / options_.length));
      }
    }
    return out_.forward(attention_.forward(Variable::constant(paths.content), {}, input_));
  }

  void visit(const ParameterVisitor& visitor) const override {
    visitor("attention", attention_);
    visitor("out", out_);
  }

 private:
  Kind kind_;
  CopyTaskOptions options_;
  KernelAttention attention_;
  Linear out_;
  mutable AttentionInput input_;  // of the number of paths met last
};

double accuracy(const Tensor& scores, const Paths& paths) {
  return classification_metrics(scores, paths.labels, paths.asked).accuracy;
}

template <class Model>
std::optional<double> trained_accuracy(const Kind& kind, const CopyTaskOptions& options,
                                       const std::function<bool()>& stopped) {
  const Rng rng = Rng(options.seed).split("copy");
  Rng of_weights = rng.split("weights");
  const Model model(kind, options, of_weights);
  const auto parameters = parameters_of(model);
  const auto optimizer = make_optimizer({});
  const Tensor places = rows_of_places(options.length);
  const Index batch = std::max<Index>(1, options.nodes_a_step / options.length);
  for (Index step = 0; step < options.steps; ++step) {
    if (stopped()) return std::nullopt;
    const Paths paths = draw_paths(batch, places, rng.split("step").split(static_cast<std::uint64_t>(step)));
    clear_gradients(parameters);
    const Variable loss = cross_entropy(model.forward(paths), paths.labels, paths.asked);
    if (!std::isfinite(loss.value().values()[0])) {
      throw NumericError(fmt::format("copy task, {}, seed {}: expected a finite loss at step {}, found {}", kind.name,
                                     options.seed, step, loss.value().values()[0]));
    }
    backward(loss);
    optimizer->step(parameters, static_cast<Real>(options.learning_rate));
  }
  const WithoutGradients without_gradients;
  const Paths test = draw_paths(options.test_paths, places, rng.split("test"));
  return accuracy(model.forward(test).value(), test);
}

}  // namespace

const std::vector<std::string_view>& copy_attentions() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> found;
    for (const Kind& kind : kinds) found.push_back(kind.name);
    return found;
  }();
  return names;
}

std::optional<double> copy_task(std::string_view attention, const CopyTaskOptions& options,
                                const std::function<bool()>& stopped) {
  const Kind& kind = kind_of(attention);
  return kind.softmax ? trained_accuracy<SoftmaxCopier>(kind, options, stopped)
                      : trained_accuracy<KernelCopier>(kind, options, stopped);
}

}  // namespace cairn::benchmarks
