#include "support/program.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <stdexcept>

namespace cairn::support {

namespace {
void redirect(const char* path, int flags, int descriptor) {
  const int file = ::open(path, flags, 0600);
  if (file < 0 || ::dup2(file, descriptor) < 0) ::_exit(127);
}
}  // namespace

Program::Program(const std::vector<std::string>& words, const TemporaryFolder& folder) {
  static std::atomic<int> count{0};
  const std::string number = std::to_string(count++);
  out_path_ = folder / (".out" + number);
  err_path_ = folder / (".err" + number);
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  process_ = ::fork();
  if (process_ < 0) throw std::runtime_error("could not start " + words.front());
  if (process_ > 0) return;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a test that is killed leaves nothing behind
  redirect("/dev/null", O_RDONLY, STDIN_FILENO);
  redirect(out_path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, STDOUT_FILENO);
  redirect(err_path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, STDERR_FILENO);
  ::execv(arguments.front(), arguments.data());
  ::_exit(127);
}

Program::~Program() {
  if (ended_) return;
  send(SIGKILL);
  poll(0);
}

void Program::send(int signal) const { ::kill(process_, signal); }

bool Program::poll(int options) {
  if (!ended_) ended_ = ::waitpid(process_, &status_, options) == process_;
  return ended_;
}

bool Program::ended() { return poll(WNOHANG); }

Finished Program::wait() {
  poll(0);
  return {.exit_code = WIFSIGNALED(status_) ? 128 + WTERMSIG(status_) : WEXITSTATUS(status_),
          .out = read_bytes(out_path_),
          .err = read_bytes(err_path_)};
}

}  // namespace cairn::support
