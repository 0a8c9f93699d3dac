#pragma once

#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace cairn {

/// Whatever cairn throws. The library never prints and never exits: that is the caller's choice.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The value of an option makes no sense (exit code 2 on the command line).
class UsageError : public Error {
 public:
  using Error::Error;
};

/// The content of a file is not what it should be (exit code 3): "path:line: expected ..., found ...".
class InputError : public Error {
 public:
  /// line: counted from 1; 0 where the fault belongs to the file as a whole ("path: message").
  InputError(std::string_view path, std::int64_t line, std::string_view message);
};

/// Numbers went bad, a NaN for example (exit code 4). Names the operation and the epoch.
class NumericError : public Error {
 public:
  using Error::Error;
};

/// A result could not be written (exit code 5).
class OutputError : public Error {
 public:
  using Error::Error;
};

/// Extents of tensors do not fit each other: a fault of the calling program.
class ShapeError : public Error {
 public:
  using Error::Error;
};

/// UsageError "unknown <kind> '<name>'; known: a, b, c": what every table of names throws.
[[noreturn]] void throw_unknown_name(std::string_view kind, std::string_view name,
                                     std::span<const std::string_view> known);

}  // namespace cairn
