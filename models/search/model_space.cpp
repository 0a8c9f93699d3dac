#include "models/search/model_space.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "core/error.h"
#include "models/defaults.h"

namespace cairn {

namespace {

constexpr std::array<std::string_view, 6> decisions{"position", "encoding", "augmentation",
                                                    "layer",    "fusion",   "read_out"};
constexpr std::array<std::string_view, 5> positions{"none", "distances", "spectral", "walk", "gir"};
constexpr std::array<std::string_view, 4> encodings{"raw", "gaussian", "rff", "lff"};
constexpr std::array<std::string_view, 2> augmentations{"none", "cape"};
constexpr std::array<std::string_view, 10> layers{"gcn",  "sage",  "gat",    "gin",  "cheb",
                                                  "arma", "graph", "linear", "skip", "kernel-attention"};
constexpr std::array<std::string_view, 3> fusions{"concat", "sum", "gate"};
constexpr std::array<std::string_view, 2> read_outs{"last", "all"};

/// Places of the decisions in a SearchSpace: layers stand between augmentation and fusion.
constexpr std::size_t position_place = 0;
constexpr std::size_t encoding_place = 1;
constexpr std::size_t augmentation_place = 2;
constexpr std::size_t first_layer_place = 3;

std::size_t fusion_place(const ModelSpace& space) { return first_layer_place + space.layers.size(); }
std::size_t read_out_place(const ModelSpace& space) { return fusion_place(space) + 1; }

const std::string& option(const std::vector<std::string>& options, Index number) {
  return options[static_cast<std::size_t>(number)];
}

void check_options(std::string_view decision, const std::string& name, const std::vector<std::string>& options) {
  if (options.empty()) throw UsageError(fmt::format("{}: expected at least one option, found none", name));
  std::set<std::string_view> seen;
  for (const std::string& text : options) {
    check_option(decision, text);
    if (!seen.insert(text).second) throw UsageError(fmt::format("{}: '{}' stands there twice", name, text));
  }
}

bool encodes(std::string_view position) { return position != "none" && position != "gir"; }

}  // namespace

ModelSpace default_model_space() {
  const std::vector<std::string> ends{"gcn", "sage", "gat", "gin", "linear"};
  std::vector<std::string> middle{"skip"};
  middle.insert(middle.end(), ends.begin(), ends.end());
  middle.emplace_back("kernel-attention");
  ModelSpace space;
  space.layers = {ends, middle, ends};
  return space;
}

std::span<const std::string_view> model_decisions() { return decisions; }

std::span<const std::string_view> known_options(std::string_view decision) {
  if (decision == "position") return positions;
  if (decision == "encoding") return encodings;
  if (decision == "augmentation") return augmentations;
  if (decision == "layer") return layers;
  if (decision == "fusion") return fusions;
  if (decision == "read_out") return read_outs;
  throw_unknown_name("decision", decision, decisions);
}

void check_option(std::string_view decision, std::string_view option) {
  const auto known = known_options(decision);
  if (std::find(known.begin(), known.end(), option) != known.end()) return;
  throw UsageError(
      fmt::format("{}: unknown option '{}'; known: {}", decision, option, fmt::join(known.begin(), known.end(), ", ")));
}

SearchSpace search_space(const ModelSpace& space) {
  check_options("position", "position", space.position);
  check_options("encoding", "encoding", space.encoding);
  check_options("augmentation", "augmentation", space.augmentation);
  check_options("fusion", "fusion", space.fusion);
  check_options("read_out", "read_out", space.read_out);
  if (space.layers.empty()) throw UsageError("layers: expected at least one, found none");
  SearchSpace found;
  found.decisions = {
      {"position", space.position}, {"encoding", space.encoding, 1}, {"augmentation", space.augmentation, 1}};
  for (std::size_t l = 0; l < space.layers.size(); ++l) {
    const std::string name = fmt::format("layer {}", l + 1);
    const std::vector<std::string>& options = space.layers[l];
    check_options("layer", name, options);
    const bool is_end = l == 0 || l + 1 == space.layers.size();
    if (is_end && std::find(options.begin(), options.end(), "skip") != options.end()) {
      throw UsageError(fmt::format("{}: 'skip' fits between layers of one width, not as the first or the last", name));
    }
    found.decisions.push_back({name, options});
  }
  found.decisions.push_back({"fusion", space.fusion, 1});
  found.decisions.push_back({"read-out", space.read_out, 1});
  return found;
}

Architecture canonical_architecture(const ModelSpace& space, const Architecture& architecture) {
  check_architecture(search_space(space), architecture);
  Architecture canonical = architecture;
  const std::string& position = option(space.position, architecture[position_place]);
  if (!encodes(position)) canonical[encoding_place] = canonical[augmentation_place] = 0;
  if (position == "none") canonical[fusion_place(space)] = 0;
  return canonical;
}

void set_augmentation(TrainConfig& config) {
  if (config.coordinates == "distances") {
    config.cape_shift = 1;
    config.cape_local = 0.5;
  } else if (config.coordinates == "spectral") {
    config.cape_flip_signs = true;
    config.cape_local = 0.1;
  } else {
    config.cape_local = 0.02;
  }
}

TrainConfig config_of(const ModelSpace& space, const Architecture& architecture, std::string_view task) {
  const Architecture canonical = canonical_architecture(space, architecture);
  std::vector<std::string> kinds;
  for (std::size_t l = 0; l < space.layers.size(); ++l) {
    const std::string& kind = option(space.layers[l], canonical[first_layer_place + l]);
    if (kind != "skip") kinds.push_back(kind);
  }
  const bool alike = std::all_of(kinds.begin(), kinds.end(), [&](const std::string& k) { return k == kinds.front(); });
  const bool is_stack = !alike || kinds.front() == "kernel-attention";
  std::string model = is_stack ? "stack" : kinds.front() == "linear" ? "mlp" : kinds.front();

  const std::string& position = option(space.position, canonical[position_place]);
  if (position == "gir") model += "+gir";
  if (encodes(position)) model += "+" + option(space.encoding, canonical[encoding_place]);
  TrainConfig config = default_config(model, task);
  config.layers = static_cast<Index>(kinds.size());
  if (is_stack) config.layer_kinds = fmt::format("{}", fmt::join(kinds, ","));
  if (encodes(position)) {
    config.coordinates = position;
    if (option(space.augmentation, canonical[augmentation_place]) == "cape") set_augmentation(config);
  }
  const std::string& fusion = option(space.fusion, canonical[fusion_place(space)]);
  if (position != "none") config.fusion = fusion == "concat" ? "late" : fusion == "gate" ? "score" : fusion;
  config.jump = option(space.read_out, canonical[read_out_place(space)]) == "all" ? "cat" : "last";
  return config;
}

std::vector<TrainConfig> fixed_models(std::string_view task) {
  std::vector<std::string_view> names{"gcn", "gat", "sage", "gin", "gir", "gcn+gir"};
  if (!is_node_task(task)) names.push_back("pgnn");
  std::vector<TrainConfig> models;
  for (const std::string_view name : names) models.push_back(default_config(name, task));
  return models;
}

}  // namespace cairn
