#include <fmt/format.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cli/common.h"
#include "cli/console.h"
#include "cli/verb.h"
#include "core/error.h"
#include "data/reorder.h"
#include "graph/node_order.h"
#include "graph_io/formats.h"

namespace cairn::cli {

namespace {

class Convert : public Verb {
 public:
  void declare(OptionList& options) override {
    cli::declare(options, dataset_);
    options.text("out", "PATH", "Output", "a folder or a file; told by its extension", out_);
    options.text("format", "NAME", "Output", "what to write, whatever the extension", format_);
    options.text("order", "NAME", "Output",
                 "of the nodes in a store: given, degree, bfs or rcm (neighbors close together); ids stay", order_);
    options.flag("overwrite", "Output", "replace a dataset that stands there", overwrite_);
    cli::declare(options, common_);
    declare_seed(options, seed_);
    declare_dataset_names(options);
  }

  int run() override {
    if (out_.empty()) throw UsageError("convert: expected --out PATH");
    if (!format_.empty()) find_format(format_);
    const NodeOrder order = node_order_of(order_);
    if (order != NodeOrder::given && format_to_write(out_, format_).name != "store") {
      throw UsageError("--order: expected a store (--out X.cairn), as other formats keep nodes by their ids");
    }
    prepare(common_);
    Console console(common_.quiet);
    Dataset dataset = load_dataset(dataset_, seed_);
    if (order != NodeOrder::given) dataset = reordered(dataset, node_order(dataset.graph, order));
    const std::vector<std::string_view> lost = left_out(dataset, out_, format_);
    write_dataset(dataset, out_, format_, {.overwrite = overwrite_});
    console.say("{}: {}", dataset.name, counts_text(dataset));
    console.say("written to {}", out_);
    if (!lost.empty()) console.say("left out, as this format has no place for it: {}", fmt::join(lost, ", "));
    if (!common_.json.empty()) {
      write_json(common_.json, Json::object()
                                   .set("dataset", counts_json(dataset))
                                   .set("out", out_)
                                   .set("left_out", Json::array_of(lost))
                                   .set("version", version()));
    }
    return 0;
  }

 private:
  DatasetOptions dataset_;
  CommonOptions common_;
  std::uint64_t seed_ = 0;
  std::string out_;
  std::string format_;
  std::string order_ = "given";
  bool overwrite_ = false;
};

}  // namespace

std::unique_ptr<Verb> make_convert() { return std::make_unique<Convert>(); }

}  // namespace cairn::cli
