#include "models/encoding_models.h"

#include <utility>

namespace cairn {

namespace {

const std::uint64_t cape_key = Rng(0).split("cape").key();  // of all encodings alike: the pass brings the seed

LearnableFourierOptions with_width(LearnableFourierOptions options, Index width) {
  options.width = (width + options.groups - 1) / options.groups * options.groups;
  return options;
}

}  // namespace

MovedCoordinates::MovedCoordinates(const CapeOptions& options)
    : options_(options),
      is_moved_(options.global_shift > 0 || options.local_shift > 0 || options.max_scale > 1 || options.flip_signs) {}

std::shared_ptr<const Coordinates> MovedCoordinates::at(const ModelInput& input, const Pass& pass) const {
  const std::shared_ptr<const Coordinates>& own = input.coordinates();
  if (moves(pass)) {
    return std::make_shared<const Coordinates>(cape_in_training(*own, options_, Rng(pass.draws(cape_key))));
  }
  return options_.center ? std::make_shared<const Coordinates>(cape_in_evaluation(*own, options_)) : own;
}

EncodingModel::EncodingModel(std::shared_ptr<const Encoding> encoding, Index width, const CapeOptions& cape, Rng rng)
    : encoding_(std::move(encoding)), coordinates_(cape), map_(encoding_->width(), width, rng) {}

Variable EncodingModel::rows(const ModelInput& input, const Pass& pass) const {
  const auto encode = [&] { return Variable::constant(encoding_->encode(*coordinates_.at(input, pass))); };
  if (coordinates_.moves(pass)) return encode();
  const std::lock_guard lock(mutex_);
  if (encoded_ != input.coordinates()) {
    rows_ = encode();
    encoded_ = input.coordinates();
  }
  return rows_;
}

Variable EncodingModel::embed(const ModelInput& input, const Pass& pass) const {
  return map_.forward(rows(input, pass));
}

FourierModel::FourierModel(LearnableFourierOptions options, Index width, const CapeOptions& cape, Rng rng)
    : coordinates_(cape), features_(with_width(options, width), rng) {
  if (features_.out_width() == width) return;
  Rng map_rng = rng.split("map");
  map_ = std::make_unique<Linear>(features_.out_width(), width, map_rng);
}

Variable FourierModel::embed(const ModelInput& input, const Pass& pass) const {
  const Variable rows = features_.forward(*coordinates_.at(input, pass));
  return map_ ? map_->forward(rows) : rows;
}

void FourierModel::visit(const ParameterVisitor& visitor) const {
  visitor("features", features_);
  if (map_) visitor("map", *map_);
}

}  // namespace cairn
