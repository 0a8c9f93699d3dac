#pragma once

#include <string>
#include <vector>

#include "support/temporary_folder.h"

/// Programs that tests start as a user would.
namespace cairn::support {

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
