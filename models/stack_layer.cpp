#include "models/stack_layer.h"

#include <utility>

namespace cairn {

namespace {

class ArcLayer : public StackLayer {
 public:
  explicit ArcLayer(std::unique_ptr<GraphLayer> layer) : layer_(std::move(layer)) {}
  std::optional<Normalization> form() const override { return layer_->normalization(); }
  Variable forward(const ModelInput& input, std::size_t place, const Input& x, const Pass& pass) const override {
    return layer_->forward(propagation_of(input, place), x, pass);
  }
  Variable rectified(const ModelInput& input, std::size_t place, const Input& x, const Pass& pass) const override {
    return layer_->rectified(propagation_of(input, place), x, pass);
  }
  Index out_width() const override { return layer_->out_width(); }
  bool attends() const override { return false; }
  void visit(const ParameterVisitor& visitor) const override { layer_->visit(visitor); }

 private:
  Propagation propagation_of(const ModelInput& input, std::size_t place) const {
    return form() ? input.propagation(*form(), place) : Propagation();
  }

  std::unique_ptr<GraphLayer> layer_;
};

class AttentionLayer : public StackLayer {
 public:
  AttentionLayer(const KernelAttentionOptions& options, Rng& rng) : attention_(options, rng) {}
  std::optional<Normalization> form() const override { return std::nullopt; }
  Variable forward(const ModelInput& input, std::size_t, const Input& x, const Pass&) const override {
    return attention_.forward(x, Variable(), input.attention());
  }
  Index out_width() const override { return attention_.out_width(); }
  bool attends() const override { return true; }
  void visit(const ParameterVisitor& visitor) const override { attention_.visit(visitor); }

 private:
  KernelAttention attention_;
};

}  // namespace

std::unique_ptr<StackLayer> make_stack_layer(std::string_view kind, const LayerOptions& options,
                                             const KernelAttentionOptions& attention, Rng& rng) {
  if (kind != "kernel-attention") return std::make_unique<ArcLayer>(make_layer(kind, options, rng));
  KernelAttentionOptions sized = attention;
  sized.in = options.in;
  sized.out = options.out;
  return std::make_unique<AttentionLayer>(sized, rng);
}

}  // namespace cairn
