#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace cairn {

/// A file that appears whole or not at all. What is written goes to a hidden temporary file in the same directory;
/// commit() syncs it, renames it to its name and syncs the directory. Killed at any moment, the file that was there
/// before is whole; a temporary file ".<name>.<process>-<number>.tmp" may be left behind then, never otherwise.
/// Something that exists and is not a regular file (a pipe, /dev/stdout) is written directly.
class OutputFile {
 public:
  /// Throws OutputError where nothing can be written there.
  explicit OutputFile(const std::filesystem::path& path);
  /// Without commit(): leaves no trace.
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  /// Throws OutputError where the device is full or gone.
  void write(const void* bytes, std::size_t count);
  void write(std::string_view text) { write(text.data(), text.size()); }
  /// Call once, at the end. Throws OutputError; the old file stays then.
  void commit();

  const std::string& path() const { return path_; }

 private:
  void flush();
  [[noreturn]] void fail(std::string_view action) const;

  std::string path_;       // as the caller named it, for messages
  std::string target_;     // where links led
  std::string temporary_;  // empty: written directly, or committed
  std::string buffer_;
  int descriptor_ = -1;
};

}  // namespace cairn
