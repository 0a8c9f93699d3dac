#include <string>
#include <vector>

#include "autodiff/ops_dense.h"
#include "models/search/selection.h"
#include "support/catch.h"
#include "support/golden.h"

using namespace cairn;

namespace {

/// Options are fixed linear maps, one chain: tests/golden/make_search.py.
class FixedMaps : public Supernet {
 public:
  explicit FixedMaps(const support::Json& golden)
      : features_(Variable::constant(support::tensor_of(golden.at("features")))),
        head_(Variable::constant(support::tensor_of(golden.at("head")))) {
    for (const support::Json& decision : golden.at("maps")) {
      maps_.emplace_back();
      SearchDecision named{std::to_string(maps_.size()), {}};
      for (const support::Json& map : decision) {
        maps_.back().push_back(Variable::constant(support::tensor_of(map)));
        named.options.push_back(std::to_string(maps_.back().size()));
      }
      space_.decisions.push_back(named);
    }
  }

  const SearchSpace& space() const override { return space_; }
  Variable forward(const Mixture& mixture, const Pass&) const override {
    Variable h = features_;
    for (std::size_t d = 0; d < maps_.size(); ++d) {
      h = mixture.mix(static_cast<Index>(d),
                      [&](Index option) { return matmul(h, maps_[d][static_cast<std::size_t>(option)]); });
    }
    return matmul(h, head_);
  }
  void visit(const ParameterVisitor&) const override {}

 private:
  SearchSpace space_;
  Variable features_;
  Variable head_;
  std::vector<std::vector<Variable>> maps_;
};

struct GoldenSearch {
  support::Json golden = support::golden("search.json");
  FixedMaps supernet{golden};
  NodeObjective objective{golden.at("labels").get<std::vector<std::int32_t>>(),
                          {.train = golden.at("train").get<std::vector<NodeId>>(),
                           .validation = golden.at("validation").get<std::vector<NodeId>>(),
                           .test = {}}};
  SupernetSearch search{supernet, objective, {.steps = 0}};

  GoldenSearch() {
    NamedTensors state;
    search.save(state, "");
    for (std::size_t d = 0; d < golden.at("alphas").size(); ++d) {
      const Tensor alpha = support::tensor_of(golden.at("alphas")[d]);
      state.arrays.at("alpha." + std::to_string(d)) = to_stored(alpha.reshaped(Shape{1, alpha.size()}));
    }
    search.restore(state, "");
  }

  PerturbationOptions options(bool keep_least) const {
    return {.tune_steps = 0, .keep_least = keep_least, .order = golden.at("order").get<std::vector<Index>>()};
  }
};

void check_masked(const DecisionRecord& record, const support::Json& expected) {
  REQUIRE(record.masked_loss.size() == expected.at("loss").size());
  for (std::size_t o = 0; o < record.masked_loss.size(); ++o) {
    INFO("option " << o);
    CHECK(record.masked_loss[o] ==
          Approx(expected.at("loss")[o].get<double>()).margin(support::golden_tolerance).epsilon(0));
    CHECK(record.masked_score[o] == Approx(expected.at("accuracy")[o].get<double>()));
  }
}

}  // namespace

TEST_CASE("search golden: masked losses of every option of an undecided supernet", "[models][search]") {
  const GoldenSearch tiny;
  const auto whole = tiny.search.judge(tiny.search.mixture(), Part::validation);
  CHECK(whole.loss == Approx(tiny.golden.at("whole")[0].get<double>()).margin(support::golden_tolerance).epsilon(0));
  for (Index d = 0; d < tiny.supernet.space().decision_count(); ++d) {
    INFO("decision " << d);
    check_masked(tiny.search.masked(d), tiny.golden.at("masked")[static_cast<std::size_t>(d)]);
  }
}

TEST_CASE("search golden: the sequence of choices, and of their opposites, for a given order", "[models][search]") {
  for (const bool flipped : {false, true}) {
    GoldenSearch tiny;
    INFO("sign flipped " << flipped);
    CHECK(select_by_perturbation(tiny.search, tiny.options(flipped)));
    const support::Json& expected = tiny.golden.at(flipped ? "sign_flipped" : "perturbation");
    REQUIRE(tiny.search.records().size() == expected.size());
    for (std::size_t r = 0; r < expected.size(); ++r) {
      INFO("record " << r);
      const DecisionRecord& record = tiny.search.records()[r];
      CHECK(record.decision == expected[r].at("decision").get<Index>());
      CHECK(record.chosen == expected[r].at("chosen").get<Index>());
      check_masked(record, expected[r]);
    }
  }
}

TEST_CASE("search golden: with all decisions taken the supernet is the discrete network", "[models][search]") {
  GoldenSearch tiny;
  CHECK(architecture_by_magnitude(tiny.search) == tiny.golden.at("magnitude").get<Architecture>());
  select_by_perturbation(tiny.search, tiny.options(false));
  CHECK(architecture_by_magnitude(tiny.search) == tiny.search.taken());
  for (const Mixture& mixture : {tiny.search.mixture(), Mixture(tiny.search.taken())}) {
    CHECK(tiny.search.judge(mixture, Part::validation).loss ==
          Approx(tiny.golden.at("discrete")[0].get<double>()).margin(support::golden_tolerance).epsilon(0));
  }
}
