#include "graph_io/node_rows.h"

#include <string>
#include <utility>
#include <vector>

#include "core/error.h"
#include "graph_io/npy.h"
#include "support/catch.h"
#include "support/temporary_folder.h"

using namespace cairn;

namespace {

const IdMap animals = IdMap::strings({"cat", "ant", "bee"});

std::vector<Real> values_of(const Tensor& rows) { return {rows.values().begin(), rows.values().end()}; }

/// Reads a text of that name; what it fails with, without the folder.
std::string fault(const std::string& name, const std::string& text, const IdMap& ids) {
  const support::TemporaryFolder folder;
  const auto path = folder.write(name, text);
  try {
    read_node_rows(path, ids);
  } catch (const InputError& error) {
    return std::string(error.what()).substr(folder.path().string().size() + 1);
  }
  return "nothing";
}

}  // namespace

TEST_CASE("node rows: a text gives each node its own row, whatever the order of its lines", "[graph_io][node_rows]") {
  const support::TemporaryFolder folder;
  const std::vector<Real> expected{5, 6, 1, 2, 3, 4};
  CHECK(values_of(read_node_rows(folder.write("a.csv", "node,e0,e1\nant,1,2\nbee,3,4\ncat,5,6\n"), animals)) ==
        expected);
  CHECK(values_of(read_node_rows(folder.write("b.txt", "# no header\ncat 5 6\n\nbee 3 4\nant 1 2"), animals)) ==
        expected);
  const IdMap numbers = IdMap::integers({-3, 7, 4000000000});
  CHECK(values_of(read_node_rows(folder.write("c", "7;1\n4000000000;2\n-3;3\n"), numbers)) ==
        std::vector<Real>{3, 1, 2});
  // A node that is called as the column is a node: its second cell is a number.
  CHECK(values_of(read_node_rows(folder.write("d.csv", "id,8\nx,9\n"), IdMap::strings({"x", "id"}))) ==
        std::vector<Real>{9, 8});
}

TEST_CASE("node rows: an array is in the order of the nodes, or of the ids that lie beside it",
          "[graph_io][node_rows]") {
  const support::TemporaryFolder folder;
  const auto path = folder / "x.npy";
  write_npy(path, Tensor({3, 2}, {1, 2, 3, 4, 5, 6}));
  CHECK(values_of(read_node_rows(path, animals)) == std::vector<Real>{1, 2, 3, 4, 5, 6});
  folder.write("x.ids.csv", "node\nbee\ncat\nant\n");
  CHECK(values_of(read_node_rows(path, animals)) == std::vector<Real>{3, 4, 5, 6, 1, 2});
  folder.write("y.ids.csv", "node\nNew York\n\"Washington, D.C.\"\n");
  write_npy(folder / "y.npy", Tensor({2, 1}, {1, 2}));
  CHECK(values_of(read_node_rows(folder / "y.npy", IdMap::strings({"Washington, D.C.", "New York"}))) ==
        std::vector<Real>{2, 1});
  write_npy(folder / "flat.npy", Tensor(Shape{3}, {7, 8, 9}));
  const Tensor flat = read_node_rows(folder / "flat.npy", animals);
  CHECK(flat.shape() == Shape{3, 1});
  CHECK(values_of(flat) == std::vector<Real>{7, 8, 9});
}

TEST_CASE("node rows: a faulty text is refused with its line", "[graph_io][node_rows]") {
  CHECK(fault("x.csv", "node,e0\nant,1\ndog,2\n", animals) == "x.csv:3: expected a node of the dataset, found 'dog'");
  CHECK(fault("x.csv", "ant,1\nbee,2\nant,3\n", animals) == "x.csv:3: expected each node once, found 'ant' again");
  CHECK(fault("x.csv", "ant,1\nbee,2\n", animals) ==
        "x.csv:2: expected a row for each of 3 nodes, found the end of the file and none for 'cat'");
  CHECK(fault("x.csv", "ant,1,2\nbee,2\n", animals) == "x.csv:2: expected 2 numbers, found 1");
  CHECK(fault("x.csv", "ant,1\nbee,nan\n", animals) == "x.csv:2: expected a finite number, found 'nan'");
  CHECK(fault("x.csv", "ant,inf\n", animals) == "x.csv:1: expected a finite number, found 'inf'");
  CHECK(fault("x.csv", "ant,1\nbee\n", animals) == "x.csv:2: expected a node and its numbers, found 'bee' alone");
  CHECK(fault("x.csv", "", animals) ==
        "x.csv: expected a row for each of 3 nodes, found the end of the file and none for 'cat'");
  CHECK(fault("x.csv", "007,1\n", IdMap::range(8)) == "x.csv:1: expected a node of the dataset, found '007'");
  // Room for a hundred million rows is not made for a file that cannot hold them.
  CHECK(fault("x.csv", "0,1,2,3\n", IdMap::range(100'000'000)) ==
        "x.csv:1: expected 100000000 rows as wide as this one, of 3, found a file of 8 bytes");
}

TEST_CASE("node rows: an array or ids that do not fit the nodes are refused", "[graph_io][node_rows]") {
  const support::TemporaryFolder folder;
  const auto fault_of = [&](const Tensor& rows, const std::string& ids) {
    write_npy(folder / "x.npy", rows);
    folder.write("x.ids.csv", ids);
    try {
      read_node_rows(folder / "x.npy", animals);
    } catch (const InputError& error) {
      return std::string(error.what()).substr(folder.path().string().size() + 1);
    }
    return std::string("nothing");
  };
  const Tensor good({3, 1}, {1, 2, 3});
  CHECK(fault_of(good, "node\nbee\ncat\nant\n") == "nothing");
  CHECK(fault_of(Tensor({2, 1}, {1, 2}), "node\nbee\ncat\n") == "x.npy: expected 3 rows, one a node, found 2");
  CHECK(fault_of(Tensor(Shape{3, 0}), "") == "x.npy: expected rows of numbers, [nodes, columns], found shape [3, 0]");
  CHECK(fault_of(Tensor(Shape{3, 1, 1}), "") ==
        "x.npy: expected rows of numbers, [nodes, columns], found shape [3, 1, 1]");
  CHECK(fault_of(good, "node\nbee\ncat\n") ==
        "x.ids.csv:3: expected a row for each of 3 nodes, found the end of the file and none for 'ant'");
  CHECK(fault_of(good, "node\nbee\ncat\nbee\n") == "x.ids.csv:4: expected each node once, found 'bee' again");
  CHECK(fault_of(good, "node\nbee\ncat\nemu\n") == "x.ids.csv:4: expected a node of the dataset, found 'emu'");
  CHECK(fault_of(good, "node\nbee\ncat\nant\nant\n") ==
        "x.ids.csv:5: expected 3 ids, an id a row of the array, found more");
  CHECK(fault_of(good, "node\nbee,1\n") == "x.ids.csv:2: expected an id, found 2 cells");
}
