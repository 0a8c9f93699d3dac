#pragma once

#include <fmt/format.h>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include "core/error.h"

namespace cairn {

static_assert(std::endian::native == std::endian::little,
              "cairn's binary formats and number parsers expect little-endian words");

/// The bytes of a file as memory that the system reads when it is first touched, and shares between programs. Nothing
/// may be written there. Copies share the mapping. Where some other program cuts the file short meanwhile, touching
/// what is gone ends this one (SIGBUS); replaced by a rename, as OutputFile does it, the old bytes stay.
struct MappedBytes {
  std::span<const std::byte> bytes;
  std::shared_ptr<const void> owner;  // the bytes are there for as long as it lives
};

/// A regular file, open for reading from its start. Every failure is an InputError that names the file.
class InputFile {
 public:
  /// Throws InputError where there is nothing, something other than a regular file, or no right to read it.
  explicit InputFile(const std::filesystem::path& path);
  ~InputFile();
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  const std::string& path() const { return path_; }
  /// Bytes in the file when it was opened: what declared sizes are held against before anything is allocated for them.
  std::int64_t size() const { return size_; }
  /// Bytes not read yet.
  std::int64_t bytes_left() const { return size_ - position_; }
  /// Reads up to `capacity` bytes; 0 at the end of the file.
  std::size_t read_some(void* to, std::size_t capacity);
  /// Reads `count` bytes. Throws InputError where the file ends before.
  void read_exact(void* to, std::size_t count);
  /// The whole file in memory; it outlives this object. Throws InputError for an empty file, or where the system
  /// cannot.
  MappedBytes map() const;
  /// Back to the first byte.
  void rewind();

  /// Throws InputError "path: ...".
  template <class... Args>
  [[noreturn]] void fail(fmt::format_string<Args...> format, Args&&... args) const {
    throw InputError(path_, 0, fmt::format(format, std::forward<Args>(args)...));
  }

 private:
  std::string path_;
  std::int64_t size_ = 0;
  std::int64_t position_ = 0;
  int descriptor_ = -1;
};

}  // namespace cairn
