#include <fmt/format.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cli/common.h"
#include "cli/console.h"
#include "cli/verb.h"
#include "core/error.h"
#include "graph_io/formats.h"

namespace cairn::cli {

namespace {

class Convert : public Verb {
 public:
  void declare(OptionList& options) override {
    cli::declare(options, dataset_);
    options.text("out", "PATH", "Output", "a folder or a file; told by its extension", out_);
    options.text("format", "NAME", "Output", "what to write, whatever the extension", format_);
    options.flag("overwrite", "Output", "replace a dataset that stands there", overwrite_);
    cli::declare(options, common_);
    declare_seed(options, seed_);
    declare_dataset_names(options);
  }

  int run() override {
    if (out_.empty()) throw UsageError("convert: expected --out PATH");
    if (!format_.empty()) find_format(format_);
    prepare(common_);
    Console console(common_.quiet);
    const Dataset dataset = load_dataset(dataset_, seed_);
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
  bool overwrite_ = false;
};

}  // namespace

std::unique_ptr<Verb> make_convert() { return std::make_unique<Convert>(); }

}  // namespace cairn::cli
