#include "graph_io/npy.h"

#include <fmt/format.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "graph_io/cells.h"
#include "graph_io/input_file.h"
#include "graph_io/output_file.h"

namespace cairn {

namespace {

constexpr std::string_view magic{"\x93NUMPY", 6};

struct Header {
  std::string type;  // "f4"
  bool columns_first = false;
  Shape shape;
  Index count = 0;
};

/// A half-precision number; NumPy's f2.
struct Half {
  std::uint16_t bits;

  operator float() const {
    const int exponent = (bits >> 10) & 31;
    const auto fraction = static_cast<float>(bits & 1023);
    float size = std::ldexp(exponent == 0 ? fraction : fraction + 1024, (exponent == 0 ? 1 : exponent) - 25);
    if (exponent == 31)
      size = fraction == 0 ? std::numeric_limits<float>::infinity() : std::numeric_limits<float>::quiet_NaN();
    return (bits & 0x8000) != 0 ? -size : size;
  }
};

/// The few forms of Python literals that NumPy writes into its header.
class LiteralReader {
 public:
  LiteralReader(std::string_view text, const InputFile& file) : text_(text), file_(file) {}

  bool take(char symbol) {
    skip_blanks();
    if (!text_.starts_with(symbol)) return false;
    text_.remove_prefix(1);
    return true;
  }
  void expect(char symbol) {
    if (!take(symbol)) fail(fmt::format("'{}'", symbol));
  }
  std::string_view string() {
    skip_blanks();
    const char quote = text_.empty() ? '\0' : text_.front();
    const std::size_t end = quote == '\'' || quote == '"' ? text_.find(quote, 1) : std::string_view::npos;
    if (end == std::string_view::npos) fail("a string");
    const std::string_view result = text_.substr(1, end - 1);
    text_.remove_prefix(end + 1);
    return result;
  }
  bool truth() {
    skip_blanks();
    for (const std::string_view word : {"True", "False"}) {
      if (!text_.starts_with(word)) continue;
      text_.remove_prefix(word.size());
      return word == "True";
    }
    fail("True or False");
  }
  std::int64_t integer() {
    skip_blanks();
    const std::size_t end = std::min(text_.find_first_not_of("0123456789"), text_.size());
    const auto value = as_integer(text_.substr(0, end));
    if (!value) fail("an extent");
    text_.remove_prefix(end);
    return *value;
  }
  [[noreturn]] void fail(std::string_view what) const {
    file_.fail("expected {} in the header, found {}", what, shown(text_));
  }

 private:
  void skip_blanks() { text_.remove_prefix(std::min(text_.find_first_not_of(" \n"), text_.size())); }

  std::string_view text_;
  const InputFile& file_;
};

std::string header_text(InputFile& file) {
  std::array<char, 8> start{};
  if (file.size() < 10) file.fail("expected a NumPy file, found {} bytes", file.size());
  file.read_exact(start.data(), start.size());
  if (std::string_view(start.data(), magic.size()) != magic)
    file.fail("expected a NumPy file, found other first bytes");
  const int version = start[6];
  if (version < 1 || version > 3) file.fail("expected format version 1, 2 or 3, found {}", version);
  std::uint32_t bytes = 0;
  const std::size_t length_bytes = version == 1 ? 2 : 4;
  file.read_exact(&bytes, length_bytes);
  if (bytes > file.bytes_left())
    file.fail("expected a header of at most {} bytes, found {} declared", file.bytes_left(), bytes);
  // NumPy's own headers stay far below this; a longer one describes something that is no array of numbers.
  if (bytes > (1U << 20)) file.fail("expected a header of at most 1 MiB, found {} bytes", bytes);
  std::string text(bytes, '\0');
  file.read_exact(text.data(), text.size());
  return text;
}

Header read_header(InputFile& file) {
  const std::string text = header_text(file);
  LiteralReader reader(text, file);
  Header header;
  bool has_type = false;
  bool has_order = false;
  std::optional<std::vector<std::int64_t>> extents;
  reader.expect('{');
  while (!reader.take('}')) {
    const std::string_view key = reader.string();
    reader.expect(':');
    if (key == "descr" && !has_type) {
      const std::string_view type = reader.string();
      has_type = true;
      if (type.size() < 3 || (type[0] != '<' && type[0] != '|' && type[0] != '=')) {
        file.fail("expected little-endian numbers ('<f4', ...), found {}", shown(type));
      }
      header.type = type.substr(1);
    } else if (key == "fortran_order" && !has_order) {
      header.columns_first = reader.truth();
      has_order = true;
    } else if (key == "shape" && !extents) {
      extents.emplace();
      reader.expect('(');
      while (!reader.take(')')) {
        extents->push_back(reader.integer());
        if (!reader.take(',')) {
          reader.expect(')');
          break;
        }
      }
    } else {
      file.fail("expected descr, fortran_order and shape in the header, found {}", shown(key));
    }
    if (!reader.take(',')) {
      reader.expect('}');
      break;
    }
  }
  if (!has_type || !has_order || !extents)
    file.fail("expected descr, fortran_order and shape in the header, found one missing");
  if (extents->size() > static_cast<std::size_t>(Shape::max_rank))
    file.fail("expected at most {} extents, found {}", Shape::max_rank, extents->size());
  std::int64_t most = file.size();  // every value has a byte; beside an extent of 0 the others only must not overflow
  header.count = 1;
  for (const std::int64_t extent : *extents) {
    if (extent == 0) most = std::numeric_limits<std::int64_t>::max() / 64;
  }
  std::int64_t product = 1;
  for (const std::int64_t extent : *extents) {
    if (extent > most / product) file.fail("expected a shape that fits {} bytes, found extent {}", file.size(), extent);
    product *= std::max<std::int64_t>(extent, 1);
    header.count *= extent;
    header.shape.append(static_cast<Index>(extent));
  }
  return header;
}

/// Hands the values of type Raw to store(position, value), position counting in rows-first order.
template <class Raw, class Store>
void for_each_value(InputFile& file, const Header& header, const Store& store) {
  constexpr Index block_values = Index{1} << 15;
  std::vector<Raw> block(static_cast<std::size_t>(std::min(header.count, block_values)));
  std::array<Index, Shape::max_rank> place{};  // of the next value, where columns come first
  std::array<Index, Shape::max_rank> stride{};
  Index step = 1;
  for (int axis = header.shape.rank() - 1; axis >= 0; --axis) {
    stride[static_cast<std::size_t>(axis)] = step;
    step *= header.shape[axis];
  }
  for (Index begin = 0; begin < header.count; begin += block_values) {
    const Index size = std::min(block_values, header.count - begin);
    file.read_exact(block.data(), static_cast<std::size_t>(size) * sizeof(Raw));
    for (Index i = 0; i < size; ++i) {
      Index position = begin + i;
      if (header.columns_first) {
        position = 0;
        for (std::size_t axis = 0; axis < place.size(); ++axis) position += place[axis] * stride[axis];
        for (std::size_t axis = 0; axis < static_cast<std::size_t>(header.shape.rank()); ++axis) {
          if (++place[axis] < header.shape[static_cast<int>(axis)]) break;
          place[axis] = 0;
        }
      }
      store(position, block[static_cast<std::size_t>(i)]);
    }
  }
}

/// Calls take(Raw{}, Stored{}) for the type of the file, after its size was found to be right.
template <class Take>
void with_type(const InputFile& file, const Header& header, const Take& take) {
  const auto use = [&](auto raw, auto stored) {
    const auto expected = header.count * static_cast<std::int64_t>(sizeof raw);
    if (file.bytes_left() != expected) {
      file.fail("expected {} bytes of data for shape {}, found {}", expected, to_string(header.shape),
                file.bytes_left());
    }
    take(raw, stored);
  };
  const std::string_view type = header.type;
  if (type == "f4") return use(float{}, float{});
  if (type == "f8") return use(double{}, double{});
  if (type == "f2") return use(Half{}, float{});
  if (type == "i8") return use(std::int64_t{}, std::int64_t{});
  if (type == "i4") return use(std::int32_t{}, std::int32_t{});
  if (type == "i2") return use(std::int16_t{}, std::int32_t{});
  if (type == "i1") return use(std::int8_t{}, std::int32_t{});
  if (type == "u8") return use(std::uint64_t{}, std::int64_t{});
  if (type == "u4") return use(std::uint32_t{}, std::int64_t{});
  if (type == "u2") return use(std::uint16_t{}, std::int32_t{});
  if (type == "u1" || type == "b1") return use(std::uint8_t{}, std::uint8_t{});
  file.fail("expected numbers (f2 to f8, i1 to i8, u1 to u8, bool), found {}", shown(type));
}

void write(const std::filesystem::path& path, std::string_view type, const Shape& shape, const void* values,
           std::size_t bytes) {
  std::string extents;
  for (int axis = 0; axis < shape.rank(); ++axis)
    extents += fmt::format("{},{}", shape[axis], axis + 1 < shape.rank() ? " " : "");
  if (shape.rank() > 1) extents.pop_back();  // (3, 4) but (3,): as Python writes them
  std::string header = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}), }}", type, extents);
  const std::size_t before = magic.size() + 4;
  header.append((64 - (before + header.size() + 1) % 64) % 64,
                ' ');  // the data begins at a multiple of 64, as NumPy has it
  header += '\n';
  OutputFile file(path);
  file.write(magic);
  file.write(std::string_view("\x01\x00", 2));
  const auto length = static_cast<std::uint16_t>(header.size());
  file.write(&length, sizeof length);
  file.write(header);
  file.write(values, bytes);
  file.commit();
}

template <class Value>
constexpr std::string_view type_name() {
  if constexpr (std::is_same_v<Value, float>) return "<f4";
  if constexpr (std::is_same_v<Value, double>) return "<f8";
  if constexpr (std::is_same_v<Value, std::int32_t>) return "<i4";
  if constexpr (std::is_same_v<Value, std::int64_t>) return "<i8";
  return "|u1";
}

}  // namespace

StoredArray read_npy(const std::filesystem::path& path) {
  InputFile file(path);
  const Header header = read_header(file);
  StoredArray array;
  array.shape = header.shape;
  with_type(file, header, [&](auto raw, auto stored) {
    using Raw = decltype(raw);
    using Stored = decltype(stored);
    std::vector<Stored> values(static_cast<std::size_t>(header.count));
    for_each_value<Raw>(file, header, [&](Index i, Raw value) {
      if constexpr (std::is_same_v<Raw, std::uint64_t>) {
        if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
          file.fail("expected integers below 2^63, found {}", value);
      }
      values[static_cast<std::size_t>(i)] = static_cast<Stored>(value);
    });
    array.values = std::move(values);
  });
  return array;
}

Tensor read_npy_tensor(const std::filesystem::path& path) {
  InputFile file(path);
  const Header header = read_header(file);
  Tensor tensor;
  with_type(file, header, [&](auto raw, auto) {
    using Raw = decltype(raw);
    tensor = Tensor::uninitialized(header.shape);
    Real* const values = tensor.data();
    for_each_value<Raw>(file, header, [&](Index i, Raw value) {
      const auto number = static_cast<double>(value);
      if (!(std::abs(number) <= static_cast<double>(std::numeric_limits<Real>::max()))) {
        const Index width = header.shape.rank() > 1 ? tensor.columns() : 1;
        file.fail("expected finite numbers, found {} in row {}, column {}", number, i / width, i % width);
      }
      values[i] = static_cast<Real>(value);
    });
  });
  return tensor;
}

void write_npy(const std::filesystem::path& path, const Tensor& tensor) {
  write(path, type_name<Real>(), tensor.shape(), tensor.data(), static_cast<std::size_t>(tensor.size()) * sizeof(Real));
}

void write_npy(const std::filesystem::path& path, const StoredArray& array) {
  std::visit(
      [&](const auto& values) {
        using Value = typename std::decay_t<decltype(values)>::value_type;
        if (static_cast<Index>(values.size()) != array.shape.size())
          throw ShapeError("npy: the values do not fit the shape");
        write(path, type_name<Value>(), array.shape, values.data(), values.size() * sizeof(Value));
      },
      array.values);
}

void write_npy(const std::filesystem::path& path, std::span<const std::int64_t> values) {
  write(path, type_name<std::int64_t>(), Shape{static_cast<Index>(values.size())}, values.data(), values.size_bytes());
}

}  // namespace cairn
