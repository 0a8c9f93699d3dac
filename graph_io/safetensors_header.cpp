#include "graph_io/safetensors_header.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "graph_io/cells.h"

namespace cairn {

namespace {

constexpr std::uint64_t most_header_bytes = 100'000'000;  // the limit of the format

struct Entry {
  std::string name;
  std::size_t dtype = dtype_names.size();  // none yet
  std::vector<std::uint64_t> shape;
  bool has_shape = false;
  std::vector<std::uint64_t> offsets;
};

/// Takes the header event by event: nothing is built but the entries, whatever the text nests or repeats.
class HeaderReader final : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit HeaderReader(const InputFile& file) : file_(file) {}

  std::vector<Entry> entries;
  std::map<std::string, std::string, std::less<>> metadata;

  bool null() override { unexpected("null"); }
  bool boolean(bool) override { unexpected("a truth value"); }
  bool number_integer(number_integer_t value) override { unexpected(fmt::format("{}", value)); }
  bool number_unsigned(number_unsigned_t value) override {
    if (level_ != Level::numbers) unexpected(fmt::format("{}", value));
    numbers_->push_back(value);
    if (numbers_->size() > static_cast<std::size_t>(Shape::max_rank))
      fail("expected at most {} extents, found more", Shape::max_rank);
    return true;
  }
  bool number_float(number_float_t, const string_t& text) override { unexpected(shown(text)); }
  bool binary(binary_t&) override { unexpected("binary data"); }
  bool string(string_t& text) override {
    if (level_ == Level::metadata) {
      if (!metadata.emplace(key_, text).second) fail("expected each name once, found {} again", shown(key_));
    } else if (level_ == Level::entry && key_ == "dtype") {
      const auto found = std::find(dtype_names.begin(), dtype_names.end(), text);
      if (found == dtype_names.end()) fail("expected dtype F32, F64, I32, I64 or U8, found {}", shown(text));
      if (entries.back().dtype != dtype_names.size()) fail("expected each name once, found {} again", shown(key_));
      entries.back().dtype = static_cast<std::size_t>(found - dtype_names.begin());
    } else {
      unexpected(shown(text));
    }
    return true;
  }
  bool start_object(std::size_t) override {
    if (level_ == Level::outside) {
      level_ = Level::header;
    } else if (level_ == Level::header && key_ == metadata_key) {
      level_ = Level::metadata;
    } else if (level_ == Level::header) {
      level_ = Level::entry;
      entries.emplace_back().name = key_;
    } else {
      unexpected("an object");
    }
    return true;
  }
  bool key(string_t& text) override {
    key_ = text;
    return true;
  }
  bool end_object() override {
    if (level_ == Level::entry) check_complete(entries.back());
    level_ = level_ == Level::header ? Level::outside : Level::header;
    return true;
  }
  bool start_array(std::size_t) override {
    if (level_ != Level::entry || (key_ != "shape" && key_ != "data_offsets")) unexpected("an array");
    numbers_ = key_ == "shape" ? &entries.back().shape : &entries.back().offsets;
    if (!numbers_->empty()) fail("expected each name once, found {} again", shown(key_));
    entries.back().has_shape = entries.back().has_shape || key_ == "shape";
    level_ = Level::numbers;
    return true;
  }
  bool end_array() override {
    level_ = Level::entry;
    return true;
  }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override {
    fail("expected a JSON header, found something else at its byte {}", position);
  }

 private:
  enum class Level { outside, header, metadata, entry, numbers };

  template <class... Args>
  [[noreturn]] void fail(fmt::format_string<Args...> format, Args&&... args) const {
    file_.fail("{}", fmt::format(format, std::forward<Args>(args)...));
  }
  [[noreturn]] void unexpected(std::string_view what) const {
    fail("expected a header {{name: {{dtype, shape, data_offsets}}}}, found {} at {}", what, shown(key_));
  }
  void check_complete(const Entry& entry) const {
    if (entry.dtype == dtype_names.size() || !entry.has_shape || entry.offsets.size() != 2) {
      fail("array {}: expected dtype, shape and two data_offsets, found one missing", shown(entry.name));
    }
  }

  const InputFile& file_;
  Level level_ = Level::outside;
  std::string key_;
  std::vector<std::uint64_t>* numbers_ = nullptr;
};

/// Bytes that the shape and dtype of an entry ask for, at most data_bytes.
std::uint64_t bytes_of(const Entry& entry, std::uint64_t data_bytes, const InputFile& file) {
  // Beside an extent of 0 others need no data, but their product must not overflow either.
  const bool empty = std::find(entry.shape.begin(), entry.shape.end(), 0U) != entry.shape.end();
  const std::uint64_t most = empty ? std::uint64_t{1} << 40 : data_bytes;
  std::uint64_t count = 1;
  for (const std::uint64_t extent : entry.shape) {
    if (extent > most / count) {
      file.fail("array {}: expected a shape that fits {} bytes of data, found extent {}", shown(entry.name), data_bytes,
                extent);
    }
    count *= std::max<std::uint64_t>(extent, 1);
  }
  return empty ? 0 : count * dtype_bytes[entry.dtype];
}

void check_layout(const std::vector<Entry>& entries, std::uint64_t data_bytes, const InputFile& file) {
  std::uint64_t position = 0;
  for (const Entry& entry : entries) {  // in the order of their data
    if (entry.offsets[0] != position || entry.offsets[1] < position || entry.offsets[1] > data_bytes) {
      file.fail("array {}: expected data from {} to at most {}, found {} to {}", shown(entry.name), position,
                data_bytes, entry.offsets[0], entry.offsets[1]);
    }
    const std::uint64_t bytes = bytes_of(entry, data_bytes, file);
    if (entry.offsets[1] - position != bytes) {
      file.fail("array {}: expected {} bytes for its shape, found {}", shown(entry.name), bytes,
                entry.offsets[1] - position);
    }
    position = entry.offsets[1];
  }
  if (position != data_bytes)
    file.fail("expected arrays that fill {} bytes of data, found {} bytes described", data_bytes, position);
}

}  // namespace

SafetensorsHeader read_safetensors_header(InputFile& file) {
  const auto size = static_cast<std::uint64_t>(file.size());
  std::uint64_t header_bytes = 0;
  if (size < sizeof header_bytes) file.fail("expected a safetensors file, found {} bytes", size);
  file.read_exact(&header_bytes, sizeof header_bytes);
  const std::uint64_t most = std::min(size - sizeof header_bytes, most_header_bytes);
  if (header_bytes < 2 || header_bytes > most)
    file.fail("expected a header of 2 to {} bytes, found {} declared", most, header_bytes);
  std::string text(header_bytes, '\0');
  file.read_exact(text.data(), text.size());
  HeaderReader reader(file);
  nlohmann::json::sax_parse(text, &reader);
  text = {};

  const std::uint64_t data_begin = sizeof header_bytes + header_bytes;
  std::stable_sort(reader.entries.begin(), reader.entries.end(),
                   [](const Entry& a, const Entry& b) { return a.offsets < b.offsets; });
  check_layout(reader.entries, size - data_begin, file);
  SafetensorsHeader header{.arrays = {}, .metadata = std::move(reader.metadata)};
  std::set<std::string_view> names;
  for (const Entry& entry : reader.entries) {
    if (!names.insert(entry.name).second) file.fail("expected each name once, found {} again", shown(entry.name));
    Shape shape;
    for (const std::uint64_t extent : entry.shape) shape.append(static_cast<Index>(extent));
    header.arrays.push_back({entry.name, entry.dtype, shape, data_begin + entry.offsets[0]});
  }
  return header;
}

}  // namespace cairn
