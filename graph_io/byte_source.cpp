#include "graph_io/byte_source.h"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <vector>

namespace cairn {

struct ByteSource::Inflater {
  static constexpr int gzip_only = 15 + 16;  // the largest window; 16 tells zlib to expect a gzip header

  Inflater() : input(std::size_t{1} << 16) { inflateInit2(&stream, gzip_only); }
  ~Inflater() { inflateEnd(&stream); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  z_stream stream{};
  std::vector<unsigned char> input;
  bool between_members = false;  // a gzip file may be several, one after the other
};

ByteSource::ByteSource(const std::filesystem::path& path) : file_(path) {
  unsigned char magic[2] = {0, 0};
  const bool gzip = file_.size() >= 2 && file_.read_some(magic, 2) == 2 && magic[0] == 0x1f && magic[1] == 0x8b;
  file_.rewind();
  if (gzip) {
    inflater_ = std::make_unique<Inflater>();
  } else if (path.extension() == ".gz") {
    file_.fail("expected gzip data, found none");
  }
}

ByteSource::~ByteSource() = default;

std::int64_t ByteSource::most_bytes() const {
  if (!inflater_) return file_.size();
  const std::int64_t most_compressed =
      (std::numeric_limits<std::int64_t>::max() - inflated_base_bytes) / inflated_ratio;
  return inflated_base_bytes + inflated_ratio * std::min(file_.size(), most_compressed);
}

std::size_t ByteSource::read(char* to, std::size_t capacity) {
  std::size_t count = 0;
  while (count < capacity) {
    const std::size_t got =
        inflater_ ? read_inflated(to + count, capacity - count) : file_.read_some(to + count, capacity - count);
    if (got == 0) break;
    count += got;
  }
  bytes_read_ += static_cast<std::int64_t>(count);
  if (inflater_ && bytes_read_ > most_bytes()) {
    file_.fail("expected at most {} bytes of text in {} bytes of gzip ({} MiB + {} : 1), found more", most_bytes(),
               file_.size(), inflated_base_bytes >> 20, inflated_ratio);
  }
  return count;
}

std::size_t ByteSource::read_inflated(char* to, std::size_t capacity) {
  z_stream& stream = inflater_->stream;
  const std::size_t most = std::min(capacity, std::size_t{1} << 30);  // zlib counts in 32 bits
  stream.next_out = reinterpret_cast<Bytef*>(to);
  stream.avail_out = static_cast<uInt>(most);
  while (stream.avail_out == most) {
    if (stream.avail_in == 0) {
      stream.avail_in = static_cast<uInt>(file_.read_some(inflater_->input.data(), inflater_->input.size()));
      stream.next_in = inflater_->input.data();
      if (stream.avail_in == 0) {
        if (inflater_->between_members) return 0;
        file_.fail("expected a whole gzip stream, found it cut short");
      }
    }
    if (inflater_->between_members) {
      inflateReset(&stream);
      inflater_->between_members = false;
    }
    const int status = inflate(&stream, Z_NO_FLUSH);
    if (status == Z_STREAM_END) {
      inflater_->between_members = true;
    } else if (status != Z_OK && status != Z_BUF_ERROR) {
      file_.fail("expected a sound gzip stream, found: {}", stream.msg != nullptr ? stream.msg : "damaged data");
    }
  }
  return most - stream.avail_out;
}

}  // namespace cairn
