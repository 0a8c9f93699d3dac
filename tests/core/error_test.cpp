#include "core/error.h"

#include <array>

#include "support/catch.h"

using namespace cairn;
using Catch::Matchers::Equals;

TEST_CASE("an input error names the path and the line before its message", "[core]") {
  CHECK_THAT(InputError("cora/edges.csv", 17, "expected 2 columns, found 3").what(),
             Equals("cora/edges.csv:17: expected 2 columns, found 3"));
}

TEST_CASE("an input error of a whole file names no line", "[core]") {
  CHECK_THAT(InputError("edges.csv", 0, "is empty").what(), Equals("edges.csv: is empty"));
}

TEST_CASE("every error is a cairn::Error and keeps its kind", "[core]") {
  CHECK_THROWS_AS(throw InputError("a", 1, "b"), Error);
  CHECK_THROWS_AS(throw UsageError("a"), Error);
  CHECK_THROWS_AS(throw NumericError("a"), Error);
  CHECK_THROWS_AS(throw OutputError("a"), Error);
  CHECK_THROWS_AS(throw ShapeError("a"), Error);
}

TEST_CASE("an unknown name is answered with the known ones", "[core]") {
  const std::array<std::string_view, 3> known{"gcn", "gat", "mlp"};
  CHECK_THROWS_MATCHES(throw_unknown_name("layer", "gcm", known), UsageError,
                       Catch::Matchers::Message("unknown layer 'gcm'; known: gcn, gat, mlp"));
}
