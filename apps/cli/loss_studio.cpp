// skew loss studio: the page in which losses are turned by hand.
#include <iostream>

#include "apps/cli/loss.h"
#include "apps/cli/loss_output.h"
#include "apps/studio/page.h"

namespace skew {

void add_loss_studio(Command& loss) {
  struct StudioArgs {
    std::string out = "studio.html", predictions;
  };
  auto a = std::make_shared<StudioArgs>();
  Command& command = loss.add("studio", "one offline web page with a slider for every number", [a] {
    write_text(a->out, studio::page(a->predictions.empty() ? studio::Scores{} : studio::read_scores(a->predictions)));
    std::cout << "open   " << a->out << "   in a browser; it needs no network\n";
    if (!studio::has_module())
      std::cout << "note   built without a WebAssembly compiler: figures at the defaults, no sliders\n";
    return 0;
  });
  command.option("-o,--out", a->out, "the HTML file  [studio.html]", {.as = "FILE"});
  command.option("--predictions", a->predictions,
                 "predictions.csv of skew eval or predict: its scores below the curves", {.as = "FILE"});
  command.example("skew loss studio -o studio.html", "the page; open it in a browser");
}

}  // namespace skew
