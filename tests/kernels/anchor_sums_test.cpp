#include "kernels/anchor_sums.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "core/rng.h"
#include "kernels/reference.h"
#include "support/catch.h"
#include "support/tensors.h"
#include "support/threads.h"

// The reference is the table of messages that these sums spare.

using namespace cairn;
using namespace cairn::kernels;

namespace {

/// Senders, places and nodes in no order. Sender 0 sends to a third of all pairs, most of them from one place: more
/// than a piece, and than a run, holds.
AnchorLinks random_links(Index nodes, Index slots, Index senders, Rng& rng) {
  AnchorLinks links;
  links.node_count = nodes;
  links.slot_count = slots;
  for (Index row = 0; row < nodes * slots; ++row) {
    const bool common = rng.below(3) == 0;
    links.nearest.push_back(static_cast<NodeId>(common ? 0 : rng.below(senders)));
    links.place.push_back(static_cast<std::int32_t>(common ? rng.below(20) / 19 : rng.below(4)));
  }
  list_senders(links);
  return links;
}

struct Case {
  AnchorLinks links;
  AnchorMessageInputs inputs;
  MessageProjection projection;
  Tensor of_mean;        // upstreams
  Tensor of_projection;  //
};

Case random_case(Index nodes, Index slots, Index senders, Index depth) {
  Rng rng(static_cast<std::uint64_t>(depth));
  Case made;
  made.links = random_links(nodes, slots, senders, rng);
  made.inputs = {.scale = support::random_tensor({4}, rng),
                 .sender = support::random_tensor({senders, depth}, rng),
                 .receiver = support::random_tensor({nodes, depth}, rng)};
  made.projection = {.weight = support::random_tensor({depth}, rng), .bias = support::random_tensor({1}, rng)};
  made.of_mean = support::random_tensor({nodes, depth}, rng);
  made.of_projection = support::random_tensor({nodes, slots}, rng);
  return made;
}

/// Values, then gradients of scale, sender and receiver, and of a projection.
using Results = std::vector<Tensor>;

Results means(const Case& of) {
  Results found{mean_anchor_messages(of.links, of.inputs), Tensor(of.inputs.scale.shape()),
                Tensor(of.inputs.sender.shape()), Tensor(of.inputs.receiver.shape())};
  add_mean_anchor_message_gradients(of.links, of.inputs, of.of_mean,
                                    {.scale = &found[1], .sender = &found[2], .receiver = &found[3]});
  return found;
}

Results projections(const Case& of) {
  Results found{projected_anchor_messages(of.links, of.inputs, of.projection),
                Tensor(of.inputs.scale.shape()),
                Tensor(of.inputs.sender.shape()),
                Tensor(of.inputs.receiver.shape()),
                Tensor(of.projection.weight.shape()),
                Tensor(Shape{1})};
  add_projected_anchor_message_gradients(of.links, of.inputs, of.projection, of.of_projection,
                                         {.scale = &found[1], .sender = &found[2], .receiver = &found[3]},
                                         {.weight = &found[4], .bias = &found[5]});
  return found;
}

/// Those of scale, sender and receiver, summed in double, from that of every message.
template <class OfMessage>
Results gradients_of_table(const Case& of, const Tensor& table, const OfMessage& of_message) {
  const auto& in = of.inputs;
  const Index depth = table.columns();
  std::vector<double> scale(static_cast<std::size_t>(in.scale.size()));
  std::vector<double> sender(static_cast<std::size_t>(in.sender.size()));
  std::vector<double> receiver(static_cast<std::size_t>(in.receiver.size()));
  for (Index row = 0; row < table.rows(); ++row) {
    const auto place = static_cast<std::size_t>(of.links.place[static_cast<std::size_t>(row)]);
    const NodeId from = of.links.nearest[static_cast<std::size_t>(row)];
    for (Index d = 0; d < depth; ++d) {
      if (table.at(row, d) <= 0) continue;
      const auto gradient = static_cast<double>(of_message(row, d));
      scale[place] += gradient * static_cast<double>(in.sender.at(from, d));
      sender[static_cast<std::size_t>(from * depth + d)] += gradient * static_cast<double>(in.scale.data()[place]);
      receiver[static_cast<std::size_t>(row / of.links.slot_count * depth + d)] += gradient;
    }
  }
  const auto tensor = [](const Shape& shape, const std::vector<double>& sums) {
    Tensor result(shape);
    std::transform(sums.begin(), sums.end(), result.data(), [](double sum) { return static_cast<Real>(sum); });
    return result;
  };
  return {tensor(in.scale.shape(), scale), tensor(in.sender.shape(), sender), tensor(in.receiver.shape(), receiver)};
}

Results means_of_table(const Case& of) {
  const Tensor table = anchor_messages(of.links, of.inputs);
  const Index slots = of.links.slot_count;
  const Real share = 1 / static_cast<Real>(slots);
  Results found{Tensor(of.inputs.receiver.shape())};
  for (Index row = 0; row < table.rows(); ++row) {
    for (Index d = 0; d < table.columns(); ++d) found[0].at(row / slots, d) += share * table.at(row, d);
  }
  const auto of_message = [&](Index row, Index d) { return share * of.of_mean.at(row / slots, d); };
  for (Tensor& gradient : gradients_of_table(of, table, of_message)) found.push_back(std::move(gradient));
  return found;
}

Results projections_of_table(const Case& of) {
  const Tensor table = anchor_messages(of.links, of.inputs);
  Results found{Tensor(of.of_projection.shape(), of.projection.bias.item())};
  Tensor of_weight(of.projection.weight.shape());
  Tensor of_bias(Shape{1});
  for (Index row = 0; row < table.rows(); ++row) {
    const Real upstream = of.of_projection.data()[row];
    of_bias.data()[0] += upstream;
    for (Index d = 0; d < table.columns(); ++d) {
      found[0].data()[row] += of.projection.weight.data()[d] * table.at(row, d);
      of_weight.data()[d] += upstream * table.at(row, d);
    }
  }
  const auto of_message = [&](Index row, Index d) {
    return of.of_projection.data()[row] * of.projection.weight.data()[d];
  };
  for (Tensor& gradient : gradients_of_table(of, table, of_message)) found.push_back(std::move(gradient));
  found.push_back(std::move(of_weight));
  found.push_back(std::move(of_bias));
  return found;
}

/// Relative to the largest value.
double difference(const Tensor& a, const Tensor& b) {
  double largest = 1;
  for (const Real value : b.values()) largest = std::max(largest, std::abs(static_cast<double>(value)));
  return support::max_difference(a, b) / largest;
}

void check_alike(const Results& found, const Results& expected) {
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    INFO("result " << i);
    CHECK(difference(found[i], expected[i]) < (sizeof(Real) == sizeof(double) ? 1e-12 : 1e-5));  // sums of 12,000 rows
  }
}

}  // namespace

TEST_CASE("anchor sums: every vector level gives what a table of messages gives, at all widths", "[kernels][anchors]") {
  reference::at_every_vector_level([] {
    for (const Index depth : {1, 2, 4, 7, 8, 13, 16, 32, 35, 64, 70, 100}) {
      INFO("width " << depth);
      const Case of = random_case(60, 5, 7, depth);
      check_alike(means(of), means_of_table(of));
      check_alike(projections(of), projections_of_table(of));
    }
  });
}

TEST_CASE("anchor sums: a sender of more rows than a piece holds, and no rows at all, are no exceptions",
          "[kernels][anchors]") {
  const Case many = random_case(4000, 3, 5, 8);
  const auto zeros = std::count(many.links.piece_sender.begin(), many.links.piece_sender.end(), 0);
  CHECK(zeros > 1);
  check_alike(means(many), means_of_table(many));
  check_alike(projections(many), projections_of_table(many));
  for (const auto& [nodes, slots] : {std::pair<Index, Index>{0, 3}, {3, 0}}) {
    const Case none = random_case(nodes, slots, 2, 4);
    CHECK(support::max_difference(means(none)[0], Tensor({nodes, 4})) == 0);
    CHECK(projections(none)[0].shape() == Shape{nodes, slots});
  }
}

TEST_CASE("anchor sums: values and gradients have the same bits for 1, 2 and 3 threads", "[kernels][anchors]") {
  const Case of = random_case(3000, 6, 40, 20);
  const auto run = [&](int threads) {
    const support::Threads scope(threads);
    Results found = means(of);
    for (Tensor& result : projections(of)) found.push_back(std::move(result));
    return found;
  };
  const Results alone = run(1);
  for (const int threads : {2, 3}) {
    const Results together = run(threads);
    for (std::size_t i = 0; i < alone.size(); ++i) CHECK(support::same_bits(alone[i], together[i]));
  }
}

TEST_CASE("anchor sums: a message that is not a number is not lost in the ReLU", "[kernels][anchors]") {
  Case of = random_case(6, 2, 3, 8);
  of.inputs.receiver.at(4, 5) = std::numeric_limits<Real>::quiet_NaN();
  CHECK(std::isnan(means(of)[0].at(4, 5)));
  CHECK(std::isnan(projections(of)[0].at(4, 1)));
}
