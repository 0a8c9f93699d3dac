#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/types.h"

namespace cairn {

/// Everything that decides a training run besides the dataset. Command line, configuration files, model files and
/// reports all read the one table of fields below. Defaults belong to the model: default_config().
struct TrainConfig {
  std::string task = "node";
  std::string model = "gcn";
  Index layers = 2;
  std::string layer_kinds;
  Index hidden = 16;
  Index heads = 1;
  Index output_heads = 1;
  double dropout = 0.5;
  double attention_dropout = 0;
  std::string activation = "relu";
  std::string norm = "none";
  bool residual = false;
  std::string jump = "last";
  bool recompute = false;
  Index dim = 32;
  std::string fusion = "late";
  std::string score = "distance";

  Index anchors = 0;
  std::string anchor_strategy = "random";
  std::string anchor_nodes;
  std::string redraw_anchors = "never";
  Index max_hops = 0;
  std::string path_direction = "from";
  bool weighted_paths = false;
  std::string paths = "all";
  std::string path_cell = "affine";
  std::string path_aggregate = "mean";
  bool path_counts = true;
  bool path_attributes = true;
  Index path_width = 32;
  Index path_layers = 1;
  Index path_steps = 4;
  double path_dropout = 0;
  Index slots_at_once = 0;
  std::string read_out = "auto";
  Index anchor_width = 1;

  std::string coordinates = "distances";
  Index coordinate_count = 16;
  std::string encoding_mode = "simple";
  double encoding_width = 0;
  Index encoding_count = 0;
  Index encoding_landmarks = 512;
  Index fourier_groups = 1;
  Index fourier_features = 64;
  Index fourier_hidden = 32;
  double fourier_gamma = 0;
  double cape_shift = 0;
  double cape_local = 0;
  double cape_scale = 1;
  bool cape_center = false;
  bool cape_flip_signs = false;

  std::string attention_operator = "auto";
  Index attention_offsets = 32;
  Index attention_powers = 4;
  Index attention_features = 32;
  std::string attention_map = "positive";
  bool attention_orthogonal = true;
  bool attention_normalize = true;
  bool attention_causal = false;
  std::string attention_shape;

  std::string features = "auto";
  Index feature_width = 64;
  std::string feature_norm = "auto";

  std::string optimizer = "adam";
  double learning_rate = 0.01;
  double weight_decay = 5e-4;
  double momentum = 0;
  double clip = 0;
  std::string schedule = "constant";
  Index schedule_every = 100;
  double schedule_factor = 0.1;
  Index epochs = 200;
  Index patience = 0;
  Index batch_size = 0;
  std::string fan_out;
  Index path_fan_out = 4;
  Index evaluation_path_fan_out = 0;

  Index train_per_class = 0;
  Index validation_count = 500;
  Index test_count = 1000;
  double train_ratio = 0.6;
  double validation_ratio = 0.2;
  double test_ratio = 0.2;
  bool stratified = true;
  bool split_graphs = false;
  bool node_disjoint = false;
  bool redraw_negatives = false;
  Index distance_pairs = 20000;

  std::uint64_t seed = 0;
  Index seeds = 1;
};

/// A field of a configuration: its name as files and options spell it, what it means, and where it lies.
struct ConfigField {
  using Place = std::variant<std::string TrainConfig::*, Index TrainConfig::*, double TrainConfig::*,
                             bool TrainConfig::*, std::uint64_t TrainConfig::*>;
  std::string_view name;   // "learning_rate"; "--learning-rate" on the command line
  std::string_view group;  // heading in the help
  std::string_view help;
  Place place;
};
const std::vector<ConfigField>& config_fields();

/// The value of a field as text, and back without loss.
std::string field_text(const TrainConfig& config, const ConfigField& field);
/// Throws UsageError "--learning-rate: expected a number, found 'x'", or that lists the fields where none is so named.
void set_field(TrainConfig& config, std::string_view name, std::string_view text);

/// Throws UsageError for the first value that makes no sense ("--dropout: expected a rate in [0, 1), found 1.5").
void check_config(const TrainConfig& config);

}  // namespace cairn
