#include "cli/console.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "core/error.h"

namespace cairn::cli {

namespace {
constexpr std::chrono::milliseconds terminal_pause{100};
constexpr std::chrono::seconds plain_pause{5};

bool on_terminal() {
  static const bool terminal = ::isatty(STDERR_FILENO) == 1;
  return terminal;
}
}  // namespace

void Console::print_line(const std::string& line) {
  if (quiet_) return;
  clear_progress();
  std::fwrite(line.data(), 1, line.size(), stdout);
  std::fputc('\n', stdout);
  std::fflush(stdout);  // a failure shows in finish_standard_output
}

bool Console::progress_due() const {
  return !quiet_ && Clock::now() - shown_ >= (on_terminal() ? Clock::duration(terminal_pause) : plain_pause);
}

void Console::progress(const std::string& line) {
  if (!progress_due()) return;
  shown_ = Clock::now();
  if (on_terminal()) {
    std::fprintf(stderr, "\r%s\x1b[K", line.c_str());
    line_is_open_ = true;
  } else {
    std::fprintf(stderr, "%s\n", line.c_str());
  }
  std::fflush(stderr);
}

void Console::clear_progress() {
  if (!line_is_open_) return;
  std::fputs("\r\x1b[K", stderr);
  std::fflush(stderr);
  line_is_open_ = false;
}

void finish_standard_output() {
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    throw OutputError(fmt::format("standard output: could not write to it: {}", std::strerror(errno)));
  }
}

std::string grouped(Index number) {
  if (number < 0) return fmt::format("-{}", grouped(-number));
  if (number < 1000) return fmt::format("{}", number);
  return fmt::format("{},{:03}", grouped(number / 1000), number % 1000);
}

std::string mean_text(const MeanStd& figure, std::size_t count, bool percent) {
  const double scale = percent ? 100 : 1;
  const int digits = percent ? 2 : 4;
  if (count < 2) return fmt::format("{:.{}f}", scale * figure.mean, digits);
  return fmt::format("{:.{}f} +- {:.{}f}", scale * figure.mean, digits, scale * figure.std, digits);
}

std::string duration_text(double seconds) {
  if (seconds < 1e-3) return fmt::format("{:.0f} us", seconds * 1e6);
  if (seconds < 1) return fmt::format("{:.2f} ms", seconds * 1e3);
  if (seconds < 60) return fmt::format("{:.1f} s", seconds);
  const auto whole = static_cast<Index>(seconds);
  if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

std::string table_text(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()), 0);
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], row[c].size());
  }
  std::string text;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    std::string line;
    for (std::size_t c = 0; c < rows[r].size(); ++c) {
      line += c == 0 ? fmt::format("{:<{}}", rows[r][c], widths[c]) : fmt::format("  {:>{}}", rows[r][c], widths[c]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += (r == 0 ? "" : "\n") + line;
  }
  return text;
}

}  // namespace cairn::cli
