#include "graph_io/input_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace cairn {

InputFile::InputFile(const std::filesystem::path& path) : path_(path.string()) {
  // Without O_NONBLOCK, opening a pipe that nobody writes to would wait forever before we could refuse it.
  descriptor_ = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor_ < 0) {
    if (errno == ENOENT || errno == ENOTDIR) fail("expected a file, found nothing");
    fail("expected a readable file, found: {}", std::strerror(errno));
  }
  struct stat status {};
  if (::fstat(descriptor_, &status) != 0 || !S_ISREG(status.st_mode)) {
    const bool is_directory = S_ISDIR(status.st_mode);
    ::close(descriptor_);
    fail("expected a file, found {}", is_directory ? "a directory" : "something else (a device or a pipe)");
  }
  size_ = status.st_size;
}

InputFile::~InputFile() { ::close(descriptor_); }

std::size_t InputFile::read_some(void* to, std::size_t capacity) {
  while (true) {
    const ssize_t count = ::read(descriptor_, to, capacity);
    if (count >= 0) {
      position_ += count;
      return static_cast<std::size_t>(count);
    }
    if (errno != EINTR) fail("expected a readable file, found: {}", std::strerror(errno));
  }
}

void InputFile::read_exact(void* to, std::size_t count) {
  std::size_t done = 0;
  while (done < count) {
    const std::size_t read = read_some(static_cast<char*>(to) + done, count - done);
    if (read == 0) fail("expected {} more bytes, found the end of the file", count - done);
    done += read;
  }
}

MappedBytes InputFile::map() const {
  if (size_ == 0) fail("expected a file, found 0 bytes");
  const auto bytes = static_cast<std::size_t>(size_);
  void* const memory = ::mmap(nullptr, bytes, PROT_READ, MAP_PRIVATE, descriptor_, 0);
  if (memory == MAP_FAILED) fail("expected a file that can be mapped into memory, found: {}", std::strerror(errno));
  std::shared_ptr<const void> owner(memory,
                                    [bytes](const void* mapped) { ::munmap(const_cast<void*>(mapped), bytes); });
  (void)::madvise(memory, bytes, MADV_WILLNEED);  // advice alone: the disk begins while we still look at the header
  return {{static_cast<const std::byte*>(memory), bytes}, std::move(owner)};
}

void InputFile::rewind() {
  if (::lseek(descriptor_, 0, SEEK_SET) != 0)
    fail("expected a file that can be read twice, found: {}", std::strerror(errno));
  position_ = 0;
}

}  // namespace cairn
