#include "models/search/model_supernet.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "autodiff/ops_normalize.h"
#include "models/attention_plan.h"
#include "models/defaults.h"

namespace cairn {

namespace {

constexpr Real epsilon = Real(1e-5);
constexpr Index position_decision = 0;
constexpr Index encoding_decision = 1;
constexpr Index augmentation_decision = 2;
constexpr Index first_layer_decision = 3;

/// A configuration whose model is one part, which gives rows whatever the task.
TrainConfig part_config(const TrainConfig& config, const std::string& part, bool moved) {
  TrainConfig plain = config;
  plain.task = "link";
  plain.score = "distance";
  plain.model = part;
  if (moved) set_augmentation(plain);
  return plain;
}

}  // namespace

ModelSupernet::ModelSupernet(const ModelSearchInput& input, const ModelSpace& space,
                             const ModelSupernetOptions& options, const Rng& rng)
    : input_(input),
      model_space_(space),
      space_(search_space(space)),
      options_(options),
      key_(rng.split("dropout").key()) {
  const Index width = options.width;
  Rng first = rng.split("first");
  first_ = std::make_unique<Linear>(columns_of(input.base.features()), width, first);
  CandidateOptions candidates{.width = width};
  if (input.base.has_attention()) {
    candidates.attention = {.heads = 4,
                            .biases = input.base.attention().op->bias_count(),
                            .normalize = input.config.attention_normalize,
                            .features = attention_features(input.config)};
  }
  const auto depth = static_cast<Index>(space.layers.size());
  for (Index l = 0; l < depth; ++l) {
    const Index decision = first_layer_decision + l;
    layers_.push_back(std::make_unique<MixedOp>(space_.decisions[static_cast<std::size_t>(decision)], decision,
                                                candidates, rng.split(fmt::format("layer {}", l))));
  }
  Rng all = rng.split("all");
  all_ = std::make_unique<Linear>(width * depth, width, all);
  for (const std::string& position : space.position) add_source(position, rng.split(position));
  const Index out = input.problem.task->out_width();
  for (const std::string& fusion : space.fusion) {
    Rng head_rng = rng.split("fusion " + fusion);
    Head head;
    head.rows = std::make_unique<Linear>(width, out, head_rng);
    if (fusion == "concat") head.positions = std::make_unique<Linear>(width, out, head_rng, false);
    if (fusion == "gate") head.shares = constant_parameter(Shape{1, 2}, 0);
    heads_.push_back(std::move(head));
  }
}

void ModelSupernet::add_source(const std::string& position, const Rng& rng) {
  Source source{.name = position};
  if (position != "none") source.choice = &input_.positions.at(position);
  const auto add = [&](const std::string& part, bool moved) {
    const Rng part_rng = rng.split(fmt::format("{}{}", part, moved ? " moved" : ""));
    ModelExtents extents = source.choice->extents;
    extents.out = options_.width;
    source.parts.push_back(make_model(part_config(source.choice->config, part, moved), extents, part_rng));
    Rng map_rng = part_rng.split("to width");
    const Index found = source.parts.back()->out_width();
    source.maps.push_back(found == options_.width ? nullptr : std::make_unique<Linear>(found, options_.width, map_rng));
  };
  if (position == "gir") {
    add("gir", false);
  } else if (position != "none") {
    for (const std::string& augmentation : model_space_.augmentation) {
      for (const std::string& encoding : model_space_.encoding) add(encoding, augmentation == "cape");
    }
  }
  sources_.push_back(std::move(source));
}

Variable ModelSupernet::source_rows(const Source& source, const Mixture& mixture, const Pass& pass) const {
  const auto rows_of = [&](std::size_t part) {
    const Variable rows = source.parts[part]->embed(source.choice->input, pass);
    return source.maps[part] == nullptr ? rows : source.maps[part]->forward(rows);
  };
  if (source.parts.size() == 1) return rows_of(0);
  const auto encodings = static_cast<Index>(model_space_.encoding.size());
  return mixture.mix(augmentation_decision, [&](Index augmentation) {
    return mixture.mix(encoding_decision, [&](Index encoding) {
      return rows_of(static_cast<std::size_t>(augmentation * encodings + encoding));
    });
  });
}

Variable ModelSupernet::position_rows(const Mixture& mixture, const Pass& pass) const {
  const auto speaks = [&](Index option) {
    return mixture.counts(position_decision, option) && sources_[static_cast<std::size_t>(option)].choice != nullptr;
  };
  bool some = false;
  for (Index o = 0; o < static_cast<Index>(sources_.size()); ++o) some = some || speaks(o);
  if (!some) return {};
  // States of far nodes are large: beside classes rows of positions have one scale. Distances of pairs carry theirs.
  const bool one_scale = is_node_task(input_.config.task);
  return mixture.mix(position_decision, [&](Index option) {
    const Source& source = sources_[static_cast<std::size_t>(option)];
    if (source.choice == nullptr) return Variable();
    const Variable rows = source_rows(source, mixture, pass);
    return one_scale ? normalize_rows(rows, epsilon) : rows;
  });
}

Variable ModelSupernet::layer_rows(const Mixture& mixture, const Pass& pass) const {
  const Input dropped = dropout(input_.base.features(), options_.dropout, stream_key(key_, std::uint64_t{0}), pass);
  Variable h = normalize_rows(first_->forward(dropped), epsilon);
  std::vector<Variable> depths;
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    const Variable x = l == 0 ? h : dropout(h, options_.dropout, stream_key(key_, static_cast<std::uint64_t>(l)), pass);
    h = layers_[l]->forward(mixture, SharedInput(x, input_.base), pass);
    depths.push_back(h);
  }
  const Index read_out = first_layer_decision + static_cast<Index>(layers_.size()) + 1;
  return mixture.mix(read_out, [&](Index option) {
    const bool last = model_space_.read_out[static_cast<std::size_t>(option)] == "last";
    return last ? h : all_->forward(concat_columns(depths));
  });
}

Variable ModelSupernet::fused(std::size_t option, const Variable& rows, const Variable& positions) const {
  const Head& head = heads_[option];
  if (!positions.defined()) return head.rows->forward(rows);
  if (head.positions != nullptr) return add(head.rows->forward(rows), head.positions->forward(positions));
  if (!head.shares.defined()) return head.rows->forward(add(rows, positions));
  const Variable shares = softmax(head.shares);
  return head.rows->forward(
      add(scale(rows, slice_columns(shares, 0, 1)), scale(positions, slice_columns(shares, 1, 2))));
}

Variable ModelSupernet::forward(const Mixture& mixture, const Pass& pass) const {
  const Variable positions = position_rows(mixture, pass);
  const Variable rows = dropout(layer_rows(mixture, pass), options_.dropout, stream_key(key_, "rows"), pass);
  const Index fusion = first_layer_decision + static_cast<Index>(layers_.size());
  return mixture.mix(fusion, [&](Index option) { return fused(static_cast<std::size_t>(option), rows, positions); });
}

void ModelSupernet::visit(const ParameterVisitor& visitor) const {
  // One-hot ids make it a table with a vector a node, which does not decay.
  const bool is_table = input_.features.features == "onehot";
  visitor("first.weight", first_->weight(), is_table ? ParameterKind::bias : ParameterKind::weight);
  visitor("first.bias", first_->bias(), ParameterKind::bias);
  for (std::size_t l = 0; l < layers_.size(); ++l) visitor(fmt::format("layers.{}", l), *layers_[l]);
  visitor("all", *all_);
  for (const Source& source : sources_) {
    for (std::size_t p = 0; p < source.parts.size(); ++p) {
      visitor(fmt::format("positions.{}.{}", source.name, p), *source.parts[p]);
      if (source.maps[p] != nullptr) visitor(fmt::format("positions.{}.{}.map", source.name, p), *source.maps[p]);
    }
  }
  for (std::size_t f = 0; f < heads_.size(); ++f) {
    const std::string name = "fusion." + model_space_.fusion[f];
    visitor(name + ".rows", *heads_[f].rows);
    if (heads_[f].positions != nullptr) visitor(name + ".positions", *heads_[f].positions);
    if (heads_[f].shares.defined()) visitor(name + ".shares", heads_[f].shares, ParameterKind::bias);
  }
  visitor("task", *input_.problem.task);
}

}  // namespace cairn
