#include "graph_io/raw_graph.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "graph_io/cells.h"
#include "graph_io/xml_stream.h"

namespace cairn {

namespace {

constexpr std::int64_t free_feature_bytes = std::int64_t{16} << 20;

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(" \t\r\n"), text.size());
  return text.substr(begin, text.find_last_not_of(" \t\r\n") + 1 - begin);
}

/// What a <key> declares.
struct Key {
  enum class Use { none, feature, class_name, label, graph, weight };
  Use use = Use::none;
  std::string name;
  std::int32_t column = 0;  // of a feature
};

class GraphmlReader final : public XmlStream {
 public:
  using XmlStream::XmlStream;

  RawGraph read() {
    parse();
    if (raw_.order.empty()) throw InputError(path(), 0, "expected nodes, found none");
    return std::move(raw_);
  }

 private:
  enum class Inside { nothing, key, key_default, graph, node, edge, data };

  void on_start(std::string_view name, const Attributes& attributes) override;
  void on_end(std::string_view name) override;
  void on_text(std::string_view text) override {
    if (skipped_ == 0 && (inside_ == Inside::data || inside_ == Inside::key_default)) text_ += text;
  }

  std::string_view attribute(std::string_view element, const Attributes& attributes, std::string_view name) const;
  static std::string_view optional_attribute(const Attributes& attributes, std::string_view name);
  void start_key(const Attributes& attributes);
  void start_graph(const Attributes& attributes);
  void start_node(const Attributes& attributes);
  void start_edge(const Attributes& attributes);
  void start_data(const Attributes& attributes);
  void end_node();
  void add_dense_row(std::string_view name);
  void end_edge();
  void end_data();
  void set_value(const Key& key, std::string_view text);
  Real number(const Key& key, std::string_view text) const;
  std::string plain(std::string_view text) const;

  Inside inside_ = Inside::nothing;
  Inside around_data_ = Inside::nothing;
  int skipped_ = 0;  // depth within an element that is none of ours
  bool in_document_ = false;
  bool has_graph_ = false;
  bool has_class_ = false;
  std::unordered_map<std::string, Key> keys_;
  std::string key_id_;
  std::string text_;
  RawGraph raw_;

  /// Values of the node or edge at hand, and what they are where it says nothing.
  struct Values {
    std::vector<std::pair<std::int32_t, Real>> features;  // column and value, in the order of the file
    std::optional<std::string> class_name, label, graph_name;
    std::optional<Real> weight;
  };
  Values values_;
  Values defaults_;
  std::vector<std::optional<Real>> default_row_;
};

std::string_view GraphmlReader::optional_attribute(const Attributes& attributes, std::string_view name) {
  const auto found =
      std::find_if(attributes.begin(), attributes.end(), [name](const auto& pair) { return pair.first == name; });
  return found == attributes.end() ? std::string_view{} : found->second;
}

std::string_view GraphmlReader::attribute(std::string_view element, const Attributes& attributes,
                                          std::string_view name) const {
  const std::string_view value = optional_attribute(attributes, name);
  if (value.empty()) fail("expected <{} {}=...>, found none", element, name);
  return value;
}

std::string GraphmlReader::plain(std::string_view text) const {
  const auto control = [](char symbol) { return static_cast<unsigned char>(symbol) < 0x20 || symbol == 0x7f; };
  if (std::any_of(text.begin(), text.end(), control)) fail("expected a name on one line, found {}", shown(text));
  return std::string(text);
}

void GraphmlReader::on_start(std::string_view name, const Attributes& attributes) {
  if (skipped_ > 0) {
    ++skipped_;
    return;
  }
  if (name == "node" && inside_ == Inside::graph) return start_node(attributes);
  if (name == "edge" && inside_ == Inside::graph) return start_edge(attributes);
  if (name == "data" && (inside_ == Inside::node || inside_ == Inside::edge)) return start_data(attributes);
  if (name == "key" && inside_ == Inside::nothing) return start_key(attributes);
  if (name == "graph" && inside_ == Inside::nothing) return start_graph(attributes);
  if (name == "default" && inside_ == Inside::key) {
    inside_ = Inside::key_default;
    text_.clear();
    return;
  }
  if (!in_document_ && name != "graphml") fail("expected <graphml>, found <{}>", name);
  if (name == "graphml" && !std::exchange(in_document_, true)) return;
  if (name == "graph" || name == "hyperedge" || name == "port") {
    fail("expected one graph of nodes and edges, found <{}> within", name);
  }
  if (name == "node" || name == "edge") fail("expected <{}> within <graph>", name);
  skipped_ = 1;  // descriptions, and what programs add for themselves
}

void GraphmlReader::on_end(std::string_view) {
  if (skipped_ > 0) {
    --skipped_;
    return;
  }
  switch (inside_) {
    case Inside::node:
      end_node();
      inside_ = Inside::graph;
      break;
    case Inside::edge:
      end_edge();
      inside_ = Inside::graph;
      break;
    case Inside::data:
    case Inside::key_default:
      end_data();
      break;
    case Inside::key:
    case Inside::graph:
      inside_ = Inside::nothing;
      break;
    case Inside::nothing:
      if (!has_graph_) fail("expected a <graph>, found none");
      break;
  }
}

void GraphmlReader::start_key(const Attributes& attributes) {
  inside_ = Inside::key;
  if (has_graph_) fail("expected every <key> before the graph, found one behind it");
  Key key;
  key_id_ = attribute("key", attributes, "id");
  key.name = plain(optional_attribute(attributes, "attr.name"));
  const std::string_view scope = optional_attribute(attributes, "for");
  const std::string_view type = optional_attribute(attributes, "attr.type");
  const bool numeric = type == "int" || type == "long" || type == "float" || type == "double" || type == "boolean";
  if (scope == "node" || scope == "all" || scope.empty()) {
    key.use = key.name == "class"   ? Key::Use::class_name
              : key.name == "label" ? Key::Use::label
              : key.name == "graph" ? Key::Use::graph
              : numeric             ? Key::Use::feature
                                    : Key::Use::none;
  } else if (scope == "edge" && key.name == "weight") {
    key.use = Key::Use::weight;
  }
  has_class_ = has_class_ || key.use == Key::Use::class_name;
  raw_.labeled = raw_.labeled || key.use == Key::Use::class_name || key.use == Key::Use::label;
  raw_.grouped = raw_.grouped || key.use == Key::Use::graph;
  raw_.weighted = raw_.weighted || key.use == Key::Use::weight;
  if (key.use == Key::Use::feature) {
    key.column = static_cast<std::int32_t>(raw_.feature_count++);
    default_row_.emplace_back();
  }
  if (!keys_.emplace(key_id_, std::move(key)).second) fail("expected each key once, found {} again", shown(key_id_));
}

void GraphmlReader::start_graph(const Attributes& attributes) {
  if (has_graph_) fail("expected one graph, found another");
  const std::string_view direction = attribute("graph", attributes, "edgedefault");
  if (direction != "directed" && direction != "undirected")
    fail("expected edgedefault directed or undirected, found {}", shown(direction));
  raw_.directed = direction == "directed";
  raw_.sparse =
      std::all_of(default_row_.begin(), default_row_.end(), [](const auto& value) { return value == Real(0); });
  has_graph_ = true;
  inside_ = Inside::graph;
}

void GraphmlReader::start_node(const Attributes& attributes) {
  const std::int32_t name = raw_.names.number_of(plain(attribute("node", attributes, "id")));
  raw_.place.resize(static_cast<std::size_t>(raw_.names.size()), -1);
  std::int32_t& place = raw_.place[static_cast<std::size_t>(name)];
  if (place >= 0) fail("expected each node once, found {} again", shown(optional_attribute(attributes, "id")));
  place = static_cast<std::int32_t>(raw_.order.size());
  raw_.order.push_back(name);
  values_ = defaults_;
  inside_ = Inside::node;
}

void GraphmlReader::start_edge(const Attributes& attributes) {
  const std::string_view direction = optional_attribute(attributes, "directed");
  if (!direction.empty() && (direction == "true") != raw_.directed) {
    fail("expected all edges {}, found one that is not", raw_.directed ? "directed" : "undirected");
  }
  raw_.sources.push_back(raw_.names.number_of(attribute("edge", attributes, "source")));
  raw_.targets.push_back(raw_.names.number_of(attribute("edge", attributes, "target")));
  raw_.edge_lines.push_back(line());
  values_.weight = defaults_.weight;
  inside_ = Inside::edge;
}

void GraphmlReader::start_data(const Attributes& attributes) {
  key_id_ = attribute("data", attributes, "key");
  const auto found = keys_.find(key_id_);
  if (found == keys_.end()) fail("expected a declared key, found {}", shown(key_id_));
  around_data_ = inside_;
  inside_ = Inside::data;
  text_.clear();
}

Real GraphmlReader::number(const Key& key, std::string_view text) const {
  if (text == "true") return 1;
  if (text == "false") return 0;
  const auto value = as_finite(text);
  if (!value) fail("expected a finite number as {}, found {}", shown(key.name), shown(text));
  return *value;
}

void GraphmlReader::set_value(const Key& key, std::string_view text) {
  Values& values = inside_ == Inside::key_default ? defaults_ : values_;
  if (key.use != Key::Use::none && text.empty()) fail("expected a value of {}, found none", shown(key.name));
  switch (key.use) {
    case Key::Use::none:
      break;
    case Key::Use::feature:
      if (inside_ == Inside::key_default) {
        default_row_[static_cast<std::size_t>(key.column)] = number(key, text);
      } else {
        values.features.emplace_back(key.column, number(key, text));
      }
      break;
    case Key::Use::class_name:
      values.class_name = plain(text);
      break;
    case Key::Use::label:
      values.label = plain(text);
      break;
    case Key::Use::graph:
      values.graph_name = plain(text);
      break;
    case Key::Use::weight:
      values.weight = number(key, text);
      break;
  }
}

void GraphmlReader::end_data() {
  const Key& key = keys_.at(key_id_);
  const bool fits = inside_ == Inside::key_default || key.use == Key::Use::none ||
                    (around_data_ == Inside::node) == (key.use != Key::Use::weight);
  if (fits) set_value(key, trimmed(text_));
  inside_ = inside_ == Inside::data ? around_data_ : Inside::key;
}

void GraphmlReader::add_dense_row(std::string_view name) {
  const std::int64_t most_bytes = free_feature_bytes + bytes_read();
  // Defaults let a small file declare a large matrix.
  if (static_cast<std::int64_t>(raw_.order.size() * raw_.feature_count * sizeof(Real)) > most_bytes) {
    fail("expected at most {} bytes of features in a file of this size, found more", most_bytes);
  }
  auto next = values_.features.begin();
  for (std::size_t column = 0; column < raw_.feature_count; ++column) {
    const bool is_stated = next != values_.features.end() && static_cast<std::size_t>(next->first) == column;
    if (!is_stated && !default_row_[column]) {
      fail("expected a value of each of {} numeric attributes, found one missing at node {}", raw_.feature_count,
           shown(name));
    }
    raw_.features.push_back(is_stated ? (next++)->second : *default_row_[column]);
  }
}

void GraphmlReader::end_node() {
  const std::string& name = raw_.names.names()[static_cast<std::size_t>(raw_.order.back())];
  std::vector<std::pair<std::int32_t, Real>>& stated = values_.features;
  std::sort(stated.begin(), stated.end());
  const auto twice =
      std::adjacent_find(stated.begin(), stated.end(), [](const auto& a, const auto& b) { return a.first == b.first; });
  if (twice != stated.end()) fail("expected each attribute of node {} once, found one again", shown(name));
  if (raw_.sparse) {
    for (const auto& [column, value] : stated) {
      raw_.feature_columns.push_back(column);
      raw_.features.push_back(value);
    }
    raw_.feature_offsets.push_back(static_cast<std::int64_t>(raw_.features.size()));
  } else {
    add_dense_row(name);
  }
  const std::optional<std::string>& class_name = has_class_ ? values_.class_name : values_.label;
  if (raw_.labeled) raw_.class_of.push_back(class_name ? raw_.class_names.number_of(*class_name) : -1);
  if (!raw_.grouped) return;
  if (!values_.graph_name) fail("expected a graph for every node, found none for {}", shown(name));
  raw_.graph_of.push_back(raw_.graph_names.number_of(*values_.graph_name));
}

void GraphmlReader::end_edge() {
  if (!raw_.weighted) return;
  if (!values_.weight) fail("expected a weight of every edge, found none");
  raw_.weights.push_back(*values_.weight);
}

}  // namespace

RawGraph read_raw_graph(const std::filesystem::path& path) { return GraphmlReader(path).read(); }

}  // namespace cairn
