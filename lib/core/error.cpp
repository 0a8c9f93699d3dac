#include "core/error.h"

#include <fmt/format.h>

namespace cairn {

namespace {
std::string located(std::string_view path, std::int64_t line, std::string_view message) {
  return line > 0 ? fmt::format("{}:{}: {}", path, line, message) : fmt::format("{}: {}", path, message);
}
}  // namespace

InputError::InputError(std::string_view path, std::int64_t line, std::string_view message)
    : Error(located(path, line, message)) {}

void throw_unknown_name(std::string_view kind, std::string_view name, std::span<const std::string_view> known) {
  throw UsageError(fmt::format("unknown {} '{}'; known: {}", kind, name, fmt::join(known, ", ")));
}

}  // namespace cairn
