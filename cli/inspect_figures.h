#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/inspect_subject.h"
#include "models/embedding_report.h"

namespace cairn::cli {

/// A point of the trade-off between rank and reach: an encoding of the coordinates at one width.
struct TradeOffPoint {
  double width = 0;
  Index columns = 0;
  EmbeddingReport report;
  std::string not_measured;  // why there is no report: of a width that this dataset cannot be encoded at; else empty
};

/// What `cairn inspect` found.
struct Inspection {
  std::string subject;     // what the figures are of: an encoding, or a file
  std::string embedding;   // that file; empty: an encoding
  Index columns = 0;       // of the subject
  EmbeddingReport report;  // of the subject; report.pairs is 0 where no path joins two nodes
  InspectedCoordinates coordinates;
  EncodingOptions encoding;              // the subject, unless there is an embedding
  EncodingOptions swept;                 // what the curve is of; its width means nothing
  std::vector<TradeOffPoint> trade_off;  // by ascending width; empty where it was not asked for

  /// Whether figures that compare distances are known at all.
  bool has_pairs() const { return report.pairs > 0; }
};

/// What is inspected, and how closely.
struct InspectOptions {
  std::string embedding;     // the file that `rows` come from; empty: encode the coordinates
  Tensor rows;               // [N, D] of the embedding
  EncodingOptions encoding;  // a width of 0: the suggested one
  bool sweep = true;         // measure the trade-off curve
  EmbeddingReportOptions report;
};

/// tell: called with a few words before each longer step.
/// The curve is of the encoding at a quarter, half, one, two and four times the suggested width and at its own; of a
/// Gaussian where the subject is raw coordinates, which have no width.
/// Throws as encoded_rows and report_embedding; a width of the curve that cannot be encoded says so in its point
/// instead.
Inspection inspect(const Dataset& dataset, InspectedCoordinates coordinates, const InspectOptions& options,
                   const std::function<void(const std::string&)>& tell);

}  // namespace cairn::cli
