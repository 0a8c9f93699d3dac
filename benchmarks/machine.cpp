#include "benchmarks/machine.h"

#include <cblas.h>

#include <cstdint>
#include <cstring>

#include "core/parallel.h"
#include "core/rng.h"
#include "tensor/tensor.h"

namespace cairn::benchmarks {

namespace {

double copy_rate(bool smoke) {
  const Index bytes = (smoke ? Index{4} : Index{384}) << 20;
  const Index size = bytes / static_cast<Index>(sizeof(Real));
  const Tensor from({size}, Real(1));
  Tensor to({size}, Real(0));
  constexpr Index block = Index{1} << 18;
  const Spread spread = time_runs(
      [&] {
        parallel_blocks(size, block, [&](Index begin, Index end) {
          std::memcpy(to.data() + begin, from.data() + begin, static_cast<std::size_t>(end - begin) * sizeof(Real));
        });
      },
      smoke ? 0.01 : 1, 5);
  return 2 * static_cast<double>(bytes) / spread.min;
}

double product_rate(bool smoke) {
  const int extent = smoke ? 128 : 1024;
  const Index threads = thread_count();
  const Index size = static_cast<Index>(extent) * extent;
  const Tensor a({threads, size}, Real(1));
  const Tensor b({threads, size}, Real(1));
  Tensor c({threads, size});
  const auto multiply = [&](Index thread) {
#ifdef CAIRN_REAL_DOUBLE
    cblas_dgemm
#else
    cblas_sgemm
#endif
        (CblasRowMajor, CblasNoTrans, CblasNoTrans, extent, extent, extent, 1, a.data() + thread * size, extent,
         b.data() + thread * size, extent, 0, c.data() + thread * size, extent);
  };
  const Spread spread = time_runs(
      [&] {
        parallel_blocks(threads, 1, [&](Index begin, Index end) {
          for (Index thread = begin; thread < end; ++thread) multiply(thread);
        });
      },
      smoke ? 0.01 : 1, 5);
  const double operations = 2.0 * extent * extent * extent * static_cast<double>(threads);
  return operations / spread.min;
}

}  // namespace

MachineLimits measure_limits(bool smoke) {
  const MachineLimits limits{copy_rate(smoke), product_rate(smoke)};
  release_pooled_memory();  // the arrays of the copy are the largest of all
  return limits;
}

double measure_gather(Index row_count, Index row_bytes, bool smoke) {
  constexpr Index line = 64;
  constexpr Index ahead = 32;  // rows: enough requests on the way to hide the time each takes
  const Index lines_per_row = (row_bytes + line - 1) / line;
  const std::vector<std::uint64_t> table(static_cast<std::size_t>(row_count * lines_per_row * line / 8), 1);
  const Index picks = std::max<Index>(smoke ? 1000 : 100000, smoke ? 0 : (Index{1} << 22) / lines_per_row);
  Rng rng(1);
  std::vector<std::int32_t> ids(static_cast<std::size_t>(picks + ahead));
  for (auto& id : ids) id = static_cast<std::int32_t>(rng.below(row_count));
  constexpr Index block = 8192;
  std::vector<std::uint64_t> sums(static_cast<std::size_t>((picks + block - 1) / block));
  const Spread spread = time_runs(
      [&] {
        parallel_blocks(picks, block, [&](Index begin, Index end) {
          std::uint64_t sum = 0;
          for (Index k = begin; k < end; ++k) {
            const std::uint64_t* const next =
                table.data() + ids[static_cast<std::size_t>(k + ahead)] * lines_per_row * 8;
            const std::uint64_t* const row = table.data() + ids[static_cast<std::size_t>(k)] * lines_per_row * 8;
            for (Index i = 0; i < lines_per_row; ++i) {
              __builtin_prefetch(next + i * 8);
              sum += row[i * 8];
            }
          }
          sums[static_cast<std::size_t>(begin / block)] = sum;
        });
      },
      smoke ? 0.005 : 0.3, 3);
  return static_cast<double>(picks * lines_per_row * line) / spread.min;
}

}  // namespace cairn::benchmarks
