#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/model.h"
#include "models/node_batches.h"
#include "models/tasks/task.h"
#include "optim/optimizer.h"
#include "optim/schedule.h"
#include "tensor/named_tensors.h"

namespace cairn {

/// How an epoch is cut into steps.
struct TrainBatches {
  Index size = 0;               // nodes of a step; 0: one step an epoch, on all of them
  std::vector<Index> fan_outs;  // as BatchOptions has them
  Index path_fan_out = 0;       // likewise
};

struct TrainOptions {
  Index epochs = 200;
  Index patience = 0;  // epochs without a better score or a better tie-break on validation; 0: no early stop
  double learning_rate = 0.01;
  ScheduleOptions schedule;
  double clip_norm = 0;  // of a step
  TrainBatches batches = {};
  std::uint64_t seed = 0;  // of dropout and all else that is drawn at a step
};

struct EpochRecord {
  Index epoch = 0;        // counted from 1
  double train_loss = 0;  // mean over the epoch's training nodes, each at its step
  double learning_rate = 0;
  Metrics validation;  // empty where there is nothing to validate with
};

/// Training of one model, an epoch at a time: forward, backward, step, on all training nodes at once or on one batch of
/// them after the other with sampled neighbors and paths (NodeBatches); then validation, layer by layer on the whole
/// graph, and along paths as the input says (ModelInput::path_batches). Keeps the weights of
/// the best validation epoch; without anything to validate with, the last ones. An epoch is judged on the input that it
/// was trained on.
class Trainer {
 public:
  /// Model, task, input and optimizer must outlive the trainer. Throws UsageError where batches are asked for and model
  /// or task know none, and as NodeBatches.
  Trainer(const Model& model, const Task& task, InputSource& input, Optimizer& optimizer, const TrainOptions& options);

  bool done() const;
  /// Trains one epoch. Throws NumericError naming operation and epoch where numbers went bad.
  const EpochRecord& advance();
  /// Puts the best weights into the model.
  void restore_best();

  Index epochs_run() const { return epochs_run_; }
  Index best_epoch() const { return best_epoch_; }  // counted from 1
  EpochQuality best_quality() const { return best_; }
  const EpochRecord& last_epoch() const { return last_; }

  /// The best weights as arrays "<prefix><parameter>".
  void save_best(NamedTensors& to, const std::string& prefix) const;
  /// Everything that another trainer of the same model, task and options needs to go on to the same bits.
  void save(NamedTensors& to, const std::string& prefix) const;
  /// Throws Error naming what is missing or does not fit.
  void restore(const NamedTensors& from, const std::string& prefix);

 private:
  /// The loss of a step: of the epoch, or of one of its batches.
  Variable loss_of(Index epoch, Index batch);
  void keep_if_best();
  [[noreturn]] void report_bad_numbers(Index epoch, Index batch);

  const Model& model_;
  const Task& task_;
  InputSource& input_;
  Optimizer& optimizer_;
  TrainOptions options_;
  std::vector<NamedParameter> parameters_;  // of the model, then of the task
  std::optional<NodeBatches> batches_;

  Index epochs_run_ = 0;
  Index best_epoch_ = 0;
  Index last_progress_ = 0;  // epoch at which score or tie-break was last the highest so far
  EpochQuality best_;
  double highest_tie_break_ = 0;
  std::vector<Tensor> best_values_;
  EpochRecord last_;
};

}  // namespace cairn
