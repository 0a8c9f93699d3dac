#include "position/encodings.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/error.h"
#include "position/encoding_state.h"
#include "position/fourier_features.h"
#include "position/product_kernel.h"
#include "position/raw_encoding.h"
#include "position/shifted_basis.h"

namespace cairn {

namespace {

struct Maker {
  EncodingKind kind;
  std::unique_ptr<Encoding> (*fit)(const Coordinates&, const EncodingOptions&);
  std::unique_ptr<Encoding> (*load)(EncodingHead, const StateReader&);
};

template <BasisShape shape>
std::unique_ptr<Encoding> fit_shifted(const Coordinates& data, const EncodingOptions& options) {
  return options.mode == EncodingMode::simple ? ShiftedBasis::fit(shape, data, options)
                                              : ProductKernel::fit(shape, data, options);
}

template <BasisShape shape>
std::unique_ptr<Encoding> load_shifted(EncodingHead head, const StateReader& state) {
  return head.mode == EncodingMode::simple ? ShiftedBasis::load(shape, std::move(head), state)
                                           : ProductKernel::load(shape, std::move(head), state);
}

template <Frequencies kind>
std::unique_ptr<Encoding> fit_fourier(const Coordinates& data, const EncodingOptions& options) {
  if (kind == Frequencies::random || options.mode == EncodingMode::simple) {
    return FourierFeatures::fit(kind, data, options);
  }
  const Index count = options.count > 0 ? options.count : default_frequency_count(kind);
  EncodingOptions without_count = options;  // which counts frequencies, not the cells of a grid
  without_count.count = 0;
  return ProductKernel::fit(BasisShape::gaussian, data, without_count, spaced_frequencies(kind, data, options, count));
}

template <Frequencies kind>
std::unique_ptr<Encoding> load_fourier(EncodingHead head, const StateReader& state) {
  if (kind == Frequencies::random || head.mode == EncodingMode::simple) {
    return FourierFeatures::load(std::move(head), state);
  }
  return ProductKernel::load(BasisShape::gaussian, std::move(head), state);
}

std::unique_ptr<Encoding> load_raw(EncodingHead head, const StateReader&) { return RawEncoding::load(std::move(head)); }

constexpr std::array makers{
    Maker{{"raw", "coordinates as they are", false}, RawEncoding::fit, load_raw},
    Maker{{"impulse", "one-hot of cells as wide as the width"},
          fit_shifted<BasisShape::impulse>,
          load_shifted<BasisShape::impulse>},
    Maker{{"square", "shifted square waves; the width is their period"},
          fit_shifted<BasisShape::square>,
          load_shifted<BasisShape::square>},
    Maker{{"sine", "shifted sines; the width is their period"},
          fit_shifted<BasisShape::sine>,
          load_shifted<BasisShape::sine>},
    Maker{{"gaussian", "shifted bumps; the width is their deviation"},
          fit_shifted<BasisShape::gaussian>,
          load_shifted<BasisShape::gaussian>},
    Maker{{"triangle", "shifted hats; the width is half of theirs"},
          fit_shifted<BasisShape::triangle>,
          load_shifted<BasisShape::triangle>},
    Maker{{"noise", "shifts of one noise vector, in cells as wide as the width"},
          fit_shifted<BasisShape::noise>,
          load_shifted<BasisShape::noise>},
    Maker{{"rff", "random Fourier features, of the kernel of a gaussian of that width"},
          fit_fourier<Frequencies::random>,
          load_fourier<Frequencies::random>},
    Maker{{"linear", "sines and cosines of evenly spaced frequencies, up to one turn a width"},
          fit_fourier<Frequencies::linear>,
          load_fourier<Frequencies::linear>},
    Maker{{"log", "sines and cosines of geometrically spaced frequencies, up to one turn a width"},
          fit_fourier<Frequencies::log>,
          load_fourier<Frequencies::log>}};

const Maker& maker_of(std::string_view name) {
  const auto* const found =
      std::find_if(makers.begin(), makers.end(), [&](const Maker& m) { return m.kind.name == name; });
  if (found == makers.end()) throw_unknown_name("encoding", name, encoding_names());
  return *found;
}

}  // namespace

std::span<const EncodingKind> encoding_kinds() {
  static const auto kinds = [] {
    std::array<EncodingKind, makers.size()> list;
    std::transform(makers.begin(), makers.end(), list.begin(), [](const Maker& maker) { return maker.kind; });
    return list;
  }();
  return kinds;
}

std::span<const std::string_view> encoding_names() {
  static const auto names = [] {
    std::array<std::string_view, makers.size()> list;
    std::transform(makers.begin(), makers.end(), list.begin(), [](const Maker& maker) { return maker.kind.name; });
    return list;
  }();
  return names;
}

std::unique_ptr<Encoding> make_encoding(const EncodingOptions& options, const Coordinates& data) {
  return maker_of(options.name).fit(data, options);
}

std::unique_ptr<Encoding> load_encoding(const NamedTensors& tensors, std::string_view prefix) {
  const StateReader state(tensors, prefix);
  EncodingHead head = load_head(state);
  const Maker& maker = maker_of(head.name);
  if (head.mode == EncodingMode::product && !maker.kind.has_product) state.fail("mode", "is one it does not have");
  return maker.load(std::move(head), state);
}

Coordinates with_diagonals(const Coordinates& coordinates) {
  const Index axes = coordinates.axis_count();
  const Index wide = axes * axes;  // K and two for each of K (K - 1) / 2 pairs
  Coordinates result{Tensor({coordinates.node_count(), wide}), {}, coordinates.graph_of_node};
  if (!coordinates.valid.empty()) result.valid.assign(static_cast<std::size_t>(result.values.size()), 0);
  const auto put = [&](Index node, Index axis, bool known, Real value) {
    if (!known) return;
    result.values.at(node, axis) = value;
    if (!result.valid.empty()) result.valid[static_cast<std::size_t>(node * wide + axis)] = 1;
  };
  for (Index node = 0; node < coordinates.node_count(); ++node) {
    Index next = axes;
    for (Index a = 0; a < axes; ++a) {
      const bool known = coordinates.is_valid(node, a);
      const Real x = coordinates.values.at(node, a);
      put(node, a, known, x);
      for (Index b = a + 1; b < axes; ++b, next += 2) {
        const bool both = known && coordinates.is_valid(node, b);
        const Real y = coordinates.values.at(node, b);
        put(node, next, both, (x + y) / 2);
        put(node, next + 1, both, (x - y) / 2);
      }
    }
  }
  return result;
}

}  // namespace cairn
