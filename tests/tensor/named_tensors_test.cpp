#include "tensor/named_tensors.h"

#include "support/catch.h"
#include "support/tensors.h"

using namespace cairn;

TEST_CASE("named tensors: a tensor stored and restored has the same bits and its own memory", "[tensor]") {
  Rng rng(1);
  Tensor tensor = support::random_tensor({3, 4}, rng);
  const StoredArray stored = to_stored(tensor);
  const Tensor before = tensor.clone();
  tensor.fill(0);
  CHECK(support::same_bits(to_tensor(stored), before));
}

TEST_CASE("named tensors: float and double both become Real, integers are refused", "[tensor]") {
  CHECK(to_tensor({Shape{2}, std::vector<float>{0.5F, 2}}).values()[0] == Real(0.5));
  CHECK(to_tensor({Shape{2}, std::vector<double>{0.5, 2}}).values()[1] == Real(2));
  CHECK_THROWS_AS(to_tensor({Shape{1}, std::vector<std::int64_t>{1}}), ShapeError);
  CHECK_THROWS_AS(to_tensor({Shape{1}, std::vector<std::uint8_t>{1}}), ShapeError);
}

TEST_CASE("named tensors: a shape that does not fit the values is refused", "[tensor]") {
  CHECK_THROWS_AS(to_tensor({Shape{3}, std::vector<float>{1, 2}}), ShapeError);
}

TEST_CASE("named tensors: what is missing is named", "[tensor]") {
  NamedTensors tensors;
  tensors.arrays.emplace("weight", StoredArray{Shape{1}, std::vector<float>{1}});
  tensors.metadata.emplace("classes", "2");
  CHECK(find_array(tensors, "weight").shape == Shape{1});
  CHECK(find_metadata(tensors, "classes") == "2");
  CHECK_THROWS_WITH(find_array(tensors, "bias"), "tensor 'bias' is missing");
  CHECK_THROWS_WITH(find_metadata(tensors, "anchors"), "metadata 'anchors' is missing");
}

TEST_CASE("named tensors: views hold the same values without a copy", "[tensor]") {
  NamedTensors tensors;
  tensors.arrays.emplace("weight", StoredArray{Shape{1, 2}, std::vector<float>{1, 2}});
  tensors.arrays.emplace("bytes", StoredArray{Shape{1}, std::vector<std::uint8_t>{7}});
  tensors.metadata.emplace("classes", "2");
  const NamedViews views = views_of(tensors);
  CHECK(views.metadata == tensors.metadata);
  REQUIRE(views.arrays.size() == 2);
  const ArrayView& weight = views.arrays.at("weight");
  CHECK(weight.shape == Shape{1, 2});
  const auto values = std::get<std::span<const float>>(weight.values);
  CHECK(values.size() == 2);
  CHECK(values.data() == std::get<std::vector<float>>(tensors.arrays.at("weight").values).data());
  CHECK(std::get<std::span<const std::uint8_t>>(views.arrays.at("bytes").values)[0] == 7);
}
