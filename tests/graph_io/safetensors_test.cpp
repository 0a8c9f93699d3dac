#include "graph_io/safetensors.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <limits>
#include <string>
#include <thread>
#include <type_traits>

#include "core/error.h"
#include "core/rng.h"
#include "support/catch.h"
#include "support/temporary_folder.h"

using namespace cairn;
using Values = StoredArray::Values;

namespace {

NamedTensors example() {
  NamedTensors tensors;
  tensors.arrays["weight"] = {Shape{2, 3}, Values(std::vector<float>{1, -2.5F, 0, 3, 1e-38F, 6})};
  tensors.arrays["a double"] = {Shape{}, Values(std::vector<double>{0.1})};
  tensors.arrays["ids"] = {Shape{2}, Values(std::vector<std::int64_t>{-1, std::numeric_limits<std::int64_t>::max()})};
  tensors.arrays["small"] = {Shape{1, 1, 3, 1}, Values(std::vector<std::uint8_t>{0, 7, 255})};
  tensors.arrays["counts"] = {Shape{1}, Values(std::vector<std::int32_t>{-5})};
  tensors.arrays["empty"] = {Shape{0, 16}, Values(std::vector<float>{})};
  tensors.metadata["config"] = "layers = 2\n\"quoted\" \xC3\xA9";
  tensors.metadata["empty"] = "";
  return tensors;
}

/// A file of that JSON header and so many bytes of data.
std::string file_of(std::string header, std::size_t data_bytes) {
  std::string file(8, '\0');
  const std::uint64_t length = header.size();
  std::memcpy(file.data(), &length, 8);
  return file + header + std::string(data_bytes, '\0');
}

void check_refused(const std::string& content, const std::string& message) {
  const support::TemporaryFolder folder;
  const auto path = folder.write("bad.safetensors", content);
  CHECK_THROWS_WITH(read_safetensors(path), path + ": " + message);
  CHECK_THROWS_AS(read_safetensors(path), InputError);
}

}  // namespace

TEST_CASE("safetensors: every array and all metadata come back as they were written", "[graph_io]") {
  const support::TemporaryFolder folder;
  const NamedTensors written = example();
  write_safetensors(folder / "x.safetensors", written);
  const NamedTensors read = read_safetensors(folder / "x.safetensors");
  CHECK(read.metadata == written.metadata);
  REQUIRE(read.arrays.size() == written.arrays.size());
  for (const auto& [name, array] : written.arrays) {
    INFO(name);
    const StoredArray& same = find_array(read, name);
    CHECK(same.shape == array.shape);
    CHECK(same.values == array.values);
  }
}

TEST_CASE("safetensors: mapped, the arrays are the same, and stay when the file is gone", "[graph_io]") {
  const support::TemporaryFolder folder;
  const NamedTensors written = example();
  write_safetensors(folder / "x.safetensors", written);
  const MappedTensors mapped = map_safetensors(folder / "x.safetensors");
  std::filesystem::remove(folder / "x.safetensors");
  CHECK(mapped.tensors.metadata == written.metadata);
  REQUIRE(mapped.tensors.arrays.size() == written.arrays.size());
  const NamedViews expected = views_of(written);
  for (const auto& [name, array] : expected.arrays) {
    INFO(name);
    const ArrayView& same = mapped.tensors.arrays.find(name)->second;
    CHECK(same.shape == array.shape);
    REQUIRE(same.values.index() == array.values.index());
    std::visit(
        [&](const auto& values) {
          const auto& others = std::get<std::decay_t<decltype(values)>>(same.values);
          CHECK(std::equal(values.begin(), values.end(), others.begin(), others.end()));
        },
        array.values);
  }
}

TEST_CASE("safetensors: an array that is not aligned to its numbers can be read but not mapped", "[graph_io]") {
  const support::TemporaryFolder folder;
  const auto path = folder.write(
      "x",
      file_of(
          R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"F32","shape":[1],"data_offsets":[1,5]}})",
          5));
  CHECK(read_safetensors(path).arrays.size() == 2);
  CHECK_THROWS_WITH(map_safetensors(path),
                    path + ": array 'b': expected data at a multiple of 4 bytes, found it at 115");
}

TEST_CASE("safetensors: aligned, every array begins at a multiple, and padding fills the gaps", "[graph_io]") {
  const support::TemporaryFolder folder;
  const NamedTensors written = example();
  write_aligned_safetensors(folder / "x", views_of(written), 64);
  const MappedTensors mapped = map_safetensors(folder / "x");
  for (const auto& [name, array] : mapped.tensors.arrays) {
    if (name.starts_with(padding_prefix)) continue;
    INFO(name);
    const auto address = [](const auto& values) { return reinterpret_cast<std::uintptr_t>(values.data()); };
    CHECK(std::visit(address, array.values) % 64 == 0);
  }
  NamedTensors read = read_safetensors(folder / "x");
  const std::size_t paddings =
      std::erase_if(read.arrays, [](const auto& array) { return array.first.starts_with(padding_prefix); });
  CHECK(paddings > 0);
  CHECK(read.arrays.size() == written.arrays.size());
  NamedTensors reserved;
  reserved.arrays["padding.x"] = {Shape{0}, Values(std::vector<float>{})};
  CHECK_THROWS_AS(write_safetensors(folder / "y", reserved), ShapeError);
}

TEST_CASE("safetensors: nothing at all is a file too", "[graph_io]") {
  const support::TemporaryFolder folder;
  write_safetensors(folder / "x.safetensors", {});
  const NamedTensors read = read_safetensors(folder / "x.safetensors");
  CHECK(read.arrays.empty());
  CHECK(read.metadata.empty());
}

TEST_CASE("safetensors: the bytes are those of the format, numbers aligned, header ordered", "[graph_io]") {
  const support::TemporaryFolder folder;
  NamedTensors tensors;
  tensors.arrays["b"] = {Shape{1}, Values(std::vector<float>{1})};
  tensors.arrays["a"] = {Shape{3}, Values(std::vector<std::uint8_t>{1, 2, 3})};
  tensors.arrays["c"] = {Shape{1}, Values(std::vector<std::int64_t>{-1})};
  tensors.metadata["k"] = "v";
  write_safetensors(folder / "x", tensors);
  const std::string header =
      R"({"__metadata__":{"k":"v"},"a":{"data_offsets":[12,15],"dtype":"U8","shape":[3]},)"
      R"("b":{"data_offsets":[8,12],"dtype":"F32","shape":[1]},"c":{"data_offsets":[0,8],"dtype":"I64","shape":[1]}})";
  const std::string padded = header + std::string((8 - header.size() % 8) % 8, ' ');
  std::string expected = file_of(padded, 0);
  expected += std::string(8, '\xFF') + std::string("\0\0\x80\x3F", 4) + "\1\2\3";
  CHECK(support::read_bytes(folder / "x") == expected);
}

TEST_CASE("safetensors: a file cut anywhere is refused", "[graph_io]") {
  const support::TemporaryFolder folder;
  write_safetensors(folder / "x", example());
  const std::string whole = support::read_bytes(folder / "x");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto path = folder.write("cut", whole.substr(0, size));
    CHECK_THROWS_AS(read_safetensors(path), InputError);
  }
}

TEST_CASE("safetensors: a header that does not fit the file is refused before anything is allocated", "[graph_io]") {
  check_refused("", "expected a safetensors file, found 0 bytes");
  check_refused(std::string(8, '\xFF'), "expected a header of 2 to 0 bytes, found 18446744073709551615 declared");
  check_refused(std::string("\x10\0\0\0\0\0\0\x10{}", 10),
                "expected a header of 2 to 2 bytes, found 1152921504606846992 declared");
  check_refused(file_of(R"({"a":{"dtype":"F32","shape":[1000000000000],"data_offsets":[0,4]}})", 4),
                "array 'a': expected a shape that fits 4 bytes of data, found extent 1000000000000");
  check_refused(file_of(R"({"a":{"dtype":"F64","shape":[4294967296,4294967296],"data_offsets":[0,8]}})", 8),
                "array 'a': expected a shape that fits 8 bytes of data, found extent 4294967296");
  check_refused(file_of(R"({"a":{"dtype":"F32","shape":[0,18446744073709551615],"data_offsets":[0,0]}})", 0),
                "array 'a': expected a shape that fits 0 bytes of data, found extent 18446744073709551615");
  check_refused(file_of(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}})", 4),
                "array 'a': expected 8 bytes for its shape, found 4");
  check_refused(file_of(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}})", 4),
                "array 'a': expected data from 0 to at most 4, found 0 to 8");
}

TEST_CASE("safetensors: gaps, overlaps and data that nothing describes are refused", "[graph_io]") {
  check_refused(file_of(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}})", 2),
                "array 'a': expected data from 0 to at most 2, found 1 to 2");
  check_refused(
      file_of(
          R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}})",
          3),
      "array 'b': expected data from 2 to at most 3, found 1 to 3");
  check_refused(file_of(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})", 2),
                "expected arrays that fill 2 bytes of data, found 1 bytes described");
}

TEST_CASE("safetensors: a header of another form is refused", "[graph_io]") {
  check_refused(file_of("{\"a\":", 0), "expected a JSON header, found something else at its byte 6");
  check_refused(file_of("[1,2]", 0), "expected a header {name: {dtype, shape, data_offsets}}, found an array at ''");
  check_refused(file_of(R"({"a":{"dtype":"F16","shape":[1],"data_offsets":[0,2]}})", 2),
                "expected dtype F32, F64, I32, I64 or U8, found 'F16'");
  check_refused(file_of(R"({"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}})", 1),
                "expected a header {name: {dtype, shape, data_offsets}}, found -1 at 'shape'");
  check_refused(file_of(R"({"a":{"dtype":"U8","shape":[1.5],"data_offsets":[0,1]}})", 1),
                "expected a header {name: {dtype, shape, data_offsets}}, found '1.5' at 'shape'");
  check_refused(file_of(R"({"a":{"dtype":"U8","shape":[1,1,1,1,1],"data_offsets":[0,1]}})", 1),
                "expected at most 4 extents, found more");
  check_refused(file_of(R"({"a":{"dtype":"U8","shape":[1]}})", 1),
                "array 'a': expected dtype, shape and two data_offsets, found one missing");
  check_refused(file_of(R"({"__metadata__":{"k":1}})", 0),
                "expected a header {name: {dtype, shape, data_offsets}}, found 1 at 'k'");
  check_refused(
      file_of(
          R"({"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}})",
          0),
      "expected each name once, found 'a' again");
  check_refused(file_of(std::string(100'000, '['), 0),
                "expected a header {name: {dtype, shape, data_offsets}}, found an array at ''");
}

TEST_CASE("safetensors: killed at any moment while saving, the file still loads", "[graph_io]") {
  const support::TemporaryFolder folder;
  const auto path = folder / "model.safetensors";
  NamedTensors tensors;
  tensors.arrays["weight"] = {Shape{1 << 15}, Values(std::vector<float>(1 << 15, 0))};
  tensors.metadata["version"] = "0";
  write_safetensors(path, tensors);
  Rng rng(11);
  for (int round = 0; round < 12; ++round) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      for (int version = 1;; ++version) {
        tensors.arrays["weight"].values = std::vector<float>(1 << 15, static_cast<float>(version));
        tensors.metadata["version"] = std::to_string(version);
        write_safetensors(path, tensors);
      }
    }
    std::this_thread::sleep_for(std::chrono::microseconds(500 + rng.below(8000)));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    const NamedTensors read = read_safetensors(path);
    const auto& weight = std::get<std::vector<float>>(find_array(read, "weight").values);
    const float version = std::stof(find_metadata(read, "version"));
    CHECK(std::count(weight.begin(), weight.end(), version) == 1 << 15);  // one save, not parts of two
  }
}
