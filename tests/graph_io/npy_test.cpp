#include "graph_io/npy.h"

#include <cstring>
#include <string>
#include <vector>

#include "core/error.h"
#include "support/catch.h"
#include "support/temporary_folder.h"

using namespace cairn;
using Values = StoredArray::Values;

namespace {

/// A file as NumPy writes it, of any version.
std::string npy(const std::string& type, const std::string& order, const std::string& shape, const std::string& data,
                int version = 1) {
  std::string header = "{'descr': '" + type + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }";
  const std::size_t before = version == 1 ? 10 : 12;
  header.append((64 - (before + header.size() + 1) % 64) % 64, ' ');
  header += '\n';
  std::string file = "\x93NUMPY" + std::string(1, static_cast<char>(version)) + std::string(1, '\0');
  const auto size = static_cast<std::uint32_t>(header.size());
  file.append(reinterpret_cast<const char*>(&size), version == 1 ? 2 : 4);
  return file + header + data;
}

template <class T>
std::string bytes(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

StoredArray read(const std::string& content) {
  const support::TemporaryFolder folder;
  return read_npy(folder.write("x.npy", content));
}

}  // namespace

TEST_CASE("npy: every number type reads as what holds its values", "[graph_io]") {
  CHECK(read(npy("<f4", "False", "(2,)", bytes<float>({1, -2.5F}))).values == Values(std::vector<float>{1, -2.5F}));
  CHECK(read(npy("<f8", "False", "(1,)", bytes<double>({0.1}))).values == Values(std::vector<double>{0.1}));
  CHECK(read(npy("<i8", "False", "(1,)", bytes<std::int64_t>({-1}))).values == Values(std::vector<std::int64_t>{-1}));
  CHECK(read(npy("<i4", "False", "(1,)", bytes<std::int32_t>({-1}))).values == Values(std::vector<std::int32_t>{-1}));
  CHECK(read(npy("<i2", "False", "(1,)", bytes<std::int16_t>({-1}))).values == Values(std::vector<std::int32_t>{-1}));
  CHECK(read(npy("|i1", "False", "(1,)", bytes<std::int8_t>({-1}))).values == Values(std::vector<std::int32_t>{-1}));
  CHECK(read(npy("<u8", "False", "(1,)", bytes<std::uint64_t>({7}))).values == Values(std::vector<std::int64_t>{7}));
  CHECK(read(npy("<u4", "False", "(1,)", bytes<std::uint32_t>({4294967295U}))).values ==
        Values(std::vector<std::int64_t>{4294967295}));
  CHECK(read(npy("<u2", "False", "(1,)", bytes<std::uint16_t>({65535}))).values ==
        Values(std::vector<std::int32_t>{65535}));
  CHECK(read(npy("|u1", "False", "(2,)", bytes<std::uint8_t>({0, 255}))).values ==
        Values(std::vector<std::uint8_t>{0, 255}));
  CHECK(read(npy("|b1", "False", "(2,)", bytes<std::uint8_t>({0, 1}))).values ==
        Values(std::vector<std::uint8_t>{0, 1}));
  // 1, -2, 65504 (the largest), 2^-24 (the smallest), 1/3
  CHECK(read(npy("<f2", "False", "(5,)", bytes<std::uint16_t>({0x3c00, 0xc000, 0x7bff, 0x0001, 0x3555}))).values ==
        Values(std::vector<float>{1, -2, 65504, 0x1p-24F, 0.333251953125F}));
  CHECK_THROWS_WITH(read(npy("<u8", "False", "(1,)", bytes<std::uint64_t>({~std::uint64_t{0}}))),
                    Catch::Contains("expected integers below 2^63, found 18446744073709551615"));
}

TEST_CASE("npy: columns first reads as the same array as rows first", "[graph_io]") {
  const StoredArray rows =
      read(npy("<i4", "False", "(2, 3, 2)", bytes<std::int32_t>({0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11})));
  const StoredArray columns =
      read(npy("<i4", "True", "(2, 3, 2)", bytes<std::int32_t>({0, 6, 2, 8, 4, 10, 1, 7, 3, 9, 5, 11})));
  CHECK(rows.shape == Shape{2, 3, 2});
  CHECK(columns.shape == rows.shape);
  CHECK(columns.values == rows.values);
}

TEST_CASE("npy: all three versions, scalars and empty arrays", "[graph_io]") {
  for (const int version : {1, 2, 3})
    CHECK(read(npy("<f4", "False", "(1,)", bytes<float>({2}), version)).shape == Shape{1});
  CHECK(read(npy("<f4", "False", "()", bytes<float>({2}))).shape == Shape{});
  CHECK(read(npy("<f4", "True", "(0, 5)", "")).shape == Shape{0, 5});
}

TEST_CASE("npy: what was written reads back, and a tensor of several blocks keeps every value", "[graph_io]") {
  const support::TemporaryFolder folder;
  Tensor tensor(Shape{700, 101});
  for (Index i = 0; i < tensor.size(); ++i) tensor.data()[i] = static_cast<Real>(i) / 7;
  write_npy(folder / "x.npy", tensor);
  const Tensor read_back = read_npy_tensor(folder / "x.npy");
  CHECK(read_back.shape() == tensor.shape());
  CHECK(std::equal(tensor.values().begin(), tensor.values().end(), read_back.values().begin()));
  CHECK(support::read_bytes(folder / "x.npy").size() % 64 ==
        static_cast<std::size_t>(tensor.size()) * sizeof(Real) % 64);
  const std::vector<std::int64_t> ids{3, -1};
  write_npy(folder / "ids.npy", ids);
  CHECK(support::read_bytes(folder / "ids.npy") == npy("<i8", "False", "(2,)", bytes(ids)));
  const StoredArray array{Shape{1, 2}, Values(std::vector<std::uint8_t>{4, 5})};
  write_npy(folder / "x.npy", array);
  CHECK(read_npy(folder / "x.npy").values == array.values);
  CHECK_THROWS_AS(write_npy(folder / "x.npy", StoredArray{Shape{3}, array.values}), ShapeError);
}
