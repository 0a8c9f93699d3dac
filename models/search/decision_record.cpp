#include "models/search/decision_record.h"

#include <cstddef>

namespace cairn {

namespace {

/// Whether the supernet without option a is worse than without option b.
bool hurts_more(const DecisionRecord& record, Criterion criterion, std::size_t a, std::size_t b) {
  if (criterion == Criterion::score && record.masked_score[a] != record.masked_score[b]) {
    return record.masked_score[a] < record.masked_score[b];
  }
  return record.masked_loss[a] > record.masked_loss[b];
}

}  // namespace

Index most_missed(const DecisionRecord& record, Criterion criterion) {
  std::size_t best = 0;
  for (std::size_t o = 1; o < record.masked_loss.size(); ++o) {
    if (hurts_more(record, criterion, o, best)) best = o;
  }
  return static_cast<Index>(best);
}

Index least_missed(const DecisionRecord& record, Criterion criterion) {
  std::size_t best = 0;
  for (std::size_t o = 1; o < record.masked_loss.size(); ++o) {
    if (hurts_more(record, criterion, best, o)) best = o;
  }
  return static_cast<Index>(best);
}

}  // namespace cairn
