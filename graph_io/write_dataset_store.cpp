#include <deque>
#include <span>
#include <string>
#include <utility>
#include <variant>

#include "graph_io/content_hash.h"
#include "graph_io/dataset_store.h"
#include "graph_io/safetensors.h"
#include "graph_io/store_names.h"
#include "tensor/string_list.h"

namespace cairn {

namespace {

constexpr Index alignment = 64;  // a cache line, as Storage gives it

/// The arrays of a dataset where they lie, and those that had to be made.
class StoreViews {
 public:
  void text(std::string_view name, std::string_view value) { views_.metadata.emplace(name, value); }

  template <class Value>
  void array(std::string_view name, std::span<const Value> values) {
    array(name, values, Shape{static_cast<Index>(values.size())});
  }
  template <class Value>
  void array(std::string_view name, std::span<const Value> values, const Shape& shape) {
    views_.arrays.emplace(name, ArrayView{shape, values});
  }
  void strings(std::string_view name, std::span<const std::string> strings) {
    if (strings.empty()) return;
    const JoinedStrings& made = made_.emplace_back(joined(strings));
    array(store::text_of(name), std::span<const std::uint8_t>(made.text));
    array(store::ends_of(name), std::span<const std::int64_t>(made.ends));
  }

  NamedViews& views() { return views_; }

 private:
  NamedViews views_;
  std::deque<JoinedStrings> made_;  // stay where they are
};

void add_features(const Features& features, StoreViews& to) {
  if (const auto* dense = std::get_if<Tensor>(&features)) {
    to.text(store::features, "dense");
    to.array(store::feature_values, dense->values(), Shape{dense->rows(), dense->columns()});
  } else if (const auto* sparse = std::get_if<SparseMatrix>(&features)) {
    to.text(store::features, "sparse");
    to.text(store::feature_width, std::to_string(sparse->columns()));
    to.array(store::feature_offsets, sparse->pattern().offsets());
    to.array(store::feature_columns, sparse->pattern().columns());
    to.array(store::feature_values, sparse->values().values());
  } else {
    to.text(store::features, "none");
  }
}

void add_ids(const IdMap& ids, StoreViews& to) {
  if (ids.is_range()) {
    to.text(store::ids, "range");
  } else if (ids.are_integers()) {
    to.text(store::ids, "integers");
    to.array(store::id_integers, ids.kept_integers());
  } else {
    to.text(store::ids, "names");
    to.strings(store::id_names, ids.kept_names());
  }
}

}  // namespace

void write_dataset_store(const Dataset& dataset, const std::filesystem::path& path) {
  check_consistent(dataset);
  const Graph& graph = dataset.graph;
  StoreViews to;
  to.text(store::format, store::current_format);
  // Any bytes, as folders may be called; texts of the header are UTF-8.
  to.array(store::name, std::span(reinterpret_cast<const std::uint8_t*>(dataset.name.data()), dataset.name.size()));
  to.text(store::directed, graph.directed() ? "yes" : "no");
  to.text(store::weighted, graph.weighted() ? "yes" : "no");
  to.array(store::graph_offsets, graph.offsets());
  to.array(store::graph_targets, graph.targets());
  if (graph.weighted()) to.array(store::graph_weights, graph.weights());
  add_features(dataset.features, to);
  if (!dataset.labels.empty()) to.array(store::labels, std::span<const std::int32_t>(dataset.labels));
  to.strings(store::class_names, dataset.class_names);
  if (!dataset.graph_of_node.empty()) {
    to.array(store::graph_of_node, std::span<const std::int32_t>(dataset.graph_of_node));
  }
  to.strings(store::graph_names, dataset.graph_names);
  to.text(store::splits, std::to_string(dataset.splits.size()));
  for (std::size_t i = 0; i < dataset.splits.size(); ++i) {
    for (const Part part : {Part::train, Part::validation, Part::test}) {
      to.array(store::split_array(i, part), std::span<const NodeId>(dataset.splits[i].of(part)));
    }
  }
  add_ids(dataset.ids, to);
  to.text(store::hash, content_hash(to.views()));
  write_aligned_safetensors(path, to.views(), alignment);
}

}  // namespace cairn
