#include "graph_io/xml_stream.h"

#include <expat.h>

#include <memory>
#include <new>

namespace cairn {

namespace {

constexpr int most_depth = 100;
constexpr std::size_t chunk_bytes = std::size_t{1} << 20;
// Expat starts a piece of markup anew with every chunk until its end is there: without a bound, quadratic time.
constexpr std::int64_t most_pending_bytes = std::int64_t{16} << 20;

std::string_view without_prefix(const XML_Char* name) {
  const std::string_view whole(name);
  return whole.substr(whole.find(':') == std::string_view::npos ? 0 : whole.find(':') + 1);
}

}  // namespace

template <class Call>
void XmlStream::guarded(const Call& call) {
  if (failure_) return;
  try {
    call();
  } catch (...) {
    failure_ = std::current_exception();
    XML_StopParser(parser_, XML_FALSE);
  }
}

struct XmlStream::Callbacks {
  static void XMLCALL start(void* self, const XML_Char* name, const XML_Char** attributes) {
    auto& stream = *static_cast<XmlStream*>(self);
    stream.guarded([&] {
      if (++stream.depth_ > most_depth) stream.fail("expected at most {} nested elements, found more", most_depth);
      Attributes pairs;
      for (; *attributes != nullptr; attributes += 2) pairs.emplace_back(without_prefix(attributes[0]), attributes[1]);
      stream.on_start(without_prefix(name), pairs);
    });
  }
  static void XMLCALL end(void* self, const XML_Char* name) {
    auto& stream = *static_cast<XmlStream*>(self);
    stream.guarded([&] {
      --stream.depth_;
      stream.on_end(without_prefix(name));
    });
  }
  static void XMLCALL text(void* self, const XML_Char* text, int length) {
    auto& stream = *static_cast<XmlStream*>(self);
    stream.guarded([&] { stream.on_text({text, static_cast<std::size_t>(length)}); });
  }
  static void XMLCALL entity(void* self, const XML_Char* name, int, const XML_Char*, int, const XML_Char*,
                             const XML_Char*, const XML_Char*, const XML_Char*) {
    auto& stream = *static_cast<XmlStream*>(self);
    stream.guarded([&] { stream.fail("expected no entity declarations, found {}", name); });
  }
};

std::int64_t XmlStream::line() const { return static_cast<std::int64_t>(XML_GetCurrentLineNumber(parser_)); }

void XmlStream::parse() {
  const std::unique_ptr<XML_ParserStruct, void (*)(XML_Parser)> parser(XML_ParserCreate(nullptr), XML_ParserFree);
  if (!parser) throw std::bad_alloc();
  parser_ = parser.get();
  XML_SetUserData(parser_, this);
  XML_SetElementHandler(parser_, Callbacks::start, Callbacks::end);
  XML_SetCharacterDataHandler(parser_, Callbacks::text);
  XML_SetEntityDeclHandler(parser_, Callbacks::entity);
  const auto chunk = std::make_unique<char[]>(chunk_bytes);
  for (bool last = false; !last;) {
    const std::size_t count = bytes_.read(chunk.get(), chunk_bytes);
    last = count < chunk_bytes;
    const XML_Status status = XML_Parse(parser_, chunk.get(), static_cast<int>(count), last ? 1 : 0);
    if (failure_) std::rethrow_exception(failure_);
    if (status != XML_STATUS_OK)
      fail("expected well-formed XML, found: {}", XML_ErrorString(XML_GetErrorCode(parser_)));
    if (bytes_.bytes_read() - XML_GetCurrentByteIndex(parser_) > most_pending_bytes) {
      fail("expected markup of at most {} MiB, found no end of it", most_pending_bytes >> 20);
    }
  }
}

}  // namespace cairn
