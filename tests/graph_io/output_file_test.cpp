#include "graph_io/output_file.h"

#include <sys/stat.h>

#include <filesystem>
#include <string>

#include "core/error.h"
#include "support/catch.h"
#include "support/temporary_folder.h"

using namespace cairn;
namespace fs = std::filesystem;

namespace {
std::ptrdiff_t files_in(const fs::path& folder) {
  return std::distance(fs::directory_iterator(folder), fs::directory_iterator());
}
}  // namespace

TEST_CASE("output file: before commit the old content is there, after it the new one", "[graph_io]") {
  const support::TemporaryFolder folder;
  const fs::path path = folder.write("model", "old");
  OutputFile file(path);
  const std::string large(1'000'000, 'x');  // several buffers
  file.write(large);
  CHECK(support::read_bytes(path) == "old");
  file.commit();
  CHECK(support::read_bytes(path) == large);
  CHECK(files_in(folder.path()) == 1);
}

TEST_CASE("output file: without commit nothing changes and nothing is left behind", "[graph_io]") {
  const support::TemporaryFolder folder;
  const fs::path path = folder.write("model", "old");
  {
    OutputFile file(path);
    file.write("new");
  }
  CHECK(support::read_bytes(path) == "old");
  CHECK(files_in(folder.path()) == 1);
}

TEST_CASE("output file: a link stays a link and its file is replaced", "[graph_io]") {
  const support::TemporaryFolder folder;
  const fs::path path = folder.write("real", "old");
  fs::create_symlink("real", folder / "link");
  OutputFile file(folder / "link");
  file.write("new");
  file.commit();
  CHECK(fs::is_symlink(folder / "link"));
  CHECK(support::read_bytes(path) == "new");
}

TEST_CASE("output file: the rights of the old file stay", "[graph_io]") {
  const support::TemporaryFolder folder;
  const fs::path path = folder.write("secret", "old");
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
  OutputFile file(path);
  file.commit();
  CHECK(fs::status(path).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
}

TEST_CASE("output file: a missing directory and a full device are OutputErrors that name the file", "[graph_io]") {
  const support::TemporaryFolder folder;
  CHECK_THROWS_WITH(OutputFile(folder / "missing/model"), Catch::Contains("missing/model: could not create it"));
  CHECK_THROWS_AS(OutputFile(folder.path()), OutputError);
  if (fs::exists("/dev/full")) {
    OutputFile file("/dev/full");
    file.write("x");
    CHECK_THROWS_WITH(file.commit(), "/dev/full: could not write it: No space left on device");
  }
}

TEST_CASE("output file: a device is written directly", "[graph_io]") {
  OutputFile file("/dev/null");
  file.write("x");
  file.commit();
  CHECK(fs::is_character_file("/dev/null"));
}
