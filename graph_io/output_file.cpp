#include "graph_io/output_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>

#include "core/error.h"

namespace cairn {

namespace {
constexpr std::size_t buffer_bytes = std::size_t{1} << 18;
std::atomic<unsigned> file_number{0};  // two writers of one process never share a temporary file
}  // namespace

void OutputFile::fail(std::string_view action) const {
  throw OutputError(fmt::format("{}: could not {} it: {}", path_, action, std::strerror(errno)));
}

OutputFile::OutputFile(const std::filesystem::path& path) : path_(path.string()), target_(path_) {
  struct stat status {};
  const bool exists = ::stat(path_.c_str(), &status) == 0;
  if (exists && S_ISDIR(status.st_mode)) {
    errno = EISDIR;
    fail("write");
  }
  if (exists && !S_ISREG(status.st_mode)) {
    descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CLOEXEC);
    if (descriptor_ < 0) fail("open");
    return;
  }
  std::error_code error;
  if (exists) target_ = std::filesystem::canonical(path, error).string();  // a link stays a link: its file is replaced
  if (error) throw OutputError(fmt::format("{}: could not follow it: {}", path_, error.message()));
  const std::filesystem::path target(target_);
  const std::string name = fmt::format(".{}.{}-{}.tmp", target.filename().string(), ::getpid(), file_number++);
  temporary_ = (target.parent_path() / name).string();
  descriptor_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor_ < 0) {
    temporary_.clear();
    fail("create");
  }
  if (exists)
    (void)::fchmod(descriptor_, status.st_mode & 07777);  // rights stay where we may set them; else ours are fine
  buffer_.reserve(buffer_bytes);
}

OutputFile::~OutputFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void OutputFile::flush() {
  const char* from = buffer_.data();
  std::size_t left = buffer_.size();
  while (left > 0) {
    const ssize_t count = ::write(descriptor_, from, left);
    if (count < 0) {
      if (errno == EINTR) continue;
      fail("write");
    }
    from += count;
    left -= static_cast<std::size_t>(count);
  }
  buffer_.clear();
}

void OutputFile::write(const void* bytes, std::size_t count) {
  const char* from = static_cast<const char*>(bytes);
  while (count > 0) {
    const std::size_t part = std::min(count, buffer_bytes - buffer_.size());
    buffer_.append(from, part);
    from += part;
    count -= part;
    if (buffer_.size() >= buffer_bytes) flush();
  }
}

void OutputFile::commit() {
  flush();
  // Renamed before its bytes are on the disk, the file could be empty after a loss of power.
  if (!temporary_.empty() && ::fsync(descriptor_) != 0) fail("sync");
  const int descriptor = descriptor_;
  descriptor_ = -1;
  if (::close(descriptor) != 0) fail("close");
  if (temporary_.empty()) return;
  if (std::rename(temporary_.c_str(), target_.c_str()) != 0) fail("rename");
  temporary_.clear();
  const std::string directory = std::filesystem::path(target_).parent_path().string();
  const int parent = ::open(directory.empty() ? "." : directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (parent < 0) fail("sync the directory of");
  const bool synced = ::fsync(parent) == 0 || errno == EINVAL;  // some network file systems cannot sync a directory
  ::close(parent);
  if (!synced) fail("sync the directory of");
}

}  // namespace cairn
