#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/common.h"
#include "cli/config_options.h"
#include "cli/console.h"
#include "cli/inspect_figures.h"
#include "cli/inspect_report.h"
#include "cli/report_pages.h"
#include "cli/verb.h"
#include "core/error.h"
#include "graph_io/node_rows.h"
#include "models/coordinate_plan.h"
#include "position/encodings.h"

namespace cairn::cli {

namespace {

/// Where nodes are and how that is encoded: what `cairn train` is told of it.
constexpr std::array<std::string_view, 12> fields{
    "anchors",          "anchor_strategy", "anchor_nodes",   "max_hops",       "path_direction",     "weighted_paths",
    "coordinate_count", "encoding_mode",   "encoding_width", "encoding_count", "encoding_landmarks", "seed"};

std::vector<std::string_view> fields_left_out() {
  std::vector<std::string_view> names;
  for (const ConfigField& field : config_fields()) {
    if (std::find(fields.begin(), fields.end(), field.name) == fields.end()) names.push_back(field.name);
  }
  return names;
}

/// Kinds of coordinates that need no file.
std::vector<std::string_view> computed_coordinates() {
  std::vector<std::string_view> names;
  for (const std::string_view name : coordinate_kinds()) {
    if (name != "given") names.push_back(name);
  }
  return names;
}

/// The value if it is known; else throws UsageError that lists the known ones.
std::string one_of(std::string_view kind, std::string_view value, std::span<const std::string_view> known) {
  if (std::find(known.begin(), known.end(), value) == known.end()) throw_unknown_name(kind, value, known);
  return std::string(value);
}

class Inspect : public Verb {
 public:
  void declare(OptionList& options) override;
  int run() override;

 private:
  void declare_encoding(OptionList& options);
  void set_coordinates(std::string_view text);

  DatasetOptions dataset_;
  CommonOptions common_;
  ConfigOptions config_{"gir", "distance"};
  std::string coordinates_ = "distances";
  std::string coordinate_file_;  // in place of a kind
  std::string encoding_ = "gaussian";
  InspectOptions inspect_;
  std::string report_;
};

void Inspect::set_coordinates(std::string_view text) {
  std::vector<std::string_view> known = computed_coordinates();
  const bool is_file = text.find_first_of("./") != std::string_view::npos;
  known.emplace_back("a file, as ./x.npy or ./x.csv");
  coordinates_ = is_file ? "given" : one_of("coordinates", text, known);
  coordinate_file_ = is_file ? std::string(text) : std::string();
}

void Inspect::declare_encoding(OptionList& options) {
  const auto text_option = [&](std::string name, std::string value_name, std::string help, auto set,
                               std::string value) {
    options.add({.name = std::move(name),
                 .kind = ValueKind::text,
                 .value_name = std::move(value_name),
                 .group = "Encoding",
                 .help = std::move(help),
                 .set = set,
                 .default_text = [value] { return value; }});
  };
  text_option(
      "coordinates", "NAME|FILE",
      fmt::format("{}, or a file with a row a node", fmt::join(computed_coordinates(), ", ")),
      [this](std::string_view text) { set_coordinates(text); }, coordinates_);
  text_option(
      "encoding", "NAME", "of the table below",
      [this](std::string_view text) { encoding_ = one_of("encoding", text, encoding_names()); }, encoding_);
}

void Inspect::declare(OptionList& options) {
  cli::declare(options, dataset_);
  options.text(
      "embedding", "FILE", "Inspect",
      "rows of any origin in place of an encoding: .npy [nodes, columns], or text with an id and numbers a line",
      inspect_.embedding);
  options.add({.name = "sweep",
               .kind = ValueKind::flag,
               .value_name = {},
               .group = "Inspect",
               .help = "the trade-off curve: the encoding at several widths",
               .set = [this](std::string_view text) { inspect_.sweep = text == "true"; },
               .default_text = [] { return std::string("on"); }});
  options.integer("pairs", "Inspect", "pairs of nodes whose distances are compared, at most", inspect_.report.pairs, 1);
  options.text("report", "FILE", "Inspect", "write a page: an HTML file with the figures and their curves", report_);
  declare_encoding(options);
  config_.declare(options, fields_left_out());
  cli::declare(options, common_);
  std::vector<std::pair<std::string, std::string>> rows;
  for (const EncodingKind& kind : encoding_kinds()) rows.emplace_back(kind.name, kind.summary);
  options.names("Encodings", std::move(rows));
  declare_dataset_names(options);
}

int Inspect::run() {
  TrainConfig config = config_.config();
  config.coordinates = coordinates_;
  inspect_.encoding = encoding_options(encoding_, config);
  inspect_.encoding.seed = config.seed;
  inspect_.report.seed = config.seed;
  prepare(common_);
  check_writable(report_);
  Console console(common_.quiet);
  const Dataset dataset = load_dataset(dataset_, config.seed);
  console.say("{}: {}", dataset.name, counts_text(dataset));
  if (!inspect_.embedding.empty()) inspect_.rows = read_node_rows(inspect_.embedding, dataset.ids);
  InspectedCoordinates coordinates = inspected_coordinates(dataset, config, coordinate_file_);
  const Inspection found = inspect(dataset, std::move(coordinates), inspect_, [&](const std::string& step) {
    console.progress(fmt::format("measuring: {}", step));
  });
  console.print_line(inspection_text(found));
  if (!report_.empty()) write_page(report_, inspection_page(dataset, found));
  if (!common_.json.empty()) write_json(common_.json, inspection_json(dataset, found));
  return 0;
}

}  // namespace

std::unique_ptr<Verb> make_inspect() { return std::make_unique<Inspect>(); }

}  // namespace cairn::cli
