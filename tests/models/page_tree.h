#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <functional>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace cairn::support {

/// An element of a page as a strict reader sees it.
struct Element {
  std::string name;
  std::map<std::string, std::string> attributes;
  std::string text;  // its own, without that of its children; entities resolved
  std::vector<Element> children;

  std::string attribute(const std::string& key) const {
    const auto found = attributes.find(key);
    return found == attributes.end() ? "" : found->second;
  }
  bool has_class(std::string_view wanted) const {
    return fmt::format(" {} ", attribute("class")).find(fmt::format(" {} ", wanted)) != std::string::npos;
  }
  /// Text of this element and of all below it.
  std::string all_text() const {
    std::string result = text;
    for (const Element& child : children) result += child.all_text();
    return result;
  }
  /// All elements of that name below this one, in their order. They live in this one, hence not of a temporary.
  std::vector<const Element*> all(std::string_view wanted) const&& = delete;
  std::vector<const Element*> all(std::string_view wanted) const& {
    std::vector<const Element*> result;
    for (const Element& child : children) {
      if (child.name == wanted) result.push_back(&child);
      const auto below = child.all(wanted);
      result.insert(result.end(), below.begin(), below.end());
    }
    return result;
  }
};

/// Reads a page and throws std::runtime_error where it is not well-formed: a tag that closes another element, an
/// attribute twice or without quotes, a bare & or <, an id twice, a reference to an id that does not exist.
class PageReader {
 public:
  explicit PageReader(std::string_view page) : rest_(page) {}

  Element read() {
    expect("<!DOCTYPE html>\n");
    Element root = element();
    expect("\n");
    if (!rest_.empty()) fail("text after the root");
    for (const std::string& id : referenced_) {
      if (ids_.count(id) == 0) fail(fmt::format("no element has the id {}", id));
    }
    return root;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw std::runtime_error(fmt::format("{} before '{}'", what, rest_.substr(0, 60)));
  }
  void expect(std::string_view text) {
    if (!rest_.starts_with(text)) fail(fmt::format("expected '{}'", text));
    rest_.remove_prefix(text.size());
  }
  std::string name() {
    std::size_t length = 0;
    while (length < rest_.size() && (std::isalnum(static_cast<unsigned char>(rest_[length])) || rest_[length] == '-')) {
      ++length;
    }
    if (length == 0) fail("expected a name");
    const std::string result(rest_.substr(0, length));
    rest_.remove_prefix(length);
    return result;
  }
  std::string text_until(char end) {
    std::string result;
    while (!rest_.empty() && rest_.front() != end) {
      if (rest_.front() == '<') fail("a bare <");
      if (rest_.front() != '&') {
        result += rest_.front();
        rest_.remove_prefix(1);
        continue;
      }
      static const std::map<std::string, char, std::less<>> entities{
          {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&#39;", '\''}};
      const auto known = entities.find(rest_.substr(0, rest_.find(';') + 1));
      if (known == entities.end()) fail("a bare &");
      result += known->second;
      rest_.remove_prefix(known->first.size());
    }
    return result;
  }
  Element element() {
    Element result;
    expect("<");
    result.name = name();
    while (rest_.starts_with(" ")) {
      expect(" ");
      const std::string key = name();
      expect("=\"");
      if (!result.attributes.emplace(key, text_until('"')).second) fail(fmt::format("the attribute {} twice", key));
      expect("\"");
    }
    note_ids(result);
    if (rest_.starts_with("/>")) {
      expect("/>");
      return result;
    }
    expect(">");
    while (true) {
      result.text += text_until('<');
      if (rest_.starts_with("</")) break;
      result.children.push_back(element());
    }
    expect(fmt::format("</{}>", result.name));
    return result;
  }
  void note_ids(const Element& found) {
    const std::string id = found.attribute("id");
    if (!id.empty() && !ids_.insert(id).second) fail(fmt::format("the id {} twice", id));
    std::string labels = found.attribute("aria-labelledby");
    std::replace(labels.begin(), labels.end(), ' ', '\n');
    for (std::size_t begin = 0; begin < labels.size();) {
      const std::size_t end = std::min(labels.find('\n', begin), labels.size());
      referenced_.push_back(labels.substr(begin, end - begin));
      begin = end + 1;
    }
    const std::string fill = found.attribute("fill");
    if (fill.starts_with("url(#")) referenced_.push_back(fill.substr(5, fill.size() - 6));
  }

  std::string_view rest_;
  std::set<std::string> ids_;
  std::vector<std::string> referenced_;
};

inline Element read_page(std::string_view page) { return PageReader(page).read(); }

}  // namespace cairn::support
