#pragma once

#include <fmt/format.h>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/types.h"
#include "data/metrics.h"

namespace cairn::cli {

/// Standard output for what a verb has to say; silent where --quiet was given. Progress goes to standard error.
class Console {
 public:
  explicit Console(bool quiet) : quiet_(quiet) {}
  /// Takes an open progress line away, so that nothing, an error for example, is written behind it.
  ~Console() { clear_progress(); }
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

  void be_quiet(bool quiet) { quiet_ = quiet; }
  template <class... Args>
  void say(fmt::format_string<Args...> format, Args&&... args) {
    print_line(fmt::format(format, std::forward<Args>(args)...));
  }
  void print_line(const std::string& line);

  /// How far the work is: on a terminal one line that is written over, elsewhere a line every few seconds.
  void progress(const std::string& line);
  /// True where progress() would show something: saves the work of wording it.
  bool progress_due() const;

 private:
  using Clock = std::chrono::steady_clock;
  void clear_progress();

  bool quiet_;
  bool line_is_open_ = false;
  Clock::time_point shown_ = Clock::now();
};

/// Writes to standard output what is left in its buffer. Throws OutputError where it took less than all.
void finish_standard_output();

/// "2,708".
std::string grouped(Index number);
/// "81.42 +- 0.52", or without a deviation for one value; in percent where `percent`.
std::string mean_text(const MeanStd& figure, std::size_t count, bool percent);
/// "1.2 ms", "3.4 s", "2 min 5 s".
std::string duration_text(double seconds);

/// Rows of cells below a heading, columns aligned: the first to the left, others to the right.
std::string table_text(const std::vector<std::vector<std::string>>& rows);

}  // namespace cairn::cli
