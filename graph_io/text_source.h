#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "graph_io/byte_source.h"

namespace cairn {

/// Thrown by what parses a piece of text and does not know which line it stands on; TextSource::fail_at knows.
struct LineFault {
  const char* at = nullptr;  // a place in the window; null: the line that next_line gave last
  std::string message;
};

/// Line ends in a piece of text, at several bytes a nanosecond.
std::int64_t count_lines(std::string_view text);

/// A text file, plain or gzip, as lines with numbers. Lines end in LF or CR LF, the last one also without; a UTF-8
/// byte-order mark is dropped; a NUL byte is an InputError, so that no binary file is taken for text.
/// Two ways to read, over the same buffer: line by line, or by windows of whole lines that a caller cuts up for its
/// threads. The buffer is a few MiB, or as long as the longest line.
class TextSource {
 public:
  /// Throws InputError where ByteSource does.
  explicit TextSource(const std::filesystem::path& path);

  const std::string& path() const { return bytes_.path(); }
  const ByteSource& bytes() const { return bytes_; }

  /// The next line without its end. false: there is none. `line` is good until the next call.
  bool next_line(std::string_view& line);
  /// Number of the line that next_line gave last, counted from 1.
  std::int64_t line_number() const { return line_number_; }

  /// The next few MiB of whole lines, or what next_line left of them; each ends in '\n', the last one of the file too.
  /// Empty at the end of the file.
  /// At least 8 bytes after it can be read (not written): number parsers read words.
  std::string_view next_window();
  /// Line number of a place in the window at hand.
  std::int64_t line_at(const char* at) const;

  /// Throws InputError "path:line: ..." for the line that next_line gave last.
  template <class... Args>
  [[noreturn]] void fail(fmt::format_string<Args...> format, Args&&... args) const {
    throw InputError(path(), line_number_, fmt::format(format, std::forward<Args>(args)...));
  }
  /// Throws the fault as an InputError "path:line: ...".
  [[noreturn]] void fail_at(const LineFault& fault) const {
    throw InputError(path(), fault.at != nullptr ? line_at(fault.at) : line_number_, fault.message);
  }

 private:
  void refill();
  void advance();

  ByteSource bytes_;
  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_ = 0;
  std::size_t filled_ = 0;        // bytes of the file in the buffer
  std::size_t window_begin_ = 0;  // window: whole lines of the buffer
  std::size_t window_end_ = 0;
  std::size_t next_ = 0;          // where next_line goes on
  std::int64_t window_line_ = 1;  // number of the first line of the window
  std::int64_t line_number_ = 0;
  bool at_start_ = true;
  bool at_end_ = false;
};

}  // namespace cairn
