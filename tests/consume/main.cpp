#include <cairn/autodiff/ops_loss.h>
#include <cairn/data/metrics.h>
#include <cairn/data/synthetic.h>
#include <cairn/models/prepare.h>
#include <cairn/nn/gcn.h>
#include <cairn/optim/adam.h>
#include <cstdio>

using namespace cairn;

struct Network : Module {  // two graph convolutions, put together by hand
  Gcn first, second;
  Network(Index in, Index out, Rng& rng) : first(in, 16, rng), second(16, out, rng) {}
  Variable scores(const ModelInput& input, const Pass& pass) const {
    const Propagation& arcs = input.propagation(*first.normalization());
    const Variable hidden = relu(first.forward(arcs, input.features(), pass));
    return second.forward(arcs, dropout(hidden, 0.5f, 1, pass), pass);
  }
  void visit(const ParameterVisitor& visitor) const override { visitor("first", first), visitor("second", second); }
};

int main() {
  const Dataset dataset = make_synthetic("sbm", 7);  // yours: read_dataset("folder"), <cairn/graph_io/dataset_folder.h>
  const FeaturePlan plan = plan_features(dataset, {});
  const ModelInput input = prepare_input(dataset, plan);
  Rng rng(1);
  const Split split = make_split(dataset.labels, {}, {}, rng);
  const Network network(plan.width, dataset.class_count(), rng);
  const std::vector<NamedParameter> parameters = parameters_of(network);
  Adam adam({.weight_decay = 5e-4f});
  for (Index epoch = 0; epoch < 100; ++epoch) {
    backward(cross_entropy(network.scores(input, Pass::training(1, epoch)), dataset.labels, split.train));
    adam.step(parameters, 0.01f);
    clear_gradients(parameters);
  }
  const Tensor scores = network.scores(input, Pass::evaluation()).value();
  const double accuracy = classification_metrics(scores, dataset.labels, split.test).accuracy;
  std::printf("test accuracy %.1f %%\n", 100 * accuracy);
  return accuracy > 0.6 ? 0 : 1;
}
