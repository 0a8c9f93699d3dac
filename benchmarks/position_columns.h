#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "data/dataset.h"
#include "models/config.h"

namespace cairn::benchmarks {

/// What the points of a column's picture, an embedding by gir, are colored by.
enum class PictureColor : std::uint8_t { none, label, anchor_distance };

/// A column of the benchmark: a dataset and what is asked of it.
struct PositionColumn {
  std::string_view name;                   // "grid/link": dataset and task
  std::string_view dataset;                // "grid"
  std::string_view task;                   // link, pair, pair-node-disjoint, path-sum
  std::string_view spec = {};              // of a synthetic one, drawn anew for each seed; empty: a folder of --data
  std::string_view smoke_spec = {};        // the same kind, tiny
  std::string_view folder = {};            // of real data
  std::vector<Index> fusion_anchors = {};  // numbers of anchors at which gir is joined with other models; empty: none
  PictureColor picture = PictureColor::none;
  std::vector<std::pair<std::string_view, std::string_view>> settings = {};  // of every model alike, over its defaults

  bool is_path_sum() const { return task == "path-sum"; }
  bool is_link() const { return task == "link"; }
  bool is_real() const { return spec.empty(); }
};

/// The table of columns.
const std::vector<PositionColumn>& position_columns();

/// A row of a column before it has a number of anchors.
struct PositionModel {
  std::string name;        // as `train --model` has it, or an untrained control
  bool control = false;    // what a claim must be held against: it sees no paths, no graph, or learns nothing
  bool untrained = false;  // untrained-distance, untrained-sets, common-neighbors
  bool anchored = false;   // depends on the number of anchors
  bool fused = false;
};

/// Models and controls of a column, in the order of its table.
std::vector<PositionModel> models_of(const PositionColumn& column);
/// Every name that some column has.
std::vector<std::string> position_model_names();

/// The numbers of anchors at which a model of the column is measured, among those asked for (0: floor(log2 n)^2).
/// Path-sum brings its own anchors, the roots: one number, 1.
std::vector<Index> anchor_counts_of(const PositionColumn& column, const PositionModel& model,
                                    const std::vector<Index>& asked);
/// "4", "log2^2" for 0; "roots" for path-sum.
std::string anchor_rule(const PositionColumn& column, Index anchors);
/// What a rule comes to: the most that one graph of the dataset has.
Index anchor_number(const PositionColumn& column, Index anchors, const Dataset& dataset);

/// The configuration of a run for a seed: the model's defaults, constant features (path-sum: its marks), and the
/// column's settings. Untrained controls have that of the model whose anchors they share: gir, or pgnn for sets.
/// epochs: 0 for those of the settings.
TrainConfig position_config(const PositionColumn& column, std::string_view model, Index anchors, Index epochs);

/// The dataset that a seed of a synthetic column sees.
Dataset synthetic_dataset(const PositionColumn& column, bool smoke, std::uint64_t seed);

/// The dataset of a real column from the folder of --data. "email" is email_eu_core in groups: email_groups().
/// Throws InputError where the folder is not what the column expects.
Dataset real_dataset(const PositionColumn& column, const std::string& data);

/// The seven graphs of P-GNN's email dataset, out of the graph of email_eu_core: the department's number divided by six
/// is a node's group; edges between groups are removed, components of more than 10 nodes kept. Labels: departments.
/// Throws InputError naming the dataset for labels that are no numbers, and unless there come out graphs of 245, 223,
/// 186, 139, 58, 37 and 32 nodes with 7,201 edges in all.
/// Source: You, Ying and Leskovec, ICML 2019, their program.
Dataset email_groups(const Dataset& whole);

}  // namespace cairn::benchmarks
