#include "support/golden.h"

#include "optim/optimizers.h"
#include "support/catch.h"
#include "support/tensors.h"

namespace cairn {
namespace {

using support::Json;
using support::tensor_of;

OptimizerOptions options_of(const Json& json) {
  OptimizerOptions options;
  options.name = json.at("name").get<std::string>();
  options.weight_decay = json.value("weight_decay", options.weight_decay);
  options.momentum = json.value("momentum", options.momentum);
  options.beta1 = json.value("beta1", options.beta1);
  options.beta2 = json.value("beta2", options.beta2);
  options.epsilon = json.value("epsilon", options.epsilon);
  return options;
}

TEST_CASE("golden: optimizers walk where an independent implementation of their papers walks", "[optim][golden]") {
  const Json runs = support::golden("optimizers.json");
  REQUIRE(runs.size() == 6);
  for (const Json& run : runs) {
    INFO(run.at("options").dump());
    const auto optimizer = make_optimizer(options_of(run.at("options")));
    const std::vector<NamedParameter> parameters{
        {"weight", Variable::parameter(tensor_of(run.at("start").at("weight"))), ParameterKind::weight},
        {"bias", Variable::parameter(tensor_of(run.at("start").at("bias"))), ParameterKind::bias}};
    for (std::size_t step = 0; step < run.at("rates").size(); ++step) {
      for (const NamedParameter& parameter : parameters) {
        parameter.value.mutable_grad() = tensor_of(run.at("slopes")[step].at(parameter.name));
      }
      optimizer->step(parameters, run.at("rates")[step].get<Real>());
      for (const NamedParameter& parameter : parameters) {
        INFO("step " << step << ", " << parameter.name);
        CHECK(support::max_difference(parameter.value.value(), tensor_of(run.at("after")[step].at(parameter.name))) <
              support::golden_tolerance);
      }
    }
  }
}

}  // namespace
}  // namespace cairn
