#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

/// What tests of whole programs share: a folder to work in, and programs to start there.
namespace cairn::support {

/// An empty folder that goes with its scope.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  /// Where `name` lies in it.
  std::string operator/(std::string_view name) const { return (path_ / name).string(); }
  /// Writes a file, and the folders on the way to it; returns its path.
  std::string write(std::string_view name, std::string_view text) const;

 private:
  std::filesystem::path path_;
};

/// The bytes of a file. Throws std::runtime_error where it cannot be read.
std::string read_bytes(const std::string& path);

/// What a program that has ended left.
struct Finished {
  int exit_code = 0;  // 128 + signal where one killed it
  std::string out;
  std::string err;
};

/// A program under way, without a terminal.
class Program {
 public:
  /// words: its path and its arguments. folder: where its standard output and error are kept.
  Program(const std::vector<std::string>& words, const TemporaryFolder& folder);
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  void send(int signal) const;
  /// Waits until it has ended.
  Finished wait();
  /// Whether it has ended.
  bool ended();

 private:
  bool poll(int options);

  int process_ = -1;
  int status_ = 0;
  bool ended_ = false;
  std::string out_path_;
  std::string err_path_;
};

}  // namespace cairn::support
