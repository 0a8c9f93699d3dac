// Whether attention can be sharp: who copies the predecessor's token, and who only can with relative positions.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

#include "benchmarks/attention_sections.h"
#include "benchmarks/copy_task.h"
#include "benchmarks/experiment_claims.h"
#include "benchmarks/experiment_results.h"

namespace cairn::benchmarks {

namespace {

struct Task {
  Index length;
  Index clip;
};
constexpr std::array<Task, 2> tasks{{{64, 63}, {256, 16}}};

std::vector<ExperimentPart> parts(const PartOptions& options) {
  std::vector<ExperimentPart> all;
  for (const Task& task : tasks) {
    for (const std::string_view attention : copy_attentions()) {
      all.push_back({fmt::format("{}, {}", task.length, attention),
                     {},
                     {},
                     [task, attention, smoke = options.smoke](std::uint64_t seed, const std::function<bool()>& stopped)
                         -> std::optional<std::vector<MeasuredRow>> {
                       CopyTaskOptions copy{.length = task.length, .clip = task.clip, .seed = seed};
                       if (smoke) {
                         copy.length = 12;
                         copy.clip = std::min<Index>(task.clip, 11);
                         copy.nodes_a_step = 24;
                         copy.steps = 3;
                         copy.test_paths = 2;
                       }
                       const auto accuracy = copy_task(attention, copy, stopped);
                       if (!accuracy) return std::nullopt;
                       return std::vector<MeasuredRow>{
                           {"copy", {fmt::format("{}", task.length), std::string(attention)}, {*accuracy}}};
                     }});
    }
  }
  return all;
}

void claim(const ExperimentResults& results, ClaimList& claims) {
  const auto mean = [&](const char* length, const char* attention) {
    return results.mean("copy", {length, attention}, 0);
  };
  claims.at_least("64 nodes: normalized features with biases at least 0.98",
                  mean("64", "features, normalized + biases"), 0.98);
  claims.at_most("64 nodes, control: normalized features without biases at most 0.6",
                 mean("64", "features, normalized"), 0.6);
  claims.at_most("64 nodes, control: plain features at most 0.6", mean("64", "features"), 0.6);
  claims.at_most("64 nodes, control: softmax of unit vectors without biases at most 0.6",
                 mean("64", "softmax, normalized"), 0.6);
  claims.report("64 nodes: softmax", mean("64", "softmax"));
  claims.report("256 nodes, offsets +-16: normalized features with biases",
                mean("256", "features, normalized + biases"));
}

}  // namespace

ExperimentSection copy_section() {
  return {.name = "copy",
          .summary = "copying the predecessor's token: softmax and random features, without and with biases",
          .seeds = 3,
          .alone = false,
          .tables = {{.name = "copy",
                      .caption = "Share of right answers, 8 tokens; one layer, one head, m = 32, 800 Adam steps of 512 "
                                 "nodes at 5e-3; content has sinusoids of the place; biases for all offsets of 64 "
                                 "nodes, +-16 of 256.",
                      .labels = {"nodes", "attention"},
                      .figures = {"accuracy"}}},
          .parts = parts,
          .claim = claim};
}

}  // namespace cairn::benchmarks
