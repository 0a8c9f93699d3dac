#include "models/search/cell_shapes.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "core/error.h"

namespace cairn {

namespace {

constexpr std::array<std::string_view, 9> operations{"gat",  "gcn",   "gin", "cheb", "sage",
                                                     "arma", "graph", "fc",  "skip"};
constexpr Index skip = 8;
constexpr std::array<std::array<Index, cell_nodes>, 9> shapes{{{0, 0, 0, 0},
                                                               {0, 0, 0, 1},
                                                               {0, 0, 1, 1},
                                                               {0, 0, 1, 2},
                                                               {0, 0, 1, 3},
                                                               {0, 1, 1, 1},
                                                               {0, 1, 1, 2},
                                                               {0, 1, 2, 2},
                                                               {0, 1, 2, 3}}};

std::size_t place(Index i) { return static_cast<std::size_t>(i); }

void check_cell(const Cell& cell) {
  for (Index i = 0; i < cell_nodes; ++i) {
    const Index input = cell.inputs[place(i)];
    const Index operation = cell.operations[place(i)];
    if (input < 0 || input > i) throw Error(fmt::format("cell: node {} cannot read node {}", i + 1, input));
    if (operation < 0 || operation >= static_cast<Index>(operations.size())) {
      throw Error(fmt::format("cell: no operation has number {}", operation));
    }
  }
}

/// Whether node k (from 0) moves to the front, so that cells that differ in its place alone are one.
bool floats(const Cell& cell, Index k) {
  if (cell.operations[place(k)] != skip) return false;
  bool read = false;
  bool alone = true;
  for (Index j = 0; j < cell_nodes; ++j) {
    read = read || cell.inputs[place(j)] == k + 1;
    alone = alone && (j == k || cell.inputs[place(j)] != cell.inputs[place(k)]);
  }
  bool raw = true;  // skips alone between the raw input and here
  for (Index node = k; node >= 0; node = cell.inputs[place(node)] - 1)
    raw = raw && cell.operations[place(node)] == skip;
  return read || alone || raw;
}

/// Node k as the first, read by all that read the raw input; who read k reads what k read.
Cell with_front(const Cell& cell, Index k) {
  Cell moved;
  moved.operations[0] = cell.operations[place(k)];
  Index next = 1;
  for (Index j = 0; j < cell_nodes; ++j) {
    if (j == k) continue;
    Index input = cell.inputs[place(j)];
    if (input == k + 1) input = cell.inputs[place(k)];
    moved.inputs[place(next)] = input <= k ? input + 1 : input;  // nodes before k have moved one up
    moved.operations[place(next)] = cell.operations[place(j)];
    ++next;
  }
  return moved;
}

Index shape_place(const Cell& cell) { return std::find(shapes.begin(), shapes.end(), cell.inputs) - shapes.begin(); }

Index key_as_it_stands(const Cell& cell) {
  Index key = shape_place(cell);
  for (const Index operation : cell.operations) key = 10 * key + operation;
  return key;
}

}  // namespace

std::span<const std::string_view> cell_operations() { return operations; }
std::span<const std::array<Index, cell_nodes>> cell_shapes() { return shapes; }

Cell canonical_cell(const Cell& cell) {
  check_cell(cell);
  Cell floated = cell;
  for (Index k = 0; k < cell_nodes; ++k) {
    if (floats(floated, k)) floated = with_front(floated, k);
  }
  // Of all orders that give one of the nine shapes, the one with the lowest key sorts equal siblings.
  std::array<Index, cell_nodes> order{};  // new place of each node
  std::iota(order.begin(), order.end(), Index{0});
  Cell best;
  Index best_key = -1;
  do {
    Cell ordered;
    bool possible = true;
    for (Index i = 0; i < cell_nodes; ++i) {
      const Index input = floated.inputs[place(i)];
      const Index moved = input == 0 ? 0 : order[place(input - 1)] + 1;
      possible = possible && moved <= order[place(i)];
      ordered.inputs[place(order[place(i)])] = moved;
      ordered.operations[place(order[place(i)])] = floated.operations[place(i)];
    }
    if (!possible || shape_place(ordered) == static_cast<Index>(shapes.size())) continue;
    const Index key = key_as_it_stands(ordered);
    if (best_key < 0 || key < best_key) {
      best = ordered;
      best_key = key;
    }
  } while (std::next_permutation(order.begin(), order.end()));
  return best;
}

Index cell_key(const Cell& cell) { return key_as_it_stands(canonical_cell(cell)); }

std::string describe(const Cell& cell) {
  check_cell(cell);
  std::string text;
  for (const Index input : cell.inputs) text += std::to_string(input);
  for (std::size_t i = 0; i < cell.operations.size(); ++i) {
    text += i == 0 ? ' ' : ',';
    text += operations[place(cell.operations[i])];
  }
  return text;
}

SearchSpace cell_space() {
  SearchSpace space;
  for (Index i = 1; i <= cell_nodes; ++i) {
    space.decisions.push_back({fmt::format("operation {}", i), {operations.begin(), operations.end()}});
  }
  for (Index i = 2; i <= cell_nodes; ++i) {
    SearchDecision input{fmt::format("input {}", i), {"raw"}, 1};
    for (Index j = 1; j < i; ++j) input.options.push_back(fmt::format("node {}", j));
    space.decisions.push_back(std::move(input));
  }
  return space;
}

Cell cell_of(const Architecture& architecture) {
  check_architecture(cell_space(), architecture);
  Cell cell;
  std::copy_n(architecture.begin(), cell_nodes, cell.operations.begin());
  std::copy_n(architecture.begin() + cell_nodes, cell_nodes - 1, cell.inputs.begin() + 1);
  return cell;
}

Architecture architecture_of(const Cell& cell) {
  check_cell(cell);
  Architecture architecture(cell.operations.begin(), cell.operations.end());
  architecture.insert(architecture.end(), cell.inputs.begin() + 1, cell.inputs.end());
  return architecture;
}

}  // namespace cairn
