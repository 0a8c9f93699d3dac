#include "models/search/finalist.h"

#include <algorithm>

namespace cairn {

namespace {

bool equal(const TrainConfig& a, const TrainConfig& b) {
  const auto& fields = config_fields();
  return std::all_of(fields.begin(), fields.end(),
                     [&](const ConfigField& field) { return field_text(a, field) == field_text(b, field); });
}

}  // namespace

EpochQuality mean_quality(const Finalist& finalist) {
  EpochQuality mean;
  const auto count = static_cast<double>(finalist.results.size());
  for (const SeedResult& result : finalist.results) {
    mean.score += result.quality.score / count;
    mean.tie_break += result.quality.tie_break / count;
  }
  return mean;
}

bool better(const EpochQuality& a, const EpochQuality& b) {
  return a.score > b.score || (a.score == b.score && a.tie_break > b.tie_break);
}

void propose(std::vector<Finalist>& finalists, const std::string& origin, const TrainConfig& config) {
  for (Finalist& finalist : finalists) {
    if (!equal(finalist.config, config)) continue;
    finalist.origin += ", " + origin;
    return;
  }
  finalists.push_back({.origin = origin, .config = config, .results = {}});
}

std::vector<std::size_t> next_round(const std::vector<Finalist>& finalists, Index rounds) {
  std::vector<std::size_t> there;
  for (std::size_t f = 0; f < finalists.size(); ++f) {
    if (static_cast<Index>(finalists[f].results.size()) >= rounds) there.push_back(f);
  }
  if (rounds == 0) return there;
  // Judged on the seeds that all of them have: one may have begun the round already.
  const auto quality_of = [&](std::size_t f) {
    Finalist judged = finalists[f];
    judged.results.resize(static_cast<std::size_t>(rounds));
    return mean_quality(judged);
  };
  std::stable_sort(there.begin(), there.end(),
                   [&](std::size_t a, std::size_t b) { return better(quality_of(a), quality_of(b)); });
  there.resize(std::min(there.size(), std::max<std::size_t>(2, (there.size() + 2) / 3)));
  return there;
}

}  // namespace cairn
