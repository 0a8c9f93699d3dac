#include "cli/json.h"

#include <nlohmann/json.hpp>

#include "graph_io/output_file.h"

namespace cairn::cli {

namespace {

nlohmann::ordered_json converted(const Json& json) {
  using Ordered = nlohmann::ordered_json;
  struct Convert {
    Ordered operator()(std::monostate) const { return nullptr; }
    Ordered operator()(const Json::Elements& elements) const {
      Ordered array = Ordered::array();
      for (const Json& element : elements) array.push_back(converted(element));
      return array;
    }
    Ordered operator()(const Json::Members& members) const {
      Ordered object = Ordered::object();
      for (const auto& [key, value] : members) object[key] = converted(value);
      return object;
    }
    Ordered operator()(bool value) const { return value; }
    Ordered operator()(std::int64_t value) const { return value; }
    Ordered operator()(std::uint64_t value) const { return value; }
    Ordered operator()(double value) const { return value; }  // not finite: written as null
    Ordered operator()(const std::string& value) const { return value; }
  };
  return std::visit(Convert{}, json.value());
}

}  // namespace

Json Json::object() {
  Json result;
  result.value_ = Members{};
  return result;
}

Json Json::array() {
  Json result;
  result.value_ = Elements{};
  return result;
}

Json& Json::set(std::string key, Json value) {
  std::get<Members>(value_).emplace_back(std::move(key), std::move(value));
  return *this;
}

Json& Json::add(Json value) {
  std::get<Elements>(value_).push_back(std::move(value));
  return *this;
}

std::string Json::to_text() const {
  return converted(*this).dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

void write_json(const std::string& path, const Json& value) {
  OutputFile file(path);
  file.write(value.to_text());
  file.commit();
}

}  // namespace cairn::cli
