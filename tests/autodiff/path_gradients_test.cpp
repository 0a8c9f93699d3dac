#include <array>
#include <memory>

#include "autodiff/ops_paths.h"
#include "graph/generate.h"
#include "support/gradient_table.h"
#include "support/graphs.h"
#include "support/path_plans.h"

using namespace cairn;
using kernels::PathAggregate;
using kernels::PathCell;

namespace {

support::GradientRow path_row(const std::string& name, const Graph& graph, const std::vector<NodeId>& anchors,
                              PathCell cell, PathAggregate aggregate, Index depth, bool siblings = false) {
  const auto plan = std::make_shared<const kernels::PathPlan>(support::plain_path_plan(graph, anchors));
  const Index nodes = graph.node_count();
  const Index gates = kernels::gate_count(cell) * depth;
  support::GradientRow row{
      name,
      [plan, cell, aggregate](support::Inputs in) {
        PathPassInputs inputs{in[0], in[1], in[2], in[3], in[4]};
        if (in.size() > 5) {
          inputs.own_weight = in[5];
          inputs.sibling_weight = in[6];
          inputs.sibling_bias = in[7];
        }
        return path_states(plan, cell, aggregate, inputs);
      },
      {support::off_zero({nodes, depth}, 1), support::off_zero({nodes, gates}, 2), support::off_zero({depth, gates}, 3),
       support::off_zero({gates}, 4), support::off_zero({depth}, 5)}};
  if (siblings) {
    row.at.insert(row.at.end(), {support::off_zero({depth, depth}, 6), support::off_zero({depth, depth}, 7),
                                 support::off_zero({depth}, 8)});
  }
  return row;
}

std::shared_ptr<kernels::AnchorLinks> links_of(Index nodes, Index slots, std::vector<std::int32_t> place,
                                               std::vector<NodeId> nearest) {
  auto links = std::make_shared<kernels::AnchorLinks>();
  links->node_count = nodes;
  links->slot_count = slots;
  links->place = std::move(place);
  links->nearest = std::move(nearest);
  kernels::list_senders(*links);
  return links;
}

}  // namespace

TEST_CASE("path_states: gradients of every cell and aggregate agree with differences", "[autodiff][paths]") {
  Rng rng(2);
  const Graph grid = grid_graph(3, 3);
  const Graph tied = support::complete(5);               // of siblings alone but for the anchors
  const Graph ring = support::cycle(7);                  // two siblings at the far end
  const Graph parts = support::random_graph(9, 8, rng);  // with pairs that no path joins
  for (const auto& [cell, cell_name] : {std::pair{PathCell::affine, "affine"}, std::pair{PathCell::linear, "linear"},
                                        std::pair{PathCell::gated, "gated"}}) {
    for (const PathAggregate aggregate :
         {PathAggregate::mean, PathAggregate::sum, PathAggregate::scaled_sum, PathAggregate::max}) {
      support::check_row(path_row(std::string(cell_name) + ", grid", grid, {0, 4}, cell, aggregate, 2));
      support::check_row(path_row(std::string(cell_name) + ", parts", parts, {1, 1, 8}, cell, aggregate, 1));
      if (sizeof(Real) != sizeof(double)) continue;  // its kinks stand within the step that float needs
      support::check_row(path_row(std::string(cell_name) + ", siblings", tied, {0, 4}, cell, aggregate, 2, true));
      support::check_row(path_row(std::string(cell_name) + ", ring", ring, {0, 1}, cell, aggregate, 2, true));
    }
    support::check_row(
        path_row(std::string(cell_name) + ", one node", support::path(1), {0}, cell, PathAggregate::mean, 1));
  }
}

TEST_CASE("anchor_messages: gradients agree with differences, with and without an unreached state",
          "[autodiff][paths]") {
  // 4 nodes, 3 slots, 3 scales, 3 senders of which one sends twice to a node; row 7 has no sender.
  const auto links = links_of(4, 3, {0, 1, 2, 1, 1, 0, 2, 0, 1, 2, 2, 0}, {0, 2, 1, 1, 1, 0, 2, -1, 0, 2, 0, 1});
  links->unreached = {2, 6, 11};
  CHECK(links->sent.size() == 11);
  for (const Index depth : {1, 3}) {
    const std::vector<Tensor> at{support::off_zero({3}, 1), support::off_zero({3, depth}, 2),
                                 support::off_zero({4, depth}, 3), support::off_zero({depth}, 4)};
    support::check_row({"anchor_messages",
                        [links](support::Inputs in) {
                          return anchor_messages(links, {in[0], in[1], in[2], {}});
                        },
                        {at[0], at[1], at[2]}});
    support::check_row({"anchor_messages, unreached",
                        [links](support::Inputs in) {
                          return anchor_messages(links, {in[0], in[1], in[2], in[3]});
                        },
                        at});
  }
}

TEST_CASE("means and projections of anchor messages: gradients agree with differences", "[autodiff][paths]") {
  const auto links = links_of(4, 3, {0, 1, 2, 1, 1, 0, 2, 0, 1, 2, 2, 0}, {0, 2, 1, 1, 1, 0, 2, 2, 0, 2, 0, 1});
  for (const Index depth : {1, 3, 5}) {
    const std::vector<Tensor> at{support::off_zero({3}, 1), support::off_zero({3, depth}, 2),
                                 support::off_zero({4, depth}, 3), support::off_zero({depth, 1}, 4),
                                 support::off_zero({1}, 5)};
    support::check_row({"mean_anchor_messages",
                        [links](support::Inputs in) {
                          return mean_anchor_messages(links, {in[0], in[1], in[2]});
                        },
                        {at[0], at[1], at[2]}});
    support::check_row({"projected_anchor_messages",
                        [links](support::Inputs in) {
                          return projected_anchor_messages(links, {in[0], in[1], in[2]}, in[3], in[4]);
                        },
                        at});
  }
}

TEST_CASE("anchor_messages: links that do not fit are refused", "[autodiff][paths]") {
  auto links = std::make_shared<kernels::AnchorLinks>();
  links->node_count = 2;
  links->slot_count = 1;
  links->place = {0};
  links->nearest = {0, 0};
  CHECK_THROWS_AS(kernels::list_senders(*links), ShapeError);
  links->place = {0, 3};
  kernels::list_senders(*links);
  const Variable three = Variable::constant(Tensor({3}));
  const Variable rows = Variable::constant(Tensor({2, 4}));
  CHECK_THROWS_AS(anchor_messages(links, {three, rows, rows, {}}), ShapeError);
  CHECK_THROWS_AS(mean_anchor_messages(links, {three, rows, rows, {}}), ShapeError);
}

TEST_CASE(
    "means and projections of anchor messages: a pair without a sender, an unreached state and other widths are "
    "refused",
    "[autodiff][paths]") {
  const auto zeros = [](const Shape& shape) { return Variable::constant(Tensor(shape)); };
  const auto links = links_of(2, 1, {0, 0}, {0, 1});
  const AnchorMessageVariables inputs{zeros({1}), zeros({2, 4}), zeros({2, 4})};
  CHECK(mean_anchor_messages(links, inputs).shape() == Shape{2, 4});
  CHECK(projected_anchor_messages(links, inputs, zeros({4, 1}), zeros({1})).shape() == Shape{2, 1});
  CHECK_THROWS_AS(projected_anchor_messages(links, inputs, zeros({3, 1}), zeros({1})), ShapeError);
  CHECK_THROWS_AS(projected_anchor_messages(links, inputs, zeros({4, 1}), zeros({2})), ShapeError);
  CHECK_THROWS_AS(mean_anchor_messages(links, {zeros({1}), zeros({2, 4}), zeros({2, 4}), zeros({4})}), ShapeError);
  CHECK_THROWS_AS(mean_anchor_messages(links_of(2, 1, {0, 0}, {0, -1}), inputs), ShapeError);
}

TEST_CASE("add_to_slots: gradients agree with differences", "[autodiff][paths]") {
  for (const auto& [nodes, slots, depth] : {std::array<Index, 3>{3, 4, 2}, {1, 1, 1}, {0, 0, 3}, {2, 1, 0}}) {
    support::check_row({"add_to_slots",
                        [](support::Inputs in) { return add_to_slots(in[0], in[1]); },
                        {support::off_zero({nodes * slots, depth}), support::off_zero({nodes, depth}, 2)}});
  }
  CHECK_THROWS_AS(add_to_slots(Variable::constant(Tensor({7, 2})), Variable::constant(Tensor({3, 2}))), ShapeError);
}

TEST_CASE("mean_over_slots: gradients agree with differences, and unreached rows count for nothing",
          "[autodiff][paths]") {
  const auto unreached =
      std::make_shared<const std::vector<std::int32_t>>(std::vector<std::int32_t>{0, 4, 5, 6, 7, 11});
  support::check_row({"mean_over_slots",
                      [unreached](support::Inputs in) { return mean_over_slots(in[0], 3, unreached); },
                      {support::off_zero({12, 2})}});
  // Another consumer's gradient is there before, or comes after.
  support::check_row({"mean_over_slots beside another consumer",
                      [unreached](support::Inputs in) {
                        const Variable both =
                            add(mean_over_slots(in[0], 3, unreached), mean_over_slots(in[0], 3, nullptr));
                        return add(both, slice_columns(reshape(in[0], Shape{3, 8}), 2, 4));
                      },
                      {support::off_zero({12, 2})}});
  const Tensor x({4, 1}, {1, 2, 30, 5});
  const auto first = std::make_shared<const std::vector<std::int32_t>>(std::vector<std::int32_t>{0, 2, 3});
  const Tensor mean = mean_over_slots(Variable::constant(x), 2, first).value();
  CHECK(mean.at(0, 0) == 2);
  CHECK(mean.at(1, 0) == 0);
}
