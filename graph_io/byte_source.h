#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "graph_io/input_file.h"

namespace cairn {

/// A gzip file may inflate to base + ratio x its own size: enough for any edge list (3:1 to 6:1 is usual), too little
/// for a bomb (deflate reaches 1032:1).
constexpr std::int64_t inflated_base_bytes = std::int64_t{16} << 20;
constexpr std::int64_t inflated_ratio = 200;

/// The bytes of a plain or gzip file (told by its first two bytes, not by its name), in order, inflated as they are
/// asked for.
class ByteSource {
 public:
  /// Throws InputError where InputFile does, or where a name ending in .gz hides something else than gzip.
  explicit ByteSource(const std::filesystem::path& path);
  ~ByteSource();

  const std::string& path() const { return file_.path(); }
  /// Fills `to` as far as bytes remain; returns how many, 0 at the end.
  /// Throws InputError for a gzip stream that is damaged, cut short or inflates beyond the cap above.
  std::size_t read(char* to, std::size_t capacity);
  /// Bytes handed out so far: at the end the (inflated) size.
  std::int64_t bytes_read() const { return bytes_read_; }
  /// The size of a plain file; of a gzip file, which does not tell before its end, the most that the cap allows.
  std::int64_t most_bytes() const;
  const InputFile& file() const { return file_; }

 private:
  struct Inflater;
  std::size_t read_inflated(char* to, std::size_t capacity);

  InputFile file_;
  std::unique_ptr<Inflater> inflater_;  // null: a plain file
  std::int64_t bytes_read_ = 0;
};

}  // namespace cairn
