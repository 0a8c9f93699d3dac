#include "core/draws.h"

#include <algorithm>
#include <numeric>

#include "core/key_set.h"

namespace cairn {

std::vector<std::int64_t> sample_below(std::int64_t bound, std::int64_t count, Rng& rng) {
  count = std::clamp<std::int64_t>(count, 0, std::max<std::int64_t>(bound, 0));
  std::vector<std::int64_t> sample(static_cast<std::size_t>(count));
  if (count == bound) {
    std::iota(sample.begin(), sample.end(), std::int64_t{0});
    return sample;
  }
  KeySet taken(sample.size());
  std::int64_t last = bound - count;
  for (std::int64_t& number : sample) {
    number = rng.below(last + 1);
    if (!taken.insert(static_cast<std::uint64_t>(number))) {
      number = last;  // above all that could be drawn before
      taken.insert(static_cast<std::uint64_t>(number));
    }
    ++last;
  }
  std::sort(sample.begin(), sample.end());
  return sample;
}

}  // namespace cairn
