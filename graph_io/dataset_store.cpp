#include "graph_io/dataset_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/error.h"
#include "core/parallel.h"
#include "graph_io/cells.h"
#include "graph_io/content_hash.h"
#include "graph_io/input_file.h"
#include "graph_io/safetensors.h"
#include "graph_io/store_names.h"
#include "tensor/string_list.h"

namespace cairn {

namespace {

constexpr Index values_per_block = Index{1} << 16;

/// Numbers of the build's own type, in the file or converted, and what keeps them.
struct Reals {
  Shape shape;
  std::span<const Real> values;
  std::shared_ptr<const void> owner;
};

/// A mapped file, asked for its arrays and texts by name.
class StoreReader {
 public:
  explicit StoreReader(const std::filesystem::path& path) : path_(path.string()), file_(map_safetensors(path)) {}

  const std::shared_ptr<const void>& owner() const { return file_.owner; }

  template <class... Args>
  [[noreturn]] void fail(fmt::format_string<Args...> format, Args&&... args) const {
    throw InputError(path_, 0, fmt::format(format, std::forward<Args>(args)...));
  }

  const std::string& text(std::string_view name) {
    const auto found = file_.tensors.metadata.find(name);
    if (found == file_.tensors.metadata.end()) fail("expected a text '{}', found none", name);
    asked_.emplace(name);
    return found->second;
  }
  /// Place of the text among those that it may be.
  std::size_t choice(std::string_view name, std::span<const std::string_view> known) {
    const std::string& value = text(name);
    const auto found = std::find(known.begin(), known.end(), value);
    if (found == known.end()) fail("text '{}': expected {}, found {}", name, fmt::join(known, " or "), shown(value));
    return static_cast<std::size_t>(found - known.begin());
  }
  bool truth(std::string_view name) { return choice(name, std::array<std::string_view, 2>{"no", "yes"}) == 1; }
  Index count(std::string_view name) {
    const std::string& value = text(name);
    const std::optional<std::int64_t> number = as_integer(value);
    if (!number || *number < 0 || *number > std::numeric_limits<std::int32_t>::max())
      fail("text '{}': expected a count, found {}", name, shown(value));
    return static_cast<Index>(*number);
  }

  bool has(std::string_view name) const { return file_.tensors.arrays.find(name) != file_.tensors.arrays.end(); }

  /// A list of numbers where it lies.
  template <class Value>
  std::span<const Value> list(std::string_view name) {
    const ArrayView& found = array(name, 1);
    const auto* const values = std::get_if<std::span<const Value>>(&found.values);
    if (values == nullptr) fail("array '{}': expected integers of {} bits, found others", name, 8 * sizeof(Value));
    return *values;
  }
  template <class Value>
  std::vector<Value> copy(std::string_view name) {
    const std::span<const Value> values = list<Value>(name);
    return {values.begin(), values.end()};
  }
  /// None where there is no such array.
  template <class Value>
  std::vector<Value> copy_if_any(std::string_view name) {
    return has(name) ? copy<Value>(name) : std::vector<Value>();
  }
  /// None where there is no such list.
  std::vector<std::string> strings(std::string_view name) {
    if (!has(store::ends_of(name))) return {};
    return separated(list<std::uint8_t>(store::text_of(name)), list<std::int64_t>(store::ends_of(name)), name);
  }
  /// Finite numbers with so many extents.
  Reals reals(std::string_view name, int rank) {
    const ArrayView& found = array(name, rank);
    Reals result{found.shape, {}, owner()};
    if (const auto* const own = std::get_if<std::span<const Real>>(&found.values)) {
      result.values = *own;
    } else if (const auto* const other = std::get_if<std::span<const OtherReal>>(&found.values)) {
      auto converted = std::make_shared<std::vector<Real>>(other->size());
      parallel_blocks(found.shape.size(), values_per_block, [&](Index begin, Index end) {
        std::transform(other->begin() + begin, other->begin() + end, converted->begin() + begin,
                       [](OtherReal value) { return static_cast<Real>(value); });
      });
      result.values = *converted;
      result.owner = std::move(converted);
    } else {
      fail("array '{}': expected real numbers, found integers", name);
    }
    check_finite(name, result.values);
    return result;
  }

  /// Throws InputError where the file holds something that nobody asked for, or other content than was written.
  void check_all() const {
    NamedViews content = file_.tensors;
    content.metadata.erase(std::string(store::hash));
    for (const auto& [name, text] : content.metadata) {
      if (asked_.count(name) == 0) fail("expected no text {}, found one", shown(name));
    }
    for (auto array = content.arrays.begin(); array != content.arrays.end();) {
      if (array->first.starts_with(padding_prefix)) {
        array = content.arrays.erase(array);
      } else if (asked_.count(array->first) == 0) {
        fail("expected no array {}, found one", shown(array->first));
      } else {
        ++array;
      }
    }
    const auto stated = file_.tensors.metadata.find(store::hash);
    if (stated == file_.tensors.metadata.end()) fail("expected a text '{}', found none", store::hash);
    const std::string found = content_hash(content);
    if (found != stated->second) {
      fail("expected content of hash {}, found {}: the file is damaged", shown(stated->second), found);
    }
  }

 private:
  using OtherReal = std::conditional_t<std::is_same_v<Real, float>, double, float>;

  const ArrayView& array(std::string_view name, int rank) {
    const auto found = file_.tensors.arrays.find(name);
    if (found == file_.tensors.arrays.end()) fail("expected an array '{}', found none", name);
    if (found->second.shape.rank() != rank)
      fail("array '{}': expected {} extents, found {}", name, rank, to_string(found->second.shape));
    asked_.emplace(name);
    return found->second;
  }
  void check_finite(std::string_view name, std::span<const Real> values) const {
    parallel_blocks(static_cast<Index>(values.size()), values_per_block, [&](Index begin, Index end) {
      const auto found = std::find_if_not(values.begin() + begin, values.begin() + end,
                                          [](Real value) { return std::isfinite(value); });
      if (found != values.begin() + end)
        fail("array '{}': expected finite numbers, found {} at {}", name, *found, found - values.begin());
    });
  }

  std::string path_;
  MappedTensors file_;
  std::set<std::string, std::less<>> asked_;
};

Graph read_graph(StoreReader& file) {
  const GraphOptions options{.directed = file.truth(store::directed), .weighted = file.truth(store::weighted)};
  Reals weights{.shape = {}, .values = {}, .owner = file.owner()};
  if (options.weighted) weights = file.reals(store::graph_weights, 1);
  // Both: converted weights do not lie in the file.
  const auto owner = std::make_shared<std::pair<std::shared_ptr<const void>, std::shared_ptr<const void>>>(
      file.owner(), weights.owner);
  return Graph::from_memory(file.list<EdgeId>(store::graph_offsets), file.list<NodeId>(store::graph_targets),
                            weights.values, options, owner);
}

/// A tensor over values that nobody may write: those of a dataset are const.
Tensor to_tensor(const Reals& reals) {
  auto storage = Storage::adopt(const_cast<Real*>(reals.values.data()), static_cast<Index>(reals.values.size()),
                                [owner = reals.owner]() mutable { owner.reset(); });
  return Tensor(reals.shape, std::move(storage));
}

Features read_features(StoreReader& file) {
  const std::size_t kind = file.choice(store::features, std::array<std::string_view, 3>{"none", "dense", "sparse"});
  if (kind == 0) return {};
  if (kind == 1) return to_tensor(file.reals(store::feature_values, 2));
  auto offsets = file.copy<std::int64_t>(store::feature_offsets);
  const auto rows = static_cast<Index>(offsets.size()) - 1;
  auto pattern = std::make_shared<SparsePattern>(rows, file.count(store::feature_width), std::move(offsets),
                                                 file.copy<std::int32_t>(store::feature_columns));
  return SparseMatrix(std::move(pattern), to_tensor(file.reals(store::feature_values, 1)));
}

IdMap read_ids(StoreReader& file, Index node_count) {
  const std::size_t kind = file.choice(store::ids, std::array<std::string_view, 3>{"range", "integers", "names"});
  if (kind == 0) return IdMap::range(node_count);
  if (kind == 1) return IdMap::integers(file.copy<std::int64_t>(store::id_integers));
  return IdMap::strings(file.strings(store::id_names));
}

Dataset read_parts(StoreReader& file) {
  Dataset dataset;
  const std::span<const std::uint8_t> name = file.list<std::uint8_t>(store::name);
  dataset.name.assign(name.begin(), name.end());
  dataset.graph = read_graph(file);
  dataset.features = read_features(file);
  dataset.labels = file.copy_if_any<std::int32_t>(store::labels);
  dataset.class_names = file.strings(store::class_names);
  dataset.graph_of_node = file.copy_if_any<std::int32_t>(store::graph_of_node);
  dataset.graph_names = file.strings(store::graph_names);
  const Index splits = file.count(store::splits);
  for (Index i = 0; i < splits; ++i) {
    const auto part = [&](Part wanted) {
      return file.copy<NodeId>(store::split_array(static_cast<std::size_t>(i), wanted));
    };
    dataset.splits.push_back({part(Part::train), part(Part::validation), part(Part::test)});
  }
  dataset.ids = read_ids(file, dataset.node_count());
  check_consistent(dataset);
  return dataset;
}

}  // namespace

Dataset read_dataset_store(const std::filesystem::path& path, const ReadOptions& options) {
  StoreReader file(path);
  if (const std::string& format = file.text(store::format); format != store::current_format)
    file.fail("expected '{}', found {}", store::current_format, shown(format));
  Dataset dataset;
  try {
    dataset = read_parts(file);
  } catch (const InputError&) {
    throw;
  } catch (const Error& error) {  // of what the parts are put together by
    file.fail("expected a dataset that holds together, found {}", error.what());
  }
  file.check_all();
  if (options.directed && !dataset.graph.directed())
    file.fail("expected a directed graph, as was asked for, found an undirected one");
  return dataset;
}

bool begins_like_dataset_store(const std::filesystem::path& path) {
  try {
    InputFile file(path);
    std::array<unsigned char, 9> start{};
    if (file.size() < static_cast<std::int64_t>(start.size())) return false;
    file.read_exact(start.data(), start.size());
    // The length of a header, below 2^32, then the header; no text holds zeros.
    return std::all_of(start.begin() + 4, start.begin() + 8, [](unsigned char byte) { return byte == 0; }) &&
           start[8] == '{';
  } catch (const InputError&) {
    return false;
  }
}

}  // namespace cairn
