#pragma once

#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

#include "data/dataset.h"
#include "graph_io/dataset_folder.h"
#include "graph_io/read_options.h"

namespace cairn {

/// Parts of a dataset that a format may not hold; edges and weights all do.
struct FormatParts {
  bool isolated_nodes = false;
  bool features = false;
  bool labels = false;
  bool graphs = false;
  bool splits = false;
};

/// A way to keep a dataset on disk.
struct Format {
  std::string_view name;        // "graphml"
  std::string_view extensions;  // ".graphml .graphml.gz", for help; how a file is told by its name
  std::string_view holds;       // what of a dataset it holds, for help
  FormatParts parts;
  Dataset (*read)(const std::filesystem::path& path, const ReadOptions& options);
  void (*write)(const Dataset& dataset, const std::filesystem::path& path, const WriteOptions& options);
};

/// All formats, in the order in which help lists them.
std::span<const Format> formats();

/// The format called `name`. Throws UsageError that lists the known ones.
const Format& find_format(std::string_view name);

/// Reads a dataset: a folder, or a single file. format: a name of the table; empty: a directory is a folder, a file is
/// told by its extension, a store also by its first bytes, and any other file is taken for an edge list. Throws
/// InputError "path: expected a dataset folder or edge list, found nothing" where there is nothing.
Dataset read_dataset(const std::filesystem::path& path, const ReadOptions& options = {}, std::string_view format = {});

/// The format that write_dataset() with the same arguments takes. Throws UsageError as it does.
const Format& format_to_write(const std::filesystem::path& path, std::string_view format = {});

/// Writes a dataset. format: a name of the table; empty: told by the extension, a folder where there is none.
/// Throws UsageError for an extension that no format has (gzip is read, not written), OutputError where writing fails.
void write_dataset(const Dataset& dataset, const std::filesystem::path& path, std::string_view format = {},
                   const WriteOptions& options = {});

/// What of the dataset write_dataset() with the same arguments leaves out, in words: "features", "labels", ...
std::vector<std::string_view> left_out(const Dataset& dataset, const std::filesystem::path& path,
                                       std::string_view format = {});

}  // namespace cairn
