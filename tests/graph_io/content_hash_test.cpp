#include "graph_io/content_hash.h"

#include <set>
#include <string>
#include <vector>

#include "support/catch.h"
#include "support/threads.h"

using namespace cairn;
using Bytes = std::vector<std::uint8_t>;

namespace {

std::string hash_of(const NamedTensors& tensors) { return content_hash(views_of(tensors)); }

std::string hash_of(const Bytes& bytes) {
  NamedTensors tensors;
  tensors.arrays["a"] = {Shape{static_cast<Index>(bytes.size())}, bytes};
  return hash_of(tensors);
}

}  // namespace

TEST_CASE("content hash: every bit of every value, also behind the last whole word, changes it", "[graph_io]") {
  for (const std::size_t size : {1U, 8U, 31U, 32U, 45U}) {
    Bytes bytes(size, 0);
    std::set<std::string> found{hash_of(bytes)};
    for (std::size_t i = 0; i < size; ++i) {
      for (int bit = 0; bit < 8; ++bit) {
        bytes[i] = static_cast<std::uint8_t>(1 << bit);
        CHECK(found.insert(hash_of(bytes)).second);
        bytes[i] = 0;
      }
    }
  }
}

TEST_CASE("content hash: length, order, names, kinds, shapes and texts change it", "[graph_io]") {
  std::set<std::string> found{hash_of(NamedTensors{}), hash_of(Bytes{}),     hash_of(Bytes{0}),
                              hash_of(Bytes{0, 0}),    hash_of(Bytes{1, 2}), hash_of(Bytes{2, 1})};
  Bytes swapped(64, 0);  // words that change places between and within chains
  for (const std::size_t one : {0U, 8U, 32U}) {
    swapped[one] = 1;
    found.insert(hash_of(swapped));
    swapped[one] = 0;
  }
  NamedTensors tensors;
  const auto add = [&] { found.insert(hash_of(tensors)); };
  tensors.arrays["b"] = {Shape{2}, Bytes{1, 2}};
  add();
  tensors.arrays["b"].shape = Shape{1, 2};
  add();
  tensors.arrays["b"] = {Shape{0}, std::vector<float>{}};
  add();
  tensors.arrays["b"] = {Shape{0}, std::vector<std::int32_t>{}};
  add();
  tensors.metadata["key"] = "value";
  add();
  tensors.metadata = {{"keyv", "alue"}};
  add();
  tensors.metadata["key"] = "";
  add();
  CHECK(found.size() == 16);
}

TEST_CASE("content hash: the same for 1, 2 and 3 threads, and from run to run", "[graph_io]") {
  Bytes bytes(1'000'003);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i * i >> 7);
  std::set<std::string> found;
  for (const int threads : {1, 2, 3}) {
    const support::Threads scope(threads);
    found.insert(hash_of(bytes));
  }
  CHECK(found == std::set<std::string>{"1067996d2690f2f1"});  // files on disk hold it: it must never change
}
