#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>

namespace cairn {

/// Which values a backward rule reads. A recorded operation keeps these until backward() and nothing else: the other
/// values go as soon as the last handle does. A rule that reads more than it says fails with an Error the first time.
class Reads {
 public:
  /// All inputs and the output: what holds for a rule that says nothing.
  static constexpr Reads everything() { return {all_inputs, true}; }
  static constexpr Reads nothing() { return {0, false}; }
  static constexpr Reads output() { return {0, true}; }
  /// The inputs at these places, each below 64.
  static constexpr Reads inputs(std::initializer_list<std::size_t> places) {
    std::uint64_t set = 0;
    for (const std::size_t place : places) set |= std::uint64_t{1} << place;
    return {set, false};
  }
  static constexpr Reads first_inputs(std::size_t count) {
    return {count < 64 ? (std::uint64_t{1} << count) - 1 : all_inputs, false};
  }
  static constexpr Reads all_of_the_inputs() { return {all_inputs, false}; }
  /// Of a product of inputs 0 and 1: the gradient of each is worked out from the other.
  static constexpr Reads of_product(bool wants_0, bool wants_1) {
    return {(wants_1 ? std::uint64_t{1} : 0) | (wants_0 ? std::uint64_t{2} : 0), false};
  }
  constexpr Reads and_output() const { return {inputs_, true}; }

  constexpr bool reads_output() const { return output_; }
  constexpr bool reads_input(std::size_t place) const {
    return inputs_ == all_inputs || (place < 64 && (inputs_ >> place & 1) != 0);
  }

 private:
  static constexpr std::uint64_t all_inputs = ~std::uint64_t{0};
  constexpr Reads(std::uint64_t inputs, bool output) : inputs_(inputs), output_(output) {}

  std::uint64_t inputs_;  // bit i: input i
  bool output_;
};

}  // namespace cairn
