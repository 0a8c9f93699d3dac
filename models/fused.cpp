#include "models/fused.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "autodiff/ops_normalize.h"
#include "core/error.h"
#include "models/share_step.h"

namespace cairn {

namespace {
Variable sum_of(const std::vector<Variable>& rows) {
  Variable total = rows.front();
  for (std::size_t p = 1; p < rows.size(); ++p) total = add(total, rows[p]);
  return total;
}
}  // namespace

Fusion find_fusion(std::string_view name) {
  constexpr std::array<std::string_view, 4> names{"late", "early", "sum", "score"};
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) throw_unknown_name("fusion", name, names);
  return static_cast<Fusion>(found - names.begin());
}

FusedModel::FusedModel(std::vector<FusedPart> parts, std::unique_ptr<Linear> features, const FusedOptions& options,
                       const Rng& rng)
    : parts_(std::move(parts)),
      options_(options),
      dropout_key_(rng.split("dropout").key()),
      features_(std::move(features)) {
  if (parts_.empty()) throw UsageError("fusion: expected at least one part");
  Index joined = 0;  // columns that the linear map reads
  std::size_t positions = 0;
  for (const FusedPart& part : parts_) {
    if (part.is_position) ++positions;
    const bool is_joined =
        options.positions_wait ? part.is_position : options.fusion == Fusion::late || !part.is_position;
    if (is_joined) joined += part.model->out_width();
  }
  if (options.fusion == Fusion::early && (positions == 0 || positions == parts_.size() || features_ == nullptr)) {
    throw UsageError("--fusion early: expected positions and something that takes them as features, as in gcn+gir");
  }
  if (options.positions_wait) shares_ = constant_parameter(Shape{1, 1}, 0);
  if (options.fusion == Fusion::score) {
    weights_ = constant_parameter(Shape{1, static_cast<Index>(parts_.size())}, 0);
  } else if (options.fusion == Fusion::late || (options.fusion == Fusion::early && parts_.size() - positions > 1)) {
    Rng map_rng = rng.split("fusion");
    map_ = std::make_unique<Linear>(joined, options.out, map_rng);
  }
}

Variable FusedModel::late(const std::vector<Variable>& rows, const Pass& pass) const {
  if (map_ == nullptr) return rows.front();
  const Variable joined = rows.size() == 1 ? rows.front() : concat_columns(rows);
  return map_->forward(dropout(joined, options_.dropout, dropout_key_, pass));
}

Variable FusedModel::early(const ModelInput& input, const Pass& pass) const {
  std::vector<Variable> columns{features_->forward(input.features())};
  for (const FusedPart& part : parts_) {
    if (part.is_position) columns.push_back(part.model->embed(input, pass));
  }
  const ModelInput extended = input.with_features(concat_columns(columns));
  std::vector<Variable> rows;
  for (const FusedPart& part : parts_) {
    if (!part.is_position) rows.push_back(part.model->embed(extended, pass));
  }
  return late(rows, pass);
}

Variable FusedModel::with_waiting_positions(const ModelInput& input, const Pass& pass) const {
  std::vector<Variable> positions;
  Variable total;
  for (std::size_t p = 0; p < parts_.size(); ++p) {
    const Variable rows = parts_[p].model->embed(input.part(p), pass);
    if (parts_[p].is_position) {
      // States of far nodes are large. One number has no scale of its own: it would become 0.
      positions.push_back(rows.value().columns() > 1 ? normalize_rows(rows, Real(1e-5)) : rows);
    } else {
      total = total.defined() ? add(total, rows) : rows;
    }
  }
  const Variable added = scale(late(positions, pass), scale(shares_, waiting_share_step));
  return total.defined() ? add(total, added) : added;
}

Variable FusedModel::by_score(const std::vector<Variable>& rows) const {
  const Variable shares = softmax(weights_);  // [1, parts]
  std::vector<Variable> weighted;
  for (std::size_t p = 0; p < rows.size(); ++p) {
    const Variable share = slice_columns(shares, static_cast<Index>(p), static_cast<Index>(p) + 1);
    // <s z_u, s z_v> = s^2 <z_u, z_v>, but |s z_u - s z_v|_1 = s |z_u - z_v|_1.
    weighted.push_back(scale(rows[p], options_.score == RowScore::dot ? sqrt(share) : share));
  }
  if (options_.score != RowScore::classes) return concat_columns(weighted);
  return sum_of(weighted);
}

Variable FusedModel::embed(const ModelInput& input, const Pass& pass) const {
  if (options_.fusion == Fusion::early) return early(input, pass);
  std::vector<Variable> rows;
  if (options_.positions_wait) return with_waiting_positions(input, pass);
  for (std::size_t p = 0; p < parts_.size(); ++p) rows.push_back(parts_[p].model->embed(input.part(p), pass));
  if (options_.fusion == Fusion::sum) return sum_of(rows);
  return options_.fusion == Fusion::late ? late(rows, pass) : by_score(rows);
}

std::optional<BatchForm> FusedModel::batch_form() const {
  if (options_.fusion == Fusion::early) return std::nullopt;
  BatchForm form;
  for (const FusedPart& part : parts_) {
    std::optional<BatchForm> of_part = part.model->batch_form();
    if (!of_part) return std::nullopt;
    form.parts.push_back(std::move(*of_part));
  }
  return form;
}

Index FusedModel::out_width() const {
  if (options_.fusion != Fusion::score || options_.score == RowScore::classes) return options_.out;
  Index width = 0;
  for (const FusedPart& part : parts_) width += part.model->out_width();
  return width;
}

void FusedModel::visit(const ParameterVisitor& visitor) const {
  for (std::size_t p = 0; p < parts_.size(); ++p) visitor(fmt::format("parts.{}", p), *parts_[p].model);
  if (features_ != nullptr) visitor("features", *features_);
  if (map_ != nullptr) visitor("fusion", *map_);
  if (shares_.defined()) visitor("position_share", shares_, ParameterKind::bias);
  if (weights_.defined()) visitor("weights", weights_, ParameterKind::bias);
}

}  // namespace cairn
