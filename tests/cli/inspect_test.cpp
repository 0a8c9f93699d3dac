#include <algorithm>
#include <filesystem>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "cli/run_cairn.h"
#include "data/synthetic.h"
#include "graph/generate.h"
#include "graph_io/npy.h"
#include "graph_io/safetensors.h"
#include "models/page_tree.h"
#include "models/position_plan.h"
#include "position/anchor_coordinates.h"
#include "position/encodings.h"
#include "support/catch.h"

using namespace cairn::support;
using namespace cairn;

namespace {

/// What `cairn inspect` writes for machines.
nlohmann::json inspected(std::vector<std::string> words, const TemporaryFolder& folder) {
  words.insert(words.begin(), "inspect");
  words.insert(words.end(), {"--json", folder / "inspected.json"});
  const Finished run = run_cairn(words, folder);
  INFO(run.err);
  REQUIRE(run.exit_code == 0);
  return read_json(folder / "inspected.json");
}

/// The places of a path's nodes, 0 .. nodes - 1, as a text.
std::string places(int nodes) {
  std::string text = "node,place\n";
  for (int u = nodes - 1; u >= 0; --u) text += std::to_string(u) + "," + std::to_string(u) + "\n";
  return text;
}

const std::vector<const char*> figures{"stable_rank", "reach",           "rank_correlation", "distortion",
                                       "collisions",  "anchor_coverage", "suggested_width",  "curve",
                                       "pairs",       "kernel"};

}  // namespace

TEST_CASE("cairn inspect: places on a path keep all distances, equal rows none", "[cli][inspect]") {
  const TemporaryFolder folder;
  const std::string line = folder.write("line.csv", places(40));
  const nlohmann::json found = inspected({"path:40", "--embedding", line}, folder);
  CHECK(found["stable_rank"].get<double>() == Approx(1));
  CHECK(found["rank_correlation"].get<double>() == Approx(1));
  CHECK(found["distortion"]["mean"].get<double>() == Approx(0).margin(1e-6));
  CHECK(found["distortion"]["worst"].get<double>() == Approx(1));
  CHECK(found["collisions"] == 0);
  CHECK(found["anchor_coverage"].get<double>() == 1);
  CHECK(found["pairs"] == 40 * 39 / 2);
  CHECK(found["columns"] == 1);
  CHECK(found["embedding"] == line);
  CHECK(found["encoding"].is_null());

  std::string same = "node,e0,e1\n";
  for (int u = 0; u < 40; ++u) same += std::to_string(u) + ",0.5,2\n";
  const nlohmann::json equal = inspected({"path:40", "--embedding", folder.write("same.csv", same)}, folder);
  CHECK(equal["collisions"] == 40);
  CHECK(equal["rank_correlation"] == 0);
  CHECK(equal["distortion"]["mean"] == 1);
  CHECK(equal["distortion"]["worst"].is_null());  // infinite
  CHECK(equal["stable_rank"].get<double>() == Approx(1));
}

TEST_CASE("cairn inspect: an encoding stands where the library's rows of it stand, brought as a file",
          "[cli][inspect]") {
  const TemporaryFolder folder;
  const Graph grid = grid_graph(8, 8);
  const std::vector<NodeId> corners{0, 7, 56};
  const Coordinates hops = anchor_coordinates(grid, {}, given_anchors(grid, {}, corners));
  const std::vector<std::string> anchors{"grid:8x8", "--anchor-nodes", "0,7,56", "--no-sweep"};
  const auto with = [&](std::vector<std::string> words) {
    words.insert(words.begin(), anchors.begin(), anchors.end());
    return inspected(words, folder);
  };
  for (const char* mode : {"simple", "product"}) {
    INFO(mode);
    EncodingOptions options;
    options.name = "triangle";
    options.mode = mode == std::string("product") ? EncodingMode::product : EncodingMode::simple;
    options.width = 3;
    options.landmarks = 50;
    const Tensor rows = make_encoding(options, hops)->encode(hops);
    write_npy(folder / "rows.npy", rows);
    const nlohmann::json own = with(
        {"--encoding", "triangle", "--encoding-mode", mode, "--encoding-width", "3", "--encoding-landmarks", "50"});
    const nlohmann::json file = with({"--embedding", folder / "rows.npy"});
    CHECK(own["columns"] == rows.columns());
    CHECK(own["encoding"]["name"] == "triangle");
    CHECK(own["encoding"]["mode"] == mode);
    for (const char* key : figures) {
      INFO(key);
      CHECK(own[key] == file[key]);
    }
  }
}

TEST_CASE("cairn inspect: anchors and the suggested width are those that train takes with the same seed",
          "[cli][inspect]") {
  const TemporaryFolder folder;
  const std::vector<std::string> common{"grid:9x9", "--anchors", "3", "--seed", "4"};
  for (const char* coordinates : {"distances", "unit"}) {
    INFO(coordinates);
    std::vector<std::string> train{"train",     "--task",   "distance", "--model", "gcn+gaussian",  "--coordinates",
                                   coordinates, "--epochs", "1",        "--save",  folder / "model"};
    train.insert(train.begin() + 1, common.begin(), common.end());
    REQUIRE(run_cairn(train, folder).exit_code == 0);
    const NamedTensors model = read_safetensors(folder / "model");
    const Dataset grid = make_synthetic("grid:9x9", 4);
    AnchorCoordinateOptions options;
    options.scale = distance_scale(coordinates == std::string("unit") ? "unit" : "raw");
    const Coordinates places = anchor_coordinates(grid.graph, {}, load_anchors(model, grid), options);
    write_npy(folder / "rows.npy", load_encoding(model, "encodings.gaussian.")->encode(places));

    const auto with = [&](std::vector<std::string> words) {
      words.insert(words.begin(), common.begin(), common.end());
      words.insert(words.end(), {"--coordinates", coordinates});
      return inspected(words, folder);
    };
    const nlohmann::json own = with({});
    const nlohmann::json trained = with({"--embedding", folder / "rows.npy"});
    for (const char* key : figures) {
      INFO(key);
      CHECK(own[key] == trained[key]);
    }
  }
}

TEST_CASE("cairn inspect: the rows of a file find their nodes by id, in text and beside an array", "[cli][inspect]") {
  const TemporaryFolder folder;
  const std::string graph = folder.write("words.csv", "source,target\ncat,bee\nbee,ant\ncat,dog\ndog,eel\n");
  const std::string text = folder.write("x.csv", "node,e0\nant,0\nbee,1\ncat,2\ndog,3\neel,4\n");
  write_npy(folder / "x.npy", Tensor({5, 1}, {4, 3, 2, 1, 0}));
  folder.write("x.ids.csv", "node\neel\ndog\ncat\nbee\nant\n");
  write_npy(folder / "y.npy", Tensor({5, 1}, {2, 1, 0, 3, 4}));  // in the order of the dataset: cat bee ant dog eel
  for (const std::string& file : {text, folder / "x.npy", folder / "y.npy"}) {
    INFO(file);
    CHECK(inspected({graph, "--embedding", file}, folder)["rank_correlation"].get<double>() == Approx(1));
  }
  // Without its ids, the first array is in another order.
  std::filesystem::remove(folder / "x.ids.csv");
  CHECK(inspected({graph, "--embedding", folder / "x.npy"}, folder)["rank_correlation"].get<double>() < 0.9);
  // What `cairn embed` writes can be read back.
  REQUIRE(
      run_cairn({"embed", graph, "--epochs", "2", "--anchors", "2", "--dim", "3", "--out", folder / "own.npy"}, folder)
          .exit_code == 0);
  CHECK(inspected({graph, "--embedding", folder / "own.npy"}, folder)["columns"] == 3);
}

TEST_CASE("cairn inspect: the curve goes over widths, its rank falls and its reach grows, and marks the own width",
          "[cli][inspect]") {
  const TemporaryFolder folder;
  const nlohmann::json found = inspected({"grid:12x12", "--anchors", "4", "--encoding-width", "3"}, folder);
  const nlohmann::json& curve = found["curve"];
  REQUIRE(curve.size() == 6);
  const double suggested = found["suggested_width"].get<double>();
  bool has_own = false;
  for (std::size_t i = 0; i < curve.size(); ++i) {
    has_own = has_own || curve[i]["width"] == 3;
    if (curve[i]["width"] == 3) {
      for (const char* key : {"columns", "stable_rank", "reach", "rank_correlation", "distortion", "collisions"}) {
        INFO(key);
        CHECK(curve[i][key] == found[key]);
      }
    }
    if (i == 0) continue;
    CHECK(curve[i]["width"].get<double>() > curve[i - 1]["width"].get<double>());
    CHECK(curve[i]["stable_rank"].get<double>() < curve[i - 1]["stable_rank"].get<double>());
    CHECK(curve[i]["reach"].get<double>() >= curve[i - 1]["reach"].get<double>());
  }
  CHECK(has_own);
  CHECK(curve.front()["width"].get<double>() == Approx(suggested / 4));
  CHECK(curve.back()["width"].get<double>() == Approx(4 * suggested));
  CHECK(inspected({"grid:12x12", "--anchors", "4", "--no-sweep"}, folder)["curve"].empty());
  // Without a width, the suggested one is taken.
  CHECK(inspected({"grid:12x12", "--anchors", "4"}, folder)["encoding"]["width"] == suggested);
  CHECK(inspected({"grid:12x12", "--anchors", "4"}, folder)["curve"].size() == 5);
  // Raw coordinates have no width: they stand beside the Gaussian's curve.
  const nlohmann::json raw = inspected({"grid:12x12", "--anchors", "4", "--encoding", "raw"}, folder);
  CHECK(raw["curve_encoding"] == "gaussian");
  CHECK(raw["curve"].size() == 5);
  CHECK(raw["rank_correlation"].get<double>() > found["rank_correlation"].get<double>());
}

TEST_CASE("cairn inspect: coverage is the share of nodes that the anchors reach", "[cli][inspect]") {
  const TemporaryFolder folder;
  // A path of four and one of six; the anchor sees its own.
  const std::string apart = folder.write("apart.csv", "0,1\n1,2\n2,3\n4,5\n5,6\n6,7\n7,8\n8,9\n");
  const nlohmann::json found = inspected({apart, "--anchor-nodes", "0"}, folder);
  CHECK(found["anchor_coverage"].get<double>() == Approx(0.4));
  CHECK(found["anchors"]["count"] == 1);
  CHECK(found["anchors"]["mean_nearest"].get<double>() == Approx(1.5));
  CHECK(found["anchors"]["worst_nearest"].get<double>() == 3);
  CHECK(found["collisions"] == 6);  // which know nothing, and are rows of zeros
  const nlohmann::json near = inspected({apart, "--anchor-nodes", "0,9", "--max-hops", "2"}, folder);
  CHECK(near["anchor_coverage"].get<double>() == Approx(0.6));
  CHECK(near["anchors"]["pairs"].get<double>() == Approx(0.3));
  // Also where something else is inspected.
  std::string rows;
  for (int u = 0; u < 10; ++u) rows += std::to_string(u) + "," + std::to_string(u * u) + "\n";
  const std::string file = folder.write("rows.csv", rows);
  CHECK(inspected({apart, "--anchor-nodes", "0", "--embedding", file}, folder)["anchor_coverage"].get<double>() ==
        Approx(0.4));
  CHECK(inspected({apart, "--anchor-nodes", "0", "--coordinates", "walk"}, folder)["anchor_coverage"].get<double>() ==
        Approx(0.4));
}

TEST_CASE("cairn inspect: all kinds of coordinates serve many graphs, parts that no path joins, and directed edges",
          "[cli][inspect]") {
  const TemporaryFolder folder;
  const std::string apart = folder.write("apart.csv", "0,1\n1,2\n2,0\n2,3\n4,5\n5,6\n7,7\n");
  std::string rows;
  for (int u = 0; u < 8; ++u) rows += std::to_string(u) + "," + std::to_string(u % 3) + "," + std::to_string(u) + "\n";
  const std::string file = folder.write("places.csv", rows);
  std::set<double> ranks;
  for (const std::string& coordinates : {std::string("distances"), std::string("inverse"), std::string("unit"),
                                         std::string("spectral"), std::string("walk"), std::string("degree"), file}) {
    INFO(coordinates);
    const nlohmann::json found = inspected({apart, "--coordinates", coordinates}, folder);
    CHECK(found["coordinates"]["source"] == coordinates);
    for (const char* key : figures) {
      INFO(key);
      CHECK(found.contains(key));
    }
    ranks.insert(found["stable_rank"].get<double>());
    if (coordinates == file) continue;
    CHECK(inspected({"grid:4x4+path:7+cycle:5", "--coordinates", coordinates}, folder)["pairs"].get<int>() > 0);
    CHECK(inspected({apart, "--directed", "--path-direction", "both", "--coordinates", coordinates}, folder)
              .contains("stable_rank"));
  }
  CHECK(ranks.size() == 7);  // each is something else
}

TEST_CASE("cairn inspect: where no path joins two nodes, what compares distances is null, and the rest is known",
          "[cli][inspect]") {
  const TemporaryFolder folder;
  folder.write("loose/edges.csv", "source,target\n2,2\n");
  folder.write("loose/labels.csv", "node,label\n0,a\n1,a\n2,b\n");
  for (const std::string& dataset : {std::string("path:1"), folder / "loose"}) {
    INFO(dataset);
    const nlohmann::json found = inspected({dataset, "--report", folder / "page.html"}, folder);
    for (const char* key : {"reach", "rank_correlation"}) CHECK(found[key].is_null());
    CHECK(found["distortion"]["mean"].is_null());
    CHECK(found["distortion"]["worst"].is_null());
    CHECK(found["pairs"] == 0);
    CHECK(found["stable_rank"].is_number());
    CHECK(found["collisions"].is_number());
    CHECK(found["anchor_coverage"].is_number());
    CHECK(contains(read_bytes(folder / "page.html"), "No path joins two nodes"));
  }
}

TEST_CASE("cairn inspect: the same for any threads, other pairs and anchors for another seed", "[cli][inspect]") {
  const TemporaryFolder folder;
  const auto run = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"grid:6x10", "--anchors", "3", "--pairs", "500", "--encoding-mode", "product"});
    return inspected(words, folder);
  };
  const nlohmann::json one = run({"--threads", "1"});
  CHECK(run({"--threads", "2"}) == one);
  CHECK(one["pairs"] == 500);
  CHECK(run({"--seed", "1"})["rank_correlation"] != one["rank_correlation"]);
  const std::string line = folder.write("line.csv", places(60));  // which no anchor has a say in
  const nlohmann::json pairs = run({"--no-sweep", "--embedding", line});
  CHECK(run({"--no-sweep", "--embedding", line, "--seed", "1"})["kernel"] != pairs["kernel"]);
}

TEST_CASE("cairn inspect: prints its figures, and its page has what was inspected in a ring on the curve",
          "[cli][inspect]") {
  const TemporaryFolder folder;
  const std::string line = folder.write("line.csv", places(30));
  const Finished run = run_cairn(
      {"inspect", "path:30", "--embedding", line, "--anchors", "2", "--report", folder / "page.html"}, folder);
  INFO(run.err);
  REQUIRE(run.exit_code == 0);
  const std::string page = read_bytes(folder / "page.html");
  for (const char* figure : {"stable rank", "reach", "rank correlation", "distortion, mean", "distortion, worst",
                             "collisions", "anchor coverage", "suggested width"}) {
    INFO(figure);
    CHECK(contains(run.out, figure));
    CHECK(contains(page, figure));
  }
  CHECK(contains(run.out, "gaussian encoding (simple) of distances by its width"));
  CHECK(contains(run.out, "suggested"));
  CHECK(contains(page, "line.csv on path:30"));
  CHECK(contains(page, "Rank against rank correlation"));
  CHECK(contains(page, "Rank against reach"));
  const Element root = PageReader(page).read();
  const auto circles = root.all("circle");
  // One in each of two charts, and one beside its name in each legend.
  CHECK(std::count_if(circles.begin(), circles.end(), [](const Element* c) { return c->has_class("hollow"); }) == 4);
  CHECK(run_cairn({"inspect", "karate", "--quiet"}, folder).out.empty());
}

TEST_CASE("cairn inspect: a width of the curve that cannot be encoded says why, and costs nothing else",
          "[cli][inspect]") {
  const TemporaryFolder folder;
  const std::string one = folder.write("one.csv", "0,1,2\n");
  // A component of one node has no eigenvectors to take landmarks from.
  const std::vector<std::string> words{"path:1",          "--embedding", one,        "--coordinates",     "spectral",
                                       "--encoding-mode", "product",     "--report", folder / "page.html"};
  const nlohmann::json found = inspected(words, folder);
  CHECK(found["stable_rank"].get<double>() == Approx(1));
  REQUIRE(found["curve"].size() == 5);
  for (const nlohmann::json& point : found["curve"]) CHECK(contains(point["not_measured"], "landmarks"));
  CHECK(contains(read_bytes(folder / "page.html"), "was not measured"));
  // Where that encoding is itself what is to be inspected, nothing is left.
  CHECK(run_cairn({"inspect", "path:1", "--coordinates", "spectral", "--encoding-mode", "product"}, folder).exit_code ==
        2);
}

TEST_CASE("cairn inspect: rows beyond 2 GiB are refused in words that say what takes less", "[cli][inspect][slow]") {
  const TemporaryFolder folder;
  const Finished wide =
      run_cairn({"inspect", "path:3000", "--anchors", "70", "--encoding-width", "1", "--no-sweep"}, folder);
  CHECK(wide.exit_code == 2);
  CHECK(contains(wide.err, "GB"));
  CHECK(contains(wide.err, "--encoding-mode product"));
  const Finished narrow =
      run_cairn({"inspect", "path:20", "--anchors", "2", "--encoding-width", "0.00001", "--no-sweep"}, folder);
  CHECK(narrow.exit_code == 2);
  CHECK(contains(narrow.err, "columns an axis"));
}

TEST_CASE("cairn inspect: options that make no sense end with 2, files that do not fit with 3 and their line",
          "[cli][inspect]") {
  const TemporaryFolder folder;
  const std::string words = folder.write("words.csv", "source,target\ncat,bee\nbee,ant\n");
  const std::string negative = folder.write("negative.csv", "source,target,weight\nant,bee,1\nbee,cat,-2\n");
  const std::string good = folder.write("good.csv", "cat,1\nbee,2\nant,3\n");
  const std::string stranger = folder.write("stranger.csv", "cat,1\nemu,2\n");
  const std::string missing = folder.write("missing.csv", "cat,1\nbee,2\n");
  const std::string nan = folder.write("nan.csv", "cat,1\nbee,nan\nant,3\n");
  write_npy(folder / "short.npy", Tensor({2, 1}, {1, 2}));
  const float not_a_number = std::numeric_limits<float>::quiet_NaN();
  write_npy(folder / "nan.npy", StoredArray{Shape{3, 1}, std::vector<float>{1, not_a_number, 3}});
  struct Case {
    int exit_code;
    std::vector<std::string> words;
    std::vector<std::string> parts;
  };
  const std::vector<Case> cases{
      {2, {words, "--encoding", "gausian"}, {"'gausian'", "gaussian"}},
      {2, {words, "--encoding", "raw", "--encoding-mode", "product"}, {"raw", "product"}},
      {2, {words, "--encoding-mode", "both"}, {"--encoding-mode", "'both'", "product"}},
      {2, {words, "--encoding-width", "-1"}, {"--encoding-width", "-1"}},
      {2, {words, "--encoding-width", "nan"}, {"--encoding-width", "nan"}},
      {2, {words, "--encoding-width", "inf"}, {"width", "inf"}},
      {2, {words, "--encoding-landmarks", "0"}, {"--encoding-landmarks"}},
      {2, {words, "--pairs", "0"}, {"--pairs"}},
      {2, {words, "--coordinates", "distance"}, {"'distance'", "spectral"}},
      {2, {words, "--coordinates", "given"}, {"'given'", "spectral"}},
      {2, {words, "--anchor-strategy", "best"}, {"'best'", "farthest"}},
      {2, {words, "--anchor-nodes", "emu"}, {"'emu'"}},
      {2, {words, "--coordinate-count", "0", "--coordinates", "walk"}, {"--coordinate-count"}},
      {3, {words, "--embedding", stranger}, {"stranger.csv:2", "'emu'"}},
      {3, {words, "--embedding", missing}, {"missing.csv:2", "3 nodes", "'ant'"}},
      {3, {words, "--embedding", nan}, {"nan.csv:2", "'nan'"}},
      {3, {words, "--embedding", folder / "short.npy"}, {"short.npy", "3 rows", "found 2"}},
      {3, {words, "--embedding", folder / "nan.npy"}, {"nan.npy", "finite", "row 1"}},
      {3, {words, "--embedding", folder / "none.npy"}, {"none.npy"}},
      {3, {words, "--coordinates", stranger}, {"stranger.csv:2", "'emu'"}},
      {3, {words, "--coordinates", folder / "none.csv"}, {"none.csv"}},
      {3, {negative, "--weighted-paths"}, {"negative", "-2", "'bee'", "'cat'"}},
      {3, {negative, "--coordinates", "spectral"}, {"negative", "-2", "'bee'", "'cat'"}},
      {5, {words, "--embedding", good, "--report", folder / "no/page.html"}, {"page.html"}}};
  for (const Case& expected : cases) {
    std::vector<std::string> line{"inspect"};
    line.insert(line.end(), expected.words.begin(), expected.words.end());
    line.insert(line.end(), {"--json", folder / "out.json"});
    const Finished run = run_cairn(line, folder);
    std::string command;
    for (const std::string& word : line) command += word + " ";
    INFO(command << "\n" << run.out << run.err);
    CHECK(run.exit_code == expected.exit_code);
    for (const std::string& part : expected.parts) CHECK(contains(run.err, part));
    CHECK_FALSE(std::filesystem::exists(folder / "out.json"));
    CHECK_FALSE(contains(run.out, "stable rank"));  // found before any work is done
  }
  CHECK(run_cairn({"inspect", words, "--embedding", good}, folder).exit_code == 0);
}
