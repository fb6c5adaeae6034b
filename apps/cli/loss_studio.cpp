// skew loss studio: the page in which losses are turned by hand.
#include <iostream>

#include "apps/cli/loss.h"
#include "apps/cli/loss_output.h"
#include "apps/studio/page.h"

namespace skew {

void add_loss_studio(CLI::App& loss, Run& run) {
  struct StudioArgs {
    std::string out = "studio.html", predictions;
  };
  auto args = std::make_shared<StudioArgs>();
  CLI::App* command =
      loss.add_subcommand("studio", "one offline web page with a slider for every number")->allow_extras();
  command->add_option("-o,--out", args->out, "the HTML file")->capture_default_str();
  command->add_option("--predictions", args->predictions,
                      "predictions.csv of skew eval or predict: its scores below the curves");
  command->callback([command, args, &run] {
    run = [command, args] {
      free_options(*command, "");
      const studio::Scores scores =
          args->predictions.empty() ? studio::Scores{} : studio::read_scores(args->predictions);
      write_text(args->out, studio::page(scores));
      std::cout << "open   " << args->out << "   in a browser; it needs no network\n";
      if (!studio::has_module())
        std::cout << "note   built without a WebAssembly compiler: figures at the defaults, no sliders\n";
      return 0;
    };
  });
}

}  // namespace skew
