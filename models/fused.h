#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "models/model.h"
#include "nn/linear.h"

namespace cairn {

/// How the rows of several models become one.
enum class Fusion : std::uint8_t {
  late,   // W [z_1 ; z_2 ; ...] + b
  early,  // positions first; then the others see [x W_x ; z] in place of the features x
  sum,    // z_1 + z_2 + ...
  score   // scores are mixed with learned weights that add up to 1
};
Fusion find_fusion(std::string_view name);

/// What the rows are scored by, which decides how a weight on scores is a weight on rows.
enum class RowScore : std::uint8_t { classes, dot, distance };

struct FusedPart {
  std::unique_ptr<Model> model;
  bool is_position = false;  // early: runs first
};

struct FusedOptions {
  Fusion fusion = Fusion::late;
  RowScore score = RowScore::classes;
  Index out = 0;
  Real dropout = 0;  // late: of the rows that are joined
  /// late, for classes: the scores of the other parts, which give [N, out], plus a linear map of the positions, in rows
  /// of one scale, times a learned factor that starts at 0. A few labels are learned by heart from many anchors before
  /// layers over features have begun; so those lead, and positions add what is left.
  bool positions_wait = false;
};

/// Any number of models as one, trained together. One part, fused late, is a part with a linear head.
/// Early: `features` maps the nodes' features to what joins the positions; parts that are no positions were built for
/// the columns of both together; where they are several they are then fused late.
/// Sum: for classes each part gives [N, out], its scores; for pairs all give embeddings of `out` columns.
/// Score: for classes each part gives [N, out]; for pairs rows stand side by side, each part's scaled so that the score
/// of the whole is the weighted sum of the scores of the parts.
class FusedModel : public Model {
 public:
  /// Throws UsageError for no parts, and early without a position or without anything else.
  FusedModel(std::vector<FusedPart> parts, std::unique_ptr<Linear> features, const FusedOptions& options,
             const Rng& rng);

  Variable embed(const ModelInput& input, const Pass& pass) const override;
  Index out_width() const override;
  /// That of its parts; nothing for early fusion, whose layers would need the positions of all nodes of their blocks.
  std::optional<BatchForm> batch_form() const override;
  void visit(const ParameterVisitor& visitor) const override;

 private:
  Variable late(const std::vector<Variable>& rows, const Pass& pass) const;
  Variable early(const ModelInput& input, const Pass& pass) const;
  Variable with_waiting_positions(const ModelInput& input, const Pass& pass) const;
  Variable by_score(const std::vector<Variable>& rows) const;

  std::vector<FusedPart> parts_;
  FusedOptions options_;
  std::uint64_t dropout_key_;
  std::unique_ptr<Linear> features_;  // early
  std::unique_ptr<Linear> map_;       // late; early with several graph parts
  Variable shares_;                   // late, where positions wait: [1, 1], in steps of their factor
  Variable weights_;                  // score: [1, parts], before the softmax
};

}  // namespace cairn
