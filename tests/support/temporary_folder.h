#pragma once

#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>

namespace cairn::support {

/// An empty folder that disappears, with all in it, when the test ends.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    static std::atomic<int> number{0};
    // In memory where there is such a place: on a disk, the thousands of small files of some tests take a minute.
    const bool in_memory = ::access("/dev/shm", W_OK) == 0;
    path_ = in_memory ? std::filesystem::path("/dev/shm") : std::filesystem::temp_directory_path();
    path_ /= "cairn-test-" + std::to_string(::getpid()) + "-" + std::to_string(number++);
    std::filesystem::create_directories(path_);
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  /// Where `name` lies in it.
  std::string operator/(std::string_view name) const { return (path_ / name).string(); }

  /// Writes a file, and the folders on the way to it; returns its path.
  std::string write(std::string_view name, std::string_view content) const {
    const std::filesystem::path path = path_ / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream stream(path, std::ios::binary);
    stream.write(content.data(), static_cast<std::streamsize>(content.size()));
    if (!stream.flush()) throw std::runtime_error("could not write " + path.string());
    return path.string();
  }

 private:
  std::filesystem::path path_;
};

/// The bytes of a file. Throws std::runtime_error where it cannot be read.
inline std::string read_bytes(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) throw std::runtime_error("could not read " + path.string());
  std::ostringstream content;
  content << stream.rdbuf();
  return content.str();
}

}  // namespace cairn::support
