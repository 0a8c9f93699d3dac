/// @file
/// What encodings are worth, in experiments of seconds: the laws of their stable rank, signals and images read out by a
/// linear layer, and smooth targets on graphs. All draws come from the seeds; readouts are solved, not trained
/// (ridge.h).
/// Source: Zheng, Ramasinghe and Lucey 2021 and ECCV 2022 for the laws and the signals; the graphs are ours.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "position/encoding.h"

namespace cairn::benchmarks {

/// A stable rank, and what theory says of it.
struct StableRankRow {
  std::string encoding;  ///< name in the table of encodings
  double width = 0;      ///< of a period or range of 1
  double measured = 0;   ///< stable_rank()
  double law = 0;        ///< what theory says
};
/// 256 places on a closed axis of length 1, 1000 shifts: Gaussians of widths 0.1 to 0.002 against 1 / (2 sqrt(pi)
/// width), impulse against 256, sine against 2, square against pi^2 / 4.
[[nodiscard]] std::vector<StableRankRow> stable_rank_laws();

/// Stable rank x reach of a Gaussian, which is sqrt(ln 10 / pi) = 0.856 for every width.
struct TradeOffRow {
  double width = 0;        ///< of a range of 1
  double stable_rank = 0;  ///< of 256 places
  double reach = 0;        ///< of a range of 1
};
/// Widths 0.05 to 0.002 on the same axis; the reach from 4096 places.
[[nodiscard]] std::vector<TradeOffRow> trade_off_curve();

/// How well a linear readout follows signals that it saw half of.
struct SignalRow {
  std::string encoding;   ///< "gaussian", "rff" of the same kernel, "raw", "pair" (one sine and cosine)
  double width = 0;       ///< of a range of 1; 0 where there is none
  double train_psnr = 0;  ///< dB, from the mean squared error over all signals
  double test_psnr = 0;   ///< dB, of what was not seen
};
/// How signals are made and read out.
struct SignalOptions {
  Index points = 512;      ///< even ones train, odd ones test
  Index signals = 10;      ///< random, of amplitude 1 / frequency, scaled to [0, 1]
  Index count = 1000;      ///< shifts or, half as many, frequencies
  double strength = 1e-6;  ///< of the ridge
  std::vector<double> widths{0.1, 0.05, 0.02, 0.01, 0.007, 0.005, 0.003, 0.002, 0.001, 0.0005};  ///< of gaussians
  std::uint64_t seed = 0;                                                                        ///< of all draws
};
/// The inverted U over the width. @throws UsageError for less than 8 points or no signals
[[nodiscard]] std::vector<SignalRow> signal_readouts(const SignalOptions& options = {});

/// How well a linear readout follows an image that it saw a quarter of.
struct ImageRow {
  std::string encoding;   ///< "raw", "simple" (two axes), "diagonals" (and their half sum and difference), "product"
  double width = 0;       ///< of a range of 1
  double train_psnr = 0;  ///< dB, of what was seen
  double test_psnr = 0;   ///< dB, of what was not seen
};
/// How the image is made and read out.
struct ImageOptions {
  Index side = 128;        ///< pixels; those even on both axes train, those odd on both test
  Index count = 128;       ///< shifts an axis
  double strength = 1e-4;  ///< of the ridge
  std::vector<double> widths{0.1, 0.05, 0.02, 0.01, 0.005, 0.002};  ///< of gaussians
  std::uint64_t seed = 0;                                           ///< of all draws
};
/// A made image, soft shapes on a slope: simple and product encodings by Gaussians. @throws UsageError for less than 8
/// pixels a side
[[nodiscard]] std::vector<ImageRow> image_readouts(const ImageOptions& options = {});

/// How well a linear readout follows smooth targets on a graph that it saw half of.
struct GraphRow {
  std::string encoding;                      ///< "raw", "inverse" (1 / (1 + hops)), "impulse", "gaussian"
  EncodingMode mode = EncodingMode::simple;  ///< of the encoding
  double width = 0;                          ///< hops; 0 where there is none
  double stable_rank = 0;                    ///< of the rows of all nodes
  double train_nmse = 0;  ///< mean over targets of: squared errors / squared deviations from the mean, on these nodes
  double test_nmse = 0;   ///< the same on the other nodes
};
/// All rows of one graph.
struct GraphReadouts {
  Index nodes = 0;             ///< of the largest component, on which all is measured
  Index largest_hops = 0;      ///< to an anchor
  double suggested_width = 0;  ///< suggested_width()
  std::vector<GraphRow> rows;  ///< raw and inverse, then both modes of impulse and of gaussian at each width
};
/// How graphs and targets are made and read out.
struct GraphReadoutOptions {
  Index graphs = 4;        ///< each with its own anchors, targets and split
  Index nodes = 900;       ///< drawn in the square
  double radius = 0.066;   ///< of a unit square: 900 nodes then have 12 neighbors and a diameter near 24 hops
  Index anchors = 6;       ///< random
  Index waves = 24;        ///< of the target: random directions and phases, k turns a unit with amplitude 1 / (1/2 + k)
  Index targets = 10;      ///< a graph; with one, figures say as much of its shape as of the encoding
  double strength = 1e-2;  ///< of the ridge
  Index landmarks = 512;   ///< of product mode
  std::vector<double> widths{0.5, 1, 2, 4, 8};  ///< of gaussians
  std::uint64_t seed = 0;                       ///< of the first graph; the others follow
};
/// Random geometric graphs, hops to random anchors, targets smooth in the square. @throws UsageError as
/// geometric_graph, and for no graphs or targets
[[nodiscard]] std::vector<GraphReadouts> graph_readouts(const GraphReadoutOptions& options = {});

}  // namespace cairn::benchmarks
