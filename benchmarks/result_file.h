/// @file
/// How the state of a benchmark is kept in a file: for people to read, and to go on from.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace cairn::benchmarks {

/// An object with a line a member, where a member that is a list of objects has a line each: a file of some thousand
/// numbers stays readable.
[[nodiscard]] std::string lines_of(const nlohmann::ordered_json& object);

/// Writes the text to a file, whole or not at all. Throws OutputError.
void write_result_file(const std::string& text, const std::string& path);
/// The text of a file. benchmark: "bench position", for the message. Throws InputError where nothing can be read.
[[nodiscard]] std::string read_result_file(const std::string& path, const std::string& benchmark);

}  // namespace cairn::benchmarks
