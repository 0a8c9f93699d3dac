#include "kernels/walk_steps.h"

#include <cmath>
#include <vector>

#include "kernels/vector_kernels.h"
#include "support/catch.h"
#include "support/graphs.h"

using namespace cairn;

TEST_CASE("walk steps: at every vector level y becomes a P x + b x - c y, weights or none, 1 to 4 panels",
          "[kernels][walk_steps]") {
  constexpr Index nodes = 40;
  constexpr Index width = kernels::WalkStep::width;
  for (const bool weighted : {false, true}) {
    for (Index panels = 1; panels <= kernels::WalkStep::most_panels; ++panels) {
      Rng rng(1);
      const Graph graph = support::random_graph(nodes, 90, rng, {.weighted = weighted});
      const auto random = [&] {
        std::vector<double> values(static_cast<std::size_t>(panels * nodes * width));
        for (double& value : values) value = static_cast<double>(rng.uniform(-1, 1));
        return values;
      };
      const std::vector<double> x = random();
      const std::vector<double> before = random();
      std::vector<double> inverse;
      for (Index u = 0; u < nodes; ++u) inverse.push_back(static_cast<double>(rng.uniform(0, 1)));
      for (const double c : {0.0, 0.7}) {
        for (const auto level :
             {kernels::VectorLevel::baseline, kernels::VectorLevel::avx2, kernels::VectorLevel::avx512}) {
          kernels::limit_vector_level(level);
          // Where c = 0 nothing of y is looked at.
          std::vector<double> y = c == 0 ? std::vector<double>(x.size(), std::nan("")) : before;
          const kernels::WalkStep step{.offsets = graph.offsets().data(),
                                       .targets = graph.targets().data(),
                                       .weights = weighted ? graph.weights().data() : nullptr,
                                       .inverse_sums = inverse.data(),
                                       .x = x.data(),
                                       .y = y.data(),
                                       .panels = panels,
                                       .panel_stride = nodes * width,
                                       .a = 1.5,
                                       .b = -0.25,
                                       .c = c};
          kernels::walk_kernels().step(step, 0, nodes / 2);
          kernels::walk_kernels().step(step, nodes / 2, nodes);
          double worst = 0;
          for (std::size_t i = 0; i < x.size(); ++i) {
            const std::size_t u = i / width % nodes;
            const std::size_t panel = i / (nodes * width) * (nodes * width);
            double sum = 0;
            for (auto arc = static_cast<std::size_t>(graph.offsets()[u]);
                 arc < static_cast<std::size_t>(graph.offsets()[u + 1]); ++arc) {
              const auto v = static_cast<std::size_t>(graph.targets()[arc]);
              sum += (weighted ? static_cast<double>(graph.weights()[arc]) : 1.0) * x[panel + v * width + i % width];
            }
            const double old = c == 0 ? 0 : c * before[i];
            worst = std::max(worst, std::abs(y[i] - (1.5 * inverse[u] * sum - 0.25 * x[i] - old)));
          }
          CHECK(worst < 1e-14);  // tens of terms of at most 1
        }
      }
      kernels::limit_vector_level(kernels::VectorLevel::avx512);
    }
  }
}
