#include "graph_io/folder_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>
#include <system_error>

#include "core/error.h"
#include "graph_io/cells.h"

namespace cairn {

namespace fs = std::filesystem;

namespace {

struct Place {
  std::string_view stem;
  std::string_view extensions;  // each in blanks
};

constexpr std::array<Place, 5> places{{{"edges", " .csv .tsv .txt .csv.gz .tsv.gz .txt.gz "},
                                       {"features", " .mtx .npy .csv .mtx.gz .csv.gz "},
                                       {"labels", " .csv .csv.gz "},
                                       {"graphs", " .csv .csv.gz "},
                                       {"split", " .csv .csv.gz "}}};

/// " .a .b " -> " .a, .b, "
std::string commas(std::string_view blanks) {
  std::string result = " ";
  for (const char symbol : blanks.substr(1)) result += symbol == ' ' ? std::string(", ") : std::string(1, symbol);
  return result;
}

/// "split_12" -> 12; nothing for other names.
std::optional<std::int64_t> split_number(std::string_view stem) {
  constexpr std::string_view start = "split_";
  return stem.starts_with(start) ? as_integer(stem.substr(start.size())) : std::nullopt;
}

}  // namespace

std::vector<fs::path> FolderFiles::all() const {
  std::vector<fs::path> files = splits;
  for (const auto& file : {edges, features, labels, graphs}) {
    if (file) files.push_back(*file);
  }
  return files;
}

FolderFiles find_folder_files(const fs::path& directory) {
  std::error_code error;
  std::vector<fs::path> names;
  for (fs::directory_iterator entry(directory, error), end; !error && entry != end; entry.increment(error)) {
    names.push_back(entry->path().filename());
  }
  if (error)
    throw InputError(directory.string(), 0, fmt::format("expected a readable folder, found: {}", error.message()));
  std::sort(names.begin(), names.end());  // the system's order is no order

  std::map<std::string, fs::path> file_of;
  std::map<std::int64_t, fs::path> numbered;
  for (const fs::path& name : names) {
    const std::string text = name.string();
    const std::size_t dot = std::min(text.find('.'), text.size());
    const std::string stem = text.substr(0, dot);
    const auto number = split_number(stem);
    const auto place =
        std::find_if(places.begin(), places.end(), [&](const Place& p) { return p.stem == (number ? "split" : stem); });
    if (place == places.end()) continue;
    const std::string extension = fmt::format(" {} ", text.substr(dot));
    const fs::path path = directory / name;
    if (place->extensions.find(extension) == std::string_view::npos) {
      throw InputError(path.string(), 0,
                       fmt::format("expected the extension of {} to be one of{}found {}", stem,
                                   commas(place->extensions), shown(text.substr(dot))));
    }
    const bool is_new = number ? numbered.emplace(*number, path).second : file_of.emplace(stem, path).second;
    if (!is_new) throw InputError(path.string(), 0, fmt::format("expected one file of {}, found another", stem));
  }

  FolderFiles files;
  const auto take = [&](const char* stem, std::optional<fs::path>& to) {
    if (const auto found = file_of.find(stem); found != file_of.end()) to = found->second;
  };
  take("edges", files.edges);
  take("features", files.features);
  take("labels", files.labels);
  take("graphs", files.graphs);
  if (const auto found = file_of.find("split"); found != file_of.end()) {
    if (!numbered.empty())
      throw InputError(numbered.begin()->second.string(), 0, "expected split.csv or numbered splits, found both");
    files.splits.push_back(found->second);
  }
  for (const auto& [number, path] : numbered) {
    if (number != static_cast<std::int64_t>(files.splits.size())) {
      throw InputError(path.string(), 0,
                       fmt::format("expected split_{} before it: splits are numbered 0, 1, ...", files.splits.size()));
    }
    files.splits.push_back(path);
  }
  return files;
}

}  // namespace cairn
