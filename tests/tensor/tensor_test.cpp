#include "tensor/tensor.h"

#include <utility>

#include "support/catch.h"
#include "support/tensors.h"

using namespace cairn;

TEST_CASE("shape: its size is the product of its extents, and of none it is 1", "[tensor]") {
  CHECK(Shape{2, 3, 4}.size() == 24);
  CHECK(Shape{2, 0, 4}.size() == 0);
  CHECK(Shape{}.size() == 1);
  CHECK(to_string(Shape{2708, 1433}) == "[2708, 1433]");
  CHECK(to_string(Shape{}) == "[]");
}

TEST_CASE("shape: a negative extent and a fifth one are refused", "[tensor]") {
  CHECK_THROWS_AS((Shape{2, -1}), ShapeError);
  CHECK_THROWS_AS((Shape{1, 1, 1, 1, 1}), ShapeError);
  Shape full{1, 1, 1, 1};
  CHECK_THROWS_AS(full.append(1), ShapeError);
}

TEST_CASE("tensor: copies share their values, a clone has its own", "[tensor]") {
  Tensor original({2, 2}, {1, 2, 3, 4});
  const Tensor copy = original;
  const Tensor clone = original.clone();
  original.at(0, 1) = 9;
  CHECK(copy.at(0, 1) == 9);
  CHECK(clone.at(0, 1) == 2);
}

TEST_CASE("tensor: a reshaped tensor shows the same values in the same order", "[tensor]") {
  Tensor original({2, 3}, {1, 2, 3, 4, 5, 6});
  const Tensor seen = original.reshaped({3, 2});
  CHECK(seen.at(2, 0) == 5);
  original.at(1, 1) = 7;
  CHECK(seen.at(2, 0) == 7);
  CHECK(original.shape() == Shape{2, 3});
  CHECK_THROWS_AS(original.reshaped({4, 2}), ShapeError);
}

TEST_CASE("tensor: values are row-major and rows are views of them", "[tensor]") {
  Tensor tensor({2, 3}, {1, 2, 3, 4, 5, 6});
  CHECK(tensor.row(1)[0] == 4);
  tensor.row(0)[2] = 8;
  CHECK(tensor.at(0, 2) == 8);
  CHECK(tensor.values()[2] == 8);
}

TEST_CASE("tensor: any rank can be seen as a matrix", "[tensor]") {
  CHECK(Tensor({2, 3, 4}).rows() == 2);
  CHECK(Tensor({2, 3, 4}).columns() == 12);
  CHECK(Tensor(Shape{5}).rows() == 5);
  CHECK(Tensor(Shape{5}).columns() == 1);
  CHECK(Tensor(Shape{}).rows() == 1);
  CHECK(Tensor(Shape{}).columns() == 1);
  CHECK(Tensor({0, 3}).columns() == 3);
}

TEST_CASE("tensor: a new one is filled, with zeros unless said otherwise", "[tensor]") {
  CHECK(support::same_bits(Tensor({1, 3}), Tensor({1, 3}, {0, 0, 0})));
  Tensor ones({1, 3}, Real(1));
  CHECK(support::same_bits(ones, Tensor({1, 3}, {1, 1, 1})));
  ones.fill(2);
  CHECK(support::same_bits(ones, Tensor({1, 3}, {2, 2, 2})));
}

TEST_CASE("tensor: the wrong number of values or too small a storage is refused", "[tensor]") {
  CHECK_THROWS_AS(Tensor({2, 2}, {1, 2, 3}), ShapeError);
  CHECK_THROWS_AS(Tensor({2, 2}, Storage::allocate(3)), ShapeError);
}

TEST_CASE("tensor: item() gives the one value, and refuses several or none", "[tensor]") {
  CHECK(Tensor({1, 1}, {3}).item() == 3);
  CHECK(Tensor(Shape{}, Real(4)).item() == 4);
  CHECK_THROWS_AS(Tensor({1, 2}).item(), ShapeError);
  CHECK_THROWS_AS(Tensor({0, 2}).item(), ShapeError);
}

TEST_CASE("tensor: no tensor is not the same as one without values", "[tensor]") {
  CHECK_FALSE(Tensor().defined());
  CHECK_FALSE(Tensor().clone().defined());
  CHECK(Tensor({0, 3}).defined());
}
