#include <algorithm>
#include <filesystem>
#include <map>

#include "benchmarks/position_columns.h"
#include "core/error.h"
#include "data/synthetic.h"
#include "graph/traversal.h"
#include "graph_io/formats.h"
#include "support/catch.h"
#include "support/places.h"

using namespace cairn;
using namespace cairn::benchmarks;

namespace {

const PositionColumn& column_of(std::string_view name) {
  const auto& columns = position_columns();
  return *std::find_if(columns.begin(), columns.end(), [&](const auto& c) { return c.name == name; });
}

}  // namespace

TEST_CASE("email groups: seven graphs of departments, connected, with no edge between groups", "[benchmarks]") {
  const std::filesystem::path data = support::shared_data();
  if (!std::filesystem::exists(data / "email_eu_core")) {
    WARN("no " << data / "email_eu_core"
               << ": skipped");
    return;
  }
  const Dataset whole = read_dataset(data / "email_eu_core");
  const Dataset email = real_dataset(column_of("email/pair"), data.string());
  check_consistent(email);
  CHECK(email.node_count() == 920);
  CHECK(email.graph.edge_count() == 7201);
  CHECK(email.graph_count() == 7);
  CHECK(connected_components(email.graph).count() == 7);
  for (NodeId u = 0; u < email.node_count(); ++u) {
    const std::string& department =
        email.class_names[static_cast<std::size_t>(email.labels[static_cast<std::size_t>(u)])];
    const auto graph = static_cast<std::size_t>(email.graph_of_node[static_cast<std::size_t>(u)]);
    REQUIRE(email.graph_names[graph] == "group " + std::to_string(std::stoi(department) / 6));
    const NodeId there = *whole.ids.find(email.ids.name(u));
    REQUIRE(whole.labels[static_cast<std::size_t>(there)] == email.labels[static_cast<std::size_t>(u)]);
    for (const NodeId v : email.graph.neighbors(u)) {
      const NodeId v_there = *whole.ids.find(email.ids.name(v));
      const auto row = whole.graph.neighbors(there);
      REQUIRE(std::binary_search(row.begin(), row.end(), v_there));
    }
  }
  CHECK(anchor_number(column_of("email/pair"), 0, email) == 49);  // floor(log2 245)^2
}

TEST_CASE("email groups: another dataset of that name is refused, saying what was expected", "[benchmarks]") {
  Dataset other = make_synthetic("communities:7x12", 0);
  for (std::size_t c = 0; c < other.class_names.size(); ++c) other.class_names[c] = std::to_string(6 * c);
  CHECK_THROWS_AS(email_groups(other), InputError);
  CHECK_THROWS_WITH(email_groups(other), Catch::Contains("245, 223, 186, 139, 58, 37, 32") && Catch::Contains("7201") &&
                                             Catch::Contains("found 12, 12"));
  other.class_names[2] = "sales";
  CHECK_THROWS_WITH(email_groups(other), Catch::Contains("'sales'"));
  other.labels[3] = -1;
  other.class_names[2] = "12";
  CHECK_THROWS_AS(email_groups(other), InputError);
  other.labels.clear();
  CHECK_THROWS_AS(email_groups(other), InputError);
}

TEST_CASE("synthetic columns: a seed has its own graph, the same each time", "[benchmarks]") {
  const auto arcs = [](const Dataset& dataset) {
    return std::vector<NodeId>(dataset.graph.targets().begin(), dataset.graph.targets().end());
  };
  const PositionColumn& column = column_of("communities/link");
  CHECK(arcs(synthetic_dataset(column, false, 1)) == arcs(synthetic_dataset(column, false, 1)));
  CHECK(arcs(synthetic_dataset(column, false, 1)) != arcs(synthetic_dataset(column, false, 2)));
  CHECK(synthetic_dataset(column, false, 1).node_count() == 400);
  CHECK(anchor_number(column, 0, synthetic_dataset(column, false, 1)) == 64);
  CHECK(anchor_number(column, 16, synthetic_dataset(column, false, 1)) == 16);
}
