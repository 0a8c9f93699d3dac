#pragma once

#include <cstdint>
#include <vector>

#include "core/types.h"

namespace cairn {

/// How a decision was taken.
struct DecisionRecord {
  Index decision = 0;
  Index chosen = 0;
  Index step = 0;                         // steps that the supernet had trained
  std::vector<double> weights = {};       // softmax(alpha) of the options
  std::vector<double> masked_loss = {};   // validation loss without each option; empty where nothing was masked
  std::vector<double> masked_score = {};  // validation score likewise
};

/// What the supernet loses without an option is measured by the validation loss, or by the score (accuracy), equal
/// scores by the loss. Small validation parts tie on accuracy.
enum class Criterion : std::uint8_t { loss, score };

/// The option whose removal hurts most (or least: a control), the first of equals; 0 where nothing was masked.
Index most_missed(const DecisionRecord& record, Criterion criterion = Criterion::loss);
Index least_missed(const DecisionRecord& record, Criterion criterion = Criterion::loss);

}  // namespace cairn
