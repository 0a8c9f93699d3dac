#include "models/search/model_space.h"

#include <string>
#include <vector>

#include "core/error.h"
#include "models/defaults.h"
#include "support/catch.h"

using namespace cairn;

namespace {

/// The architecture of the default space with these options, in the order of its decisions.
Architecture architecture(const ModelSpace& space, const std::vector<std::string>& options) {
  const SearchSpace decisions = search_space(space);
  REQUIRE(options.size() == decisions.decisions.size());
  Architecture chosen;
  for (std::size_t d = 0; d < options.size(); ++d) {
    const auto& known = decisions.decisions[d].options;
    const auto found = std::find(known.begin(), known.end(), options[d]);
    INFO(options[d]);
    REQUIRE(found != known.end());
    chosen.push_back(found - known.begin());
  }
  return chosen;
}

std::string differences(const TrainConfig& a, const TrainConfig& b) {
  std::string text;
  for (const ConfigField& field : config_fields()) {
    if (field_text(a, field) != field_text(b, field)) text += std::string(field.name) + " ";
  }
  return text;
}

}  // namespace

TEST_CASE("model space: fixed models are architectures of it, with their own defaults", "[models][search]") {
  const ModelSpace space = default_model_space();
  struct Case {
    std::string task;
    std::string model;
    std::vector<std::string> options;
  };
  const std::vector<Case> cases{
      {"node", "gcn", {"none", "rff", "cape", "gcn", "skip", "gcn", "gate", "last"}},
      {"link", "sage", {"none", "raw", "none", "sage", "sage", "sage", "concat", "last"}},
      {"node", "gat", {"none", "raw", "none", "gat", "skip", "gat", "sum", "last"}},
      {"node", "gcn+gir", {"gir", "lff", "cape", "gcn", "skip", "gcn", "concat", "last"}},
      {"link", "gcn+gir", {"gir", "raw", "none", "gcn", "gcn", "gcn", "concat", "last"}},
      {"node", "mlp", {"none", "raw", "none", "linear", "skip", "linear", "concat", "last"}},
      {"node", "gcn+gaussian", {"distances", "gaussian", "none", "gcn", "skip", "gcn", "concat", "last"}}};
  for (const Case& c : cases) {
    INFO(c.model << " " << c.task);
    CHECK(differences(config_of(space, architecture(space, c.options), c.task), default_config(c.model, c.task)) == "");
  }
}

TEST_CASE("model space: what an architecture says is what its configuration says", "[models][search]") {
  const ModelSpace space = default_model_space();
  const TrainConfig config = config_of(
      space, architecture(space, {"spectral", "lff", "cape", "gcn", "kernel-attention", "sage", "gate", "all"}),
      "link");
  CHECK(config.model == "stack+lff");
  CHECK(config.layer_kinds == "gcn,kernel-attention,sage");
  CHECK(config.layers == 3);
  CHECK(config.coordinates == "spectral");
  CHECK(config.cape_flip_signs);
  CHECK(config.fusion == "score");
  CHECK(config.jump == "cat");
  check_config(config);
}

TEST_CASE("model space: decisions without effect have one form", "[models][search]") {
  const ModelSpace space = default_model_space();
  const auto same = [&](const std::vector<std::string>& a, const std::vector<std::string>& b) {
    return canonical_architecture(space, architecture(space, a)) ==
           canonical_architecture(space, architecture(space, b));
  };
  CHECK(same({"none", "lff", "cape", "gcn", "skip", "gin", "gate", "all"},
             {"none", "raw", "none", "gcn", "skip", "gin", "sum", "all"}));
  CHECK(same({"gir", "lff", "cape", "gcn", "skip", "gin", "gate", "all"},
             {"gir", "raw", "none", "gcn", "skip", "gin", "gate", "all"}));
  CHECK_FALSE(same({"walk", "lff", "cape", "gcn", "skip", "gin", "gate", "all"},
                   {"walk", "raw", "none", "gcn", "skip", "gin", "gate", "all"}));
  CHECK_FALSE(same({"gir", "lff", "cape", "gcn", "skip", "gin", "gate", "all"},
                   {"gir", "lff", "cape", "gcn", "skip", "gin", "sum", "all"}));
}

TEST_CASE("model space: options that make no sense are refused", "[models][search]") {
  ModelSpace space = default_model_space();
  space.layers.front().emplace_back("skip");
  CHECK_THROWS_WITH(search_space(space), Catch::Contains("layer 1: 'skip' fits between layers"));
  space = default_model_space();
  space.position.emplace_back("compass");
  CHECK_THROWS_WITH(search_space(space), Catch::Contains("position: unknown option 'compass'; known: none, distances"));
  space = default_model_space();
  space.fusion.clear();
  CHECK_THROWS_AS(search_space(space), UsageError);
  space = default_model_space();
  space.encoding = {"raw", "raw"};
  CHECK_THROWS_WITH(search_space(space), Catch::Contains("'raw' stands there twice"));
  space = default_model_space();
  space.layers.clear();
  CHECK_THROWS_AS(search_space(space), UsageError);
  CHECK_THROWS_AS(check_option("colour", "red"), UsageError);
}
