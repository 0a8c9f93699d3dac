#pragma once

#include <filesystem>
#include <optional>
#include <vector>

namespace cairn {

/// The files of a dataset folder, by what they hold.
struct FolderFiles {
  std::optional<std::filesystem::path> edges;
  std::optional<std::filesystem::path> features;
  std::optional<std::filesystem::path> labels;
  std::optional<std::filesystem::path> graphs;
  std::vector<std::filesystem::path> splits;  // split.csv, or split_0.csv, split_1.csv, ...

  std::vector<std::filesystem::path> all() const;
};

/// Finds them. Files with other names are none of the dataset's business; hidden ones too. Throws InputError where two
/// files claim the same place, a name has an extension that is not read (features.txt), or numbered splits leave a gap.
FolderFiles find_folder_files(const std::filesystem::path& directory);

}  // namespace cairn
