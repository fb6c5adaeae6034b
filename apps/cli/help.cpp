// skew help, skew version; the manual pages and the completion that an installation holds.
#include <iostream>

#include "apps/cli/command.h"
#include "apps/cli/manual.h"

namespace skew {

void add_help(Command& skew) {
  struct HelpArgs {
    std::vector<std::string> words;
    std::string manuals;
  };
  auto a = std::make_shared<HelpArgs>();
  Command& command = skew.add("help", "what a command does and how it is told", [a, &skew] {
    if (!a->manuals.empty()) {
      const int pages = write_manuals(skew, a->manuals);
      std::cout << a->manuals << ": " << pages << " manual pages and the completion of bash\n";
      return 0;
    }
    std::cout << (a->words.empty() ? skew.screen() : skew.find(a->words).help());
    return 0;
  });
  command.option("command", a->words, "which", {.as = "COMMAND"});
  command.option("--manuals", a->manuals, "write manual pages and bash completion there instead", {.as = "DIR"});
  command.example("skew help train", "the options of one command");
  command.example("skew help loss eval", "of one in a group");
  skew.add("version", "the version of this program",
           [] {
             std::cout << "skew " SKEW_VERSION "\n";
             return 0;
           })
      .example("skew version", "the same as skew --version");
}

}  // namespace skew
