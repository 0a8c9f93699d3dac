#include "models/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <type_traits>

#include "core/error.h"
#include "models/attention_plan.h"
#include "models/batch_plan.h"
#include "models/coordinate_plan.h"
#include "models/layer_kinds.h"

namespace cairn {

const std::vector<ConfigField>& config_fields() {
  using C = TrainConfig;
  static const std::vector<ConfigField> fields{
      {"task", "model", "what is learned: node, link, pair, distance, path-sum", &C::task},
      {"model", "model", "kind of model, or several joined by + (gcn+gir)", &C::model},
      {"layers", "model", "number of layers", &C::layers},
      {"layer_kinds", "model",
       "of a stack, from the features on, as gcn,skip,sage: names of layers, skip (what came in, but not as the first "
       "or "
       "last), kernel-attention",
       &C::layer_kinds},
      {"hidden", "model", "width of hidden layers (gat: of one head)", &C::hidden},
      {"heads", "model", "attention heads of hidden layers, side by side (gat, kernel-attention)", &C::heads},
      {"output_heads", "model", "attention heads of the last layer, averaged (gat)", &C::output_heads},
      {"dropout", "model", "rate on the input of every layer", &C::dropout},
      {"attention_dropout", "model", "rate on attention weights (gat)", &C::attention_dropout},
      {"activation", "model", "between layers: relu, elu, gelu, tanh, sigmoid, none", &C::activation},
      {"norm", "model", "between layers: none, layer, batch", &C::norm},
      {"residual", "model", "add a hidden layer's input to its output", &C::residual},
      {"jump", "model",
       "what layers give: last (the last one's rows) or cat (a linear map of those of all of them, each as wide as "
       "hidden "
       "ones)",
       &C::jump},
      {"recompute", "model",
       "work out again on the way back what a layer holds inside, to save memory at the price of time; the same bits",
       &C::recompute},
      {"dim", "model", "columns of an embedding: of every part that is fused, and what pairs are scored by", &C::dim},
      {"fusion", "model",
       "of the parts of A+B: late (a linear map of all), early (positions are features of the others), sum, score (a "
       "sum "
       "with learned shares)",
       &C::fusion},
      {"score", "model",
       "of a pair of nodes: distance (delta - gamma |z_u - z_v|_1 / columns) or dot (gamma <z_u, z_v> + delta)",
       &C::score},
      {"anchors", "position", "K, anchors of each graph; 0: floor(log2 nodes)^2", &C::anchors},
      {"anchor_strategy", "position", "random, degree, farthest, cover, sets", &C::anchor_strategy},
      {"anchor_nodes", "position", "ids of the anchors, joined by commas, in place of a strategy", &C::anchor_nodes},
      {"redraw_anchors", "position", "never, or for each epoch", &C::redraw_anchors},
      {"max_hops", "position", "paths no longer than this; 0: no limit", &C::max_hops},
      {"path_direction", "position", "of paths in a directed graph: from (the anchor), towards (it), both",
       &C::path_direction},
      {"weighted_paths", "position", "shortest by the edges' weights instead of by hops", &C::weighted_paths},
      {"paths", "position",
       "what carries positions (gir): all (shortest paths), tree (one a node), siblings, wave, indication, "
       "indication_all, distance (no paths: the control)",
       &C::paths},
      {"path_cell", "position", "affine, linear, gated", &C::path_cell},
      {"path_aggregate", "position", "of predecessors: mean, max, sum (small graphs), scaled_sum", &C::path_aggregate},
      {"path_counts", "position", "the log number of paths enters the cell", &C::path_counts},
      {"path_attributes", "position", "features of the nodes on the way enter the cell", &C::path_attributes},
      {"path_width", "position", "columns of the state of a node and an anchor", &C::path_width},
      {"path_layers", "position", "passes over the paths", &C::path_layers},
      {"path_steps", "position", "message passing steps of wave and indication", &C::path_steps},
      {"path_dropout", "position", "rate on what a pass hands to the next one", &C::path_dropout},
      {"slots_at_once", "position",
       "anchors whose states are held at a time, to save memory at the price of time; 0: all (see info --plan)",
       &C::slots_at_once},
      {"read_out", "position",
       "auto, anchors (the states of all anchors through a perceptron), linear (one linear map of them), scalar "
       "(numbers "
       "an anchor, weights shared by anchors), structure (mean over anchors)",
       &C::read_out},
      {"anchor_width", "position", "numbers an anchor with read-out scalar", &C::anchor_width},
      {"coordinates", "coordinates",
       "what encodings read: distances, inverse or unit (from the anchors), spectral, walk, degree, or a file with a "
       "row a node (a word with a . or /)",
       &C::coordinates},
      {"coordinate_count", "coordinates", "eigenvectors of spectral, steps of walk", &C::coordinate_count},
      {"encoding_mode", "coordinates", "simple (axes side by side) or product (alike only where alike on all axes)",
       &C::encoding_mode},
      {"encoding_width", "coordinates", "in units of the coordinates (hops); 0: from the data", &C::encoding_width},
      {"encoding_count", "coordinates", "shifts or frequencies an axis; 0: from width and range", &C::encoding_count},
      {"encoding_landmarks", "coordinates", "positions that a product compares with, at most", &C::encoding_landmarks},
      {"fourier_groups", "coordinates", "axes are encoded together in so many groups of one size (lff)",
       &C::fourier_groups},
      {"fourier_features", "coordinates", "cosines and sines of a group (lff)", &C::fourier_features},
      {"fourier_hidden", "coordinates", "width of the perceptron behind them; 0: none (lff)", &C::fourier_hidden},
      {"fourier_gamma", "coordinates", "length scale in units of the coordinates; 0: from the data (lff)",
       &C::fourier_gamma},
      {"cape_shift", "coordinates", "in training, coordinates of a graph shift by up to so much, axis by axis",
       &C::cape_shift},
      {"cape_local", "coordinates", "likewise each node's by itself; up to 0.5 the order of hops survives",
       &C::cape_local},
      {"cape_scale", "coordinates", "likewise are a graph's multiplied by up to so much, or divided; 1: not",
       &C::cape_scale},
      {"cape_center", "coordinates", "first take off each graph's mean, also in evaluation", &C::cape_center},
      {"cape_flip_signs", "coordinates", "in training, flip the sign of a graph's axes (for eigenvectors)",
       &C::cape_flip_signs},
      {"attention_operator", "attention",
       "what biases are learned for (kernel-attention): auto (by the shape of the graphs), uniform (none), sequence "
       "(offsets by id), path, cycle, grid, polynomial (steps of a walk), heat, hops (dense)",
       &C::attention_operator},
      {"attention_offsets", "attention", "offsets, or hops, farther than this share a bias", &C::attention_offsets},
      {"attention_powers", "attention", "most steps of a walk (polynomial)", &C::attention_powers},
      {"attention_features", "attention", "m, random features of a query and of a key", &C::attention_features},
      {"attention_map", "attention", "kind of these: positive, trigonometric, sphere", &C::attention_map},
      {"attention_orthogonal", "attention", "they are drawn in orthogonal directions", &C::attention_orthogonal},
      {"attention_normalize", "attention", "queries and keys have length 1", &C::attention_normalize},
      {"attention_causal", "attention", "a node hears those before it alone (sequence, path)", &C::attention_causal},
      {"attention_shape", "attention", "extents of a grid with ids row by row, as 7x11; empty: as its edges tell",
       &C::attention_shape},
      {"features", "features",
       "auto (the dataset's, else onehot, or for positions alone degree), given, onehot, constant, degree, random",
       &C::features},
      {"feature_width", "features", "columns of random features", &C::feature_width},
      {"feature_norm", "features",
       "auto (classes: l1 for non-negative sparse; standardize for dense), l1, standardize, none", &C::feature_norm},
      {"optimizer", "optimizer", "adam, adamw, sgd", &C::optimizer},
      {"learning_rate", "optimizer", "at the first epoch", &C::learning_rate},
      {"weight_decay", "optimizer", "of weights, not of biases", &C::weight_decay},
      {"momentum", "optimizer", "of sgd", &C::momentum},
      {"clip", "optimizer", "largest norm of all gradients together; 0: none", &C::clip},
      {"schedule", "optimizer", "of the learning rate: constant, step, cosine", &C::schedule},
      {"schedule_every", "optimizer", "epochs between two steps of the schedule", &C::schedule_every},
      {"schedule_factor", "optimizer", "of the learning rate at each step; of the first rate at the end of a cosine",
       &C::schedule_factor},
      {"epochs", "training", "most epochs", &C::epochs},
      {"patience", "training", "epochs without a better validation score or loss before training stops; 0: all epochs",
       &C::patience},
      {"batch_size", "batches",
       "training nodes of a step, with sampled neighbors (classes of nodes; layers over neighbors, gir); 0: all at "
       "once, with "
       "all",
       &C::batch_size},
      {"fan_out", "batches",
       "neighbors drawn for a node at each hop from the batch outward, as 10,5, or one number for all hops; 0: all of "
       "them; empty: 10",
       &C::fan_out},
      {"path_fan_out", "batches",
       "predecessors drawn for a node on the paths from each anchor (gir, with batch-size); 0: all of them",
       &C::path_fan_out},
      {"evaluation_path_fan_out", "batches", "the same in evaluation, prediction too; 0: all of them, exact",
       &C::evaluation_path_fan_out},
      {"train_per_class", "split", "training nodes of each class; 0: by ratio", &C::train_per_class},
      {"validation_count", "split", "validation nodes, with train-per-class", &C::validation_count},
      {"test_count", "split", "test nodes, with train-per-class; 0: the rest", &C::test_count},
      {"train_ratio", "split", "share of the labeled nodes, where the dataset brings no split", &C::train_ratio},
      {"validation_ratio", "split", "likewise", &C::validation_ratio},
      {"test_ratio", "split", "likewise", &C::test_ratio},
      {"stratified", "split", "shares hold within each class", &C::stratified},
      {"split_graphs", "split", "shares are of whole graphs: test graphs are never seen in training", &C::split_graphs},
      {"node_disjoint", "split", "pairs: both nodes of a validation or test pair are in no training pair",
       &C::node_disjoint},
      {"redraw_negatives", "training", "new training negatives for every epoch (link)", &C::redraw_negatives},
      {"distance_pairs", "split", "pairs to learn distances from", &C::distance_pairs},
      {"seed", "training", "first seed of all random draws", &C::seed},
      {"seeds", "training", "runs, with seeds seed, seed + 1, ...", &C::seeds},
  };
  return fields;
}

namespace {

std::string option_name(std::string_view field) {
  std::string option = "--" + std::string(field);
  std::replace(option.begin(), option.end(), '_', '-');
  return option;
}

template <class Number>
Number parsed(std::string_view name, std::string_view text, std::string_view what) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) {
    throw UsageError(fmt::format("{}: expected {}, found '{}'", option_name(name), what, text));
  }
  return number;
}

void parse_into(std::string_view, std::string_view text, std::string& value) { value = text; }
void parse_into(std::string_view name, std::string_view text, Index& value) {
  value = parsed<Index>(name, text, "a whole number");
}
void parse_into(std::string_view name, std::string_view text, std::uint64_t& value) {
  value = parsed<std::uint64_t>(name, text, "a whole number of at least 0");
}
void parse_into(std::string_view name, std::string_view text, double& value) {
  value = parsed<double>(name, text, "a number");
  if (!std::isfinite(value))
    throw UsageError(fmt::format("{}: expected a finite number, found {}", option_name(name), text));
}
void parse_into(std::string_view name, std::string_view text, bool& value) {
  if (text != "true" && text != "false") {
    throw UsageError(fmt::format("{}: expected true or false, found '{}'", option_name(name), text));
  }
  value = text == "true";
}

}  // namespace

std::string field_text(const TrainConfig& config, const ConfigField& field) {
  return std::visit([&](auto place) { return fmt::format("{}", config.*place); }, field.place);
}

void set_field(TrainConfig& config, std::string_view name, std::string_view text) {
  for (const ConfigField& field : config_fields()) {
    if (field.name != name) continue;
    std::visit([&](auto place) { parse_into(name, text, config.*place); }, field.place);
    return;
  }
  std::vector<std::string_view> known;
  for (const ConfigField& field : config_fields()) known.push_back(field.name);
  throw_unknown_name("option", name, known);
}

namespace {

void require(bool holds, std::string_view field, std::string_view expected, double found) {
  if (!holds) throw UsageError(fmt::format("{}: expected {}, found {}", option_name(field), expected, found));
}

}  // namespace

void check_config(const TrainConfig& c) {
  const auto at_least = [](std::string_view field, Index value, Index least) {
    require(value >= least, field, fmt::format("at least {}", least), static_cast<double>(value));
  };
  const auto rate = [](std::string_view field, double value) {
    require(value >= 0 && value < 1, field, "a rate in [0, 1)", value);
  };
  const auto not_negative = [](std::string_view field, double value) {
    require(value >= 0, field, "at least 0", value);
  };
  const auto one_of = [](std::string_view field, const std::string& value, std::vector<std::string_view> known) {
    if (std::find(known.begin(), known.end(), value) == known.end()) {
      throw_unknown_name(fmt::format("value of {}", option_name(field)), value, known);
    }
  };
  at_least("layers", c.layers, 1);
  layer_kinds(c);  // an unknown one fails here
  one_of("jump", c.jump, {"last", "cat"});
  at_least("hidden", c.hidden, 1);
  at_least("heads", c.heads, 1);
  at_least("output_heads", c.output_heads, 1);
  at_least("dim", c.dim, 1);
  at_least("anchors", c.anchors, 0);
  at_least("max_hops", c.max_hops, 0);
  at_least("path_width", c.path_width, 1);
  at_least("path_layers", c.path_layers, 1);
  at_least("path_steps", c.path_steps, 1);
  at_least("slots_at_once", c.slots_at_once, 0);
  at_least("anchor_width", c.anchor_width, 1);
  at_least("distance_pairs", c.distance_pairs, 3);
  one_of("fusion", c.fusion, {"late", "early", "sum", "score"});
  one_of("score", c.score, {"distance", "dot"});
  one_of("redraw_anchors", c.redraw_anchors, {"never", "epoch"});
  one_of("path_direction", c.path_direction, {"from", "towards", "both"});
  one_of("read_out", c.read_out, {"auto", "anchors", "linear", "scalar", "structure"});
  one_of("coordinates", c.coordinates, {coordinate_kinds().begin(), coordinate_kinds().end()});
  at_least("coordinate_count", c.coordinate_count, 1);
  one_of("encoding_mode", c.encoding_mode, {"simple", "product"});
  not_negative("encoding_width", c.encoding_width);
  at_least("encoding_count", c.encoding_count, 0);
  at_least("encoding_landmarks", c.encoding_landmarks, 1);
  at_least("fourier_groups", c.fourier_groups, 1);
  at_least("fourier_features", c.fourier_features, 2);
  at_least("fourier_hidden", c.fourier_hidden, 0);
  not_negative("fourier_gamma", c.fourier_gamma);
  not_negative("cape_shift", c.cape_shift);
  not_negative("cape_local", c.cape_local);
  require(c.cape_scale >= 1, "cape_scale", "at least 1", c.cape_scale);
  one_of("attention_operator", c.attention_operator, {attention_operators().begin(), attention_operators().end()});
  at_least("attention_offsets", c.attention_offsets, 1);
  require(c.attention_offsets <= 65000, "attention_offsets", "at most 65000", static_cast<double>(c.attention_offsets));
  at_least("attention_powers", c.attention_powers, 0);
  at_least("attention_features", c.attention_features, 1);
  one_of("attention_map", c.attention_map, {attention_maps().begin(), attention_maps().end()});
  attention_shape(c);  // a shape that is none fails here
  at_least("feature_width", c.feature_width, 1);
  at_least("epochs", c.epochs, 1);
  at_least("patience", c.patience, 0);
  at_least("batch_size", c.batch_size, 0);
  at_least("path_fan_out", c.path_fan_out, 0);
  at_least("evaluation_path_fan_out", c.evaluation_path_fan_out, 0);
  fan_outs(c);  // what is no list of numbers fails here
  at_least("schedule_every", c.schedule_every, 1);
  at_least("train_per_class", c.train_per_class, 0);
  at_least("validation_count", c.validation_count, 0);
  at_least("test_count", c.test_count, 0);
  at_least("seeds", c.seeds, 1);
  rate("dropout", c.dropout);
  rate("attention_dropout", c.attention_dropout);
  rate("path_dropout", c.path_dropout);
  rate("momentum", c.momentum);
  require(c.learning_rate > 0, "learning_rate", "a number above 0", c.learning_rate);
  not_negative("weight_decay", c.weight_decay);
  not_negative("clip", c.clip);
  not_negative("schedule_factor", c.schedule_factor);
}

}  // namespace cairn
