#include "cli/common.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "cli/console.h"
#include "core/error.h"
#include "core/parallel.h"
#include "data/synthetic.h"
#include "graph_io/formats.h"
#include "graph_io/output_file.h"

namespace cairn::cli {

namespace {
constexpr Index most_threads = 1024;  // more is a slip of the keyboard that the system would answer with a crash

Header header_of(const std::string& text) {
  if (text == "auto") return Header::automatic;
  if (text == "yes") return Header::yes;
  if (text == "no") return Header::no;
  constexpr std::array<std::string_view, 3> known{"auto", "yes", "no"};
  throw_unknown_name("value of --header", text, known);
}
}  // namespace

void declare(OptionList& options, CommonOptions& common) {
  options.text("json", "FILE", "General", "write what is printed here, for machines", common.json);
  options.add({.name = "threads",
               .kind = ValueKind::integer,
               .value_name = "N",
               .group = "General",
               .help = "results never depend on it",
               .set =
                   [&common](std::string_view text) {
                     common.threads = parse_integer("threads", text, 1);
                     if (common.threads > most_threads) {
                       throw UsageError(fmt::format("--threads: expected at most {}, found {}", most_threads, text));
                     }
                   },
               .default_text = [] { return std::string("as many as the machine has"); }});
  options.flag("quiet", "General", "print nothing but errors", common.quiet);
}

void prepare(const CommonOptions& common) {
  if (common.threads > 0) set_thread_count(static_cast<int>(common.threads));
  check_writable(common.json);
}

void declare(OptionList& options, DatasetOptions& dataset) {
  options.positional("DATASET", "a folder, a file, or the name of a synthetic dataset", dataset.spec);
  options.flag("directed", "Dataset", "edges have a direction", dataset.directed);
  options.text("header", "auto|yes|no", "Dataset", "whether an edge list begins with a header", dataset.header);
}

void declare_dataset_names(OptionList& options) {
  std::vector<std::pair<std::string, std::string>> rows;
  for (const SyntheticKind& kind : synthetic_kinds()) rows.emplace_back(kind.pattern, kind.summary);
  options.names("Synthetic datasets (several joined by +)", std::move(rows));
  rows.clear();
  for (const Format& format : formats()) {
    const std::string extensions = format.extensions.empty() ? "" : fmt::format("{}: ", format.extensions);
    rows.emplace_back(format.name, fmt::format("{}{}", extensions, format.holds));
  }
  options.names("Formats (told by extension)", std::move(rows));
}

void declare_seed(OptionList& options, std::uint64_t& seed) {
  options.add(
      {.name = "seed",
       .kind = ValueKind::integer,
       .value_name = "N",
       .group = "General",
       .help = "of synthetic datasets",
       .set = [&seed](std::string_view text) { seed = static_cast<std::uint64_t>(parse_integer("seed", text, 0)); },
       .default_text = [] { return std::string("0"); }});
}

Dataset load_dataset(const DatasetOptions& options, std::uint64_t seed) {
  const Header header = header_of(options.header);
  if (std::error_code error; !std::filesystem::exists(options.spec, error)) {
    if (is_synthetic(options.spec)) return make_synthetic(options.spec, seed);
    std::string known;
    for (const SyntheticKind& kind : synthetic_kinds())
      known += fmt::format("{}{}", known.empty() ? "" : ", ", kind.name);
    throw InputError(options.spec, 0,
                     fmt::format("expected a folder, a file or a synthetic dataset ({}), found nothing", known));
  }
  return read_dataset(options.spec, {.directed = options.directed, .header = header});
}

void check_writable(const std::string& path) {
  if (path.empty()) return;
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  // Opening a pipe only to close it would end its reader.
  const bool is_device = std::filesystem::exists(status) && !std::filesystem::is_regular_file(status) &&
                         !std::filesystem::is_directory(status);
  if (!is_device) {
    const OutputFile probe(path);
  } else if (::access(path.c_str(), W_OK) != 0) {
    throw OutputError(fmt::format("{}: could not write it: {}", path, std::strerror(errno)));
  }
}

std::string counts_text(const Dataset& dataset) {
  std::string text = fmt::format("{} nodes, {} {}edges", grouped(dataset.node_count()),
                                 grouped(dataset.graph.edge_count()), dataset.graph.directed() ? "directed " : "");
  if (const Index width = feature_width(dataset.features); width > 0) {
    const bool sparse = std::holds_alternative<SparseMatrix>(dataset.features);
    text += fmt::format(", {} {} features", grouped(width), sparse ? "sparse" : "dense");
  } else {
    text += ", no features";
  }
  text += dataset.labels.empty() ? ", no labels" : fmt::format(", {} classes", grouped(dataset.class_count()));
  if (dataset.graph_count() > 1) text += fmt::format(", {} graphs", grouped(dataset.graph_count()));
  return text;
}

Json counts_json(const Dataset& dataset) {
  Json json = Json::object();
  json.set("name", dataset.name);
  json.set("nodes", dataset.node_count());
  json.set("edges", dataset.graph.edge_count());
  json.set("features", feature_width(dataset.features));
  json.set("classes", dataset.class_count());
  return json;
}

std::string_view version() { return CAIRN_VERSION; }

}  // namespace cairn::cli
