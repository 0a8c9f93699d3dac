#pragma once

#include <cstdint>
#include <exception>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "graph_io/byte_source.h"

struct XML_ParserStruct;

namespace cairn {

/// Calls for the elements of an XML file in their order; nothing of the document is kept. Names come without prefix.
/// Refuses, as InputError with the line: what is not well-formed, entity declarations (they can blow up a small file),
/// more than 100 nested elements, and a single piece of markup or more than 16 MiB without an end.
class XmlStream {
 public:
  using Attributes = std::vector<std::pair<std::string_view, std::string_view>>;

  explicit XmlStream(const std::filesystem::path& path) : bytes_(path) {}
  virtual ~XmlStream() = default;
  XmlStream(const XmlStream&) = delete;
  XmlStream& operator=(const XmlStream&) = delete;

  /// Reads the whole file.
  void parse();

 protected:
  virtual void on_start(std::string_view name, const Attributes& attributes) = 0;
  virtual void on_end(std::string_view name) = 0;
  /// A piece of text between tags; one text may come in several.
  virtual void on_text(std::string_view text) = 0;

  const std::string& path() const { return bytes_.path(); }
  std::int64_t bytes_read() const { return bytes_.bytes_read(); }
  std::int64_t line() const;
  template <class... Args>
  [[noreturn]] void fail(fmt::format_string<Args...> format, Args&&... args) const {
    throw InputError(path(), line(), fmt::format(format, std::forward<Args>(args)...));
  }

 private:
  struct Callbacks;
  /// Exceptions must not cross the C code of the parser: they wait here until it has returned.
  template <class Call>
  void guarded(const Call& call);

  ByteSource bytes_;
  XML_ParserStruct* parser_ = nullptr;
  std::exception_ptr failure_;
  int depth_ = 0;
};

}  // namespace cairn
