#include "models/search/search_space.h"

#include <fmt/format.h>

#include "core/error.h"

namespace cairn {

Index SearchSpace::architecture_count() const {
  Index count = 1;
  for (const SearchDecision& decision : decisions) {
    if (decision.options.empty()) throw Error(fmt::format("decision '{}' has no options", decision.name));
    if (count > (Index{1} << 62) / decision.option_count()) throw Error("more than 2^62 architectures");
    count *= decision.option_count();
  }
  return count;
}

Architecture SearchSpace::architecture(Index number) const {
  if (number < 0 || number >= architecture_count()) throw Error(fmt::format("no architecture has number {}", number));
  Architecture chosen(decisions.size());
  for (std::size_t d = decisions.size(); d-- > 0;) {
    chosen[d] = number % decisions[d].option_count();
    number /= decisions[d].option_count();
  }
  return chosen;
}

Index SearchSpace::number(const Architecture& architecture) const {
  check_architecture(*this, architecture);
  Index number = 0;
  for (std::size_t d = 0; d < decisions.size(); ++d) number = number * decisions[d].option_count() + architecture[d];
  return number;
}

std::string SearchSpace::describe(const Architecture& architecture, const std::string& separator) const {
  check_architecture(*this, architecture);
  std::string text;
  for (std::size_t d = 0; d < decisions.size(); ++d) {
    if (d > 0) text += separator;
    text += decisions[d].options[static_cast<std::size_t>(architecture[d])];
  }
  return text;
}

Architecture SearchSpace::random(Rng& rng) const {
  Architecture chosen;
  for (const SearchDecision& decision : decisions) chosen.push_back(rng.below(decision.option_count()));
  return chosen;
}

void check_architecture(const SearchSpace& space, const Architecture& architecture) {
  if (architecture.size() != space.decisions.size()) {
    throw Error(
        fmt::format("architecture: expected {} decisions, found {}", space.decisions.size(), architecture.size()));
  }
  for (std::size_t d = 0; d < architecture.size(); ++d) {
    if (architecture[d] < 0 || architecture[d] >= space.decisions[d].option_count()) {
      throw Error(fmt::format("architecture: '{}' has no option {}", space.decisions[d].name, architecture[d]));
    }
  }
}

}  // namespace cairn
