#include "models/config.h"

#include <limits>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/error.h"
#include "support/catch.h"

using namespace cairn;

namespace {

/// Puts a value into a field that no default has.
struct Unusual {
  TrainConfig& config;
  void operator()(std::string TrainConfig::*place) const { config.*place = "some name"; }
  void operator()(Index TrainConfig::*place) const { config.*place = -123456789012; }
  void operator()(double TrainConfig::*place) const { config.*place = 0.1 + 0.2; }
  void operator()(bool TrainConfig::*place) const { config.*place = !(config.*place); }
  void operator()(std::uint64_t TrainConfig::*place) const {
    config.*place = std::numeric_limits<std::uint64_t>::max();
  }
};

struct SameValue {
  const TrainConfig& a;
  const TrainConfig& b;
  template <class Place>
  bool operator()(Place place) const {
    return a.*place == b.*place;
  }
};

}  // namespace

TEST_CASE("config: every field comes back from its text without loss", "[models][config]") {
  for (const ConfigField& field : config_fields()) {
    INFO(field.name);
    TrainConfig unusual;
    std::visit(Unusual{unusual}, field.place);
    const std::string text = field_text(unusual, field);
    TrainConfig read;
    set_field(read, field.name, text);
    for (const ConfigField& other : config_fields()) {
      const TrainConfig& expected = other.name == field.name ? unusual : TrainConfig{};
      INFO(other.name);
      CHECK(std::visit(SameValue{read, expected}, other.place));
    }
  }
}

TEST_CASE("config: no two fields share a name or a place", "[models][config]") {
  std::set<std::string_view> names;
  std::set<const void*> places;
  const TrainConfig config;
  for (const ConfigField& field : config_fields()) {
    INFO(field.name);
    CHECK(names.insert(field.name).second);
    CHECK(field.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string_view::npos);
    const void* place =
        std::visit([&](auto member) { return static_cast<const void*>(&(config.*member)); }, field.place);
    CHECK(places.insert(place).second);
  }
}

TEST_CASE("config: what is no value of its field names the option and what was expected", "[models][config]") {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"layers", "two"},  {"layers", "2.5"},      {"layers", ""},         {"layers", "99999999999999999999"},
      {"seed", "-1"},     {"seeds", "1x"},        {"learning_rate", "x"}, {"learning_rate", "nan"},
      {"dropout", "inf"}, {"learning_rate", ""},  {"residual", "yes"},    {"stratified", "1"},
      {"seed", "1e3"},    {"weight_decay", "1,0"}};
  for (const auto& [name, text] : cases) {
    INFO(name << " = " << text);
    TrainConfig config;
    std::string option = "--" + name;
    for (char& letter : option) letter = letter == '_' ? '-' : letter;
    CHECK_THROWS_WITH(set_field(config, name, text), Catch::StartsWith(option + ": expected "));
    CHECK_THROWS_AS(set_field(config, name, text), UsageError);
  }
}

TEST_CASE("config: an unknown field is refused with a list of the known ones", "[models][config]") {
  TrainConfig config;
  CHECK_THROWS_AS(set_field(config, "learning-rate", "0.1"), UsageError);
  CHECK_THROWS_WITH(set_field(config, "rate", "0.1"),
                    Catch::Contains("'rate'") && Catch::Contains("learning_rate") && Catch::Contains("patience"));
}

TEST_CASE("config: values out of range are refused, those at the edge are not", "[models][config]") {
  const std::vector<std::pair<std::string, std::string>> refused{{"layers", "0"},
                                                                 {"hidden", "0"},
                                                                 {"heads", "0"},
                                                                 {"output_heads", "0"},
                                                                 {"dropout", "1"},
                                                                 {"dropout", "-0.1"},
                                                                 {"attention_dropout", "1"},
                                                                 {"learning_rate", "0"},
                                                                 {"learning_rate", "-1"},
                                                                 {"weight_decay", "-1"},
                                                                 {"momentum", "1"},
                                                                 {"clip", "-1"},
                                                                 {"epochs", "0"},
                                                                 {"patience", "-1"},
                                                                 {"seeds", "0"},
                                                                 {"schedule_every", "0"},
                                                                 {"feature_width", "0"},
                                                                 {"train_per_class", "-1"},
                                                                 {"schedule_factor", "-1"}};
  for (const auto& [name, text] : refused) {
    INFO(name << " = " << text);
    TrainConfig config;
    set_field(config, name, text);
    CHECK_THROWS_AS(check_config(config), UsageError);
  }
  const std::vector<std::pair<std::string, std::string>> taken{
      {"layers", "1"}, {"dropout", "0"}, {"weight_decay", "0"}, {"patience", "0"}, {"epochs", "1"}, {"clip", "0"}};
  for (const auto& [name, text] : taken) {
    INFO(name << " = " << text);
    TrainConfig config;
    set_field(config, name, text);
    CHECK_NOTHROW(check_config(config));
  }
}
