#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace cairn::cli {

/// A JSON value whose objects keep the order in which their keys were set. Numbers that JSON cannot hold become null.
class Json {
 public:
  Json() = default;  // null
  Json(bool value) : value_(value) {}
  Json(double value) : value_(value) {}
  Json(std::string value) : value_(std::move(value)) {}
  Json(std::string_view value) : value_(std::string(value)) {}
  Json(const char* value) : value_(std::string(value)) {}
  template <std::signed_integral Integer>
  Json(Integer value) : value_(static_cast<std::int64_t>(value)) {}
  template <std::unsigned_integral Integer>
  requires(!std::same_as<Integer, bool>) Json(Integer value) : value_(static_cast<std::uint64_t>(value)) {}

  static Json object();
  static Json array();
  template <class Values>
  static Json array_of(const Values& values) {
    Json result = array();
    for (const auto& value : values) result.add(Json(value));
    return result;
  }

  /// For objects: appends a member.
  Json& set(std::string key, Json value);
  /// For arrays: appends an element.
  Json& add(Json value);

  /// Indented text with a line end behind it. Bytes that are no UTF-8 become the replacement character.
  std::string to_text() const;

  using Members =
      std::vector<std::pair<std::string, Json>>;  // a struct of ours would be incomplete here, as clang says
  using Elements = std::vector<Json>;
  using Value = std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, std::string, Elements, Members>;
  const Value& value() const { return value_; }

 private:
  Value value_;
};

/// Writes the text of a value to a file, whole or not at all. Throws OutputError.
void write_json(const std::string& path, const Json& value);

}  // namespace cairn::cli
