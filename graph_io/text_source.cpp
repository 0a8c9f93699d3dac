#include "graph_io/text_source.h"

#include <algorithm>
#include <cstring>

namespace cairn {

namespace {
constexpr std::size_t window_bytes = std::size_t{4} << 20;
constexpr std::size_t padding = 16;  // a final '\n' of our own, and a word that parsers may read beyond the window
}  // namespace

std::int64_t count_lines(std::string_view text) {
  // Runs of 192 cannot overflow a byte, so that compilers count them in vectors of bytes.
  std::int64_t total = 0;
  while (!text.empty()) {
    const std::string_view run = text.substr(0, 192);
    std::uint8_t count = 0;
    for (const char symbol : run) count = static_cast<std::uint8_t>(count + (symbol == '\n' ? 1 : 0));
    total += count;
    text.remove_prefix(run.size());
  }
  return total;
}

TextSource::TextSource(const std::filesystem::path& path) : bytes_(path) {
  capacity_ = static_cast<std::size_t>(std::min<std::int64_t>(bytes_.most_bytes(), window_bytes)) + 1;
  buffer_ = std::make_unique<char[]>(capacity_ + padding);
}

void TextSource::refill() {
  // What follows the last whole line moves to the front; a line longer than the buffer doubles it.
  const std::size_t rest = filled_ - window_end_;
  if (rest == capacity_) {
    auto larger = std::make_unique<char[]>(2 * capacity_ + padding);
    std::memcpy(larger.get(), buffer_.get() + window_end_, rest);
    buffer_ = std::move(larger);
    capacity_ *= 2;
  } else {
    std::memmove(buffer_.get(), buffer_.get() + window_end_, rest);
  }
  window_begin_ = 0;
  window_end_ = 0;
  const std::size_t got = bytes_.read(buffer_.get() + rest, capacity_ - rest);
  filled_ = rest + got;
  at_end_ = filled_ < capacity_;
  if (const void* nul = std::memchr(buffer_.get() + rest, 0, got)) {
    throw InputError(path(), line_at(static_cast<const char*>(nul)),
                     "expected text, found a NUL byte (a binary file, or UTF-16)");
  }
}

void TextSource::advance() {
  window_line_ = line_at(buffer_.get() + window_end_);
  do {
    if (at_end_) {
      window_begin_ = window_end_ = next_ = filled_;
      return;
    }
    refill();
    if (at_start_ && filled_ >= 3 && std::memcmp(buffer_.get(), "\xEF\xBB\xBF", 3) == 0) window_begin_ = 3;
    at_start_ = false;
    if (at_end_) {
      if (filled_ > window_begin_ && buffer_[filled_ - 1] != '\n') buffer_[filled_++] = '\n';
      window_end_ = filled_;
    } else if (const void* last = ::memrchr(buffer_.get(), '\n', filled_)) {
      window_end_ = static_cast<std::size_t>(static_cast<const char*>(last) - buffer_.get()) + 1;
    }
    // No line end yet: refill() moves nothing and doubles the buffer. A mark at its start would be lost with it.
    if (window_end_ == 0) at_start_ = window_begin_ > 0;
  } while (window_end_ == 0 && !at_end_);
  next_ = window_begin_;
}

std::string_view TextSource::next_window() {
  if (next_ == window_end_) advance();
  const std::size_t begin = next_;
  next_ = window_end_;
  return {buffer_.get() + begin, window_end_ - begin};
}

bool TextSource::next_line(std::string_view& line) {
  if (next_ == window_end_) advance();
  if (next_ == window_end_) return false;
  const char* begin = buffer_.get() + next_;
  const auto* end = static_cast<const char*>(std::memchr(begin, '\n', window_end_ - next_));
  next_ = static_cast<std::size_t>(end - buffer_.get()) + 1;
  ++line_number_;
  line = std::string_view(begin, static_cast<std::size_t>(end - begin));
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return true;
}

std::int64_t TextSource::line_at(const char* at) const {
  const char* begin = buffer_.get() + window_begin_;
  return window_line_ + count_lines({begin, static_cast<std::size_t>(at - begin)});
}

}  // namespace cairn
