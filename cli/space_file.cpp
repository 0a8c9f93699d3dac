#include "cli/space_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string_view>
#include <vector>

#include "cli/toml_file.h"
#include "core/error.h"

namespace cairn::cli {

namespace {

constexpr Index most_layers = 64;

class SpaceReader {
 public:
  explicit SpaceReader(const std::string& path) : path_(path), file_(read_toml(path)) {}

  ModelSpace space() {
    ModelSpace space = default_model_space();
    set_layers(space);
    for (const auto& [key, node] : file_) set(key.str(), node, space);
    try {
      search_space(space);
    } catch (const UsageError& error) {
      throw InputError(path_, 0, error.what());
    }
    return space;
  }

 private:
  [[noreturn]] void fail(const toml::node& node, const std::string& message) const {
    throw InputError(path_, node.source().begin.line, message);
  }

  /// First, whatever the order in the file: how many layers there are, then the options of all of them.
  void set_layers(ModelSpace& space) const {
    if (const toml::node* node = file_.get("layers")) {
      const auto* count = node->as_integer();
      if (count == nullptr || count->get() < 1 || count->get() > most_layers) {
        fail(*node, fmt::format("layers: expected a number from 1 to {}", most_layers));
      }
      const std::vector<std::string> ends = space.layers.front();
      const std::vector<std::string> middle = space.layers[1];
      space.layers.assign(static_cast<std::size_t>(count->get()), middle);
      space.layers.front() = space.layers.back() = ends;
    }
    if (const toml::node* node = file_.get("layer")) {
      const std::vector<std::string> options = options_of("layer", *node);
      for (std::size_t l = 0; l < space.layers.size(); ++l) {
        space.layers[l] = options;
        const bool is_end = l == 0 || l + 1 == space.layers.size();
        if (is_end) std::erase(space.layers[l], "skip");  // it fits between layers alone
      }
    }
  }

  void set(std::string_view key, const toml::node& node, ModelSpace& space) const {
    if (key == "layers" || key == "layer") return;
    if (key.starts_with("layer_")) {
      Index depth = 0;
      const std::string_view text = key.substr(6);
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), depth);
      const auto count = static_cast<Index>(space.layers.size());
      if (error != std::errc{} || end != text.data() + text.size() || depth < 1 || depth > count) {
        fail(node, fmt::format("expected layer_1 to layer_{}, found '{}'", count, key));
      }
      std::vector<std::string> options = options_of("layer", node);
      if ((depth == 1 || depth == count) && std::find(options.begin(), options.end(), "skip") != options.end()) {
        fail(node, fmt::format("{}: 'skip' fits between layers of one width, not as the first or the last", key));
      }
      space.layers[static_cast<std::size_t>(depth - 1)] = std::move(options);
      return;
    }
    std::vector<std::string>* const options = options_named(key, space);
    if (options == nullptr) {
      fail(node,
           fmt::format("expected one of {}, layers, layer_1, .., found '{}'", fmt::join(model_decisions(), ", "), key));
    }
    *options = options_of(key, node);
  }

  static std::vector<std::string>* options_named(std::string_view key, ModelSpace& space) {
    if (key == "position") return &space.position;
    if (key == "encoding") return &space.encoding;
    if (key == "augmentation") return &space.augmentation;
    if (key == "fusion") return &space.fusion;
    return key == "read_out" ? &space.read_out : nullptr;
  }

  std::vector<std::string> options_of(std::string_view decision, const toml::node& node) const {
    const auto* list = node.as_array();
    if (list == nullptr || list->empty()) {
      fail(node, fmt::format("{}: expected a list of options, as [\"gcn\", \"sage\"]", decision));
    }
    std::vector<std::string> options;
    for (const toml::node& element : *list) {
      const auto* text = element.as_string();
      if (text == nullptr) fail(element, fmt::format("{}: expected options in quotes", decision));
      try {
        check_option(decision, text->get());
      } catch (const UsageError& error) {
        fail(element, error.what());
      }
      if (std::find(options.begin(), options.end(), text->get()) != options.end()) {
        fail(element, fmt::format("{}: '{}' stands there twice", decision, text->get()));
      }
      options.push_back(text->get());
    }
    return options;
  }

  std::string path_;
  toml::table file_;
};

}  // namespace

ModelSpace read_space_file(const std::string& path) { return SpaceReader(path).space(); }

}  // namespace cairn::cli
