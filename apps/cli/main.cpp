// The program: the list of its commands, the screen without one, and the way an error leaves the process.
#include <cstdio>
#include <iostream>
#include <new>

#include "apps/cli/command.h"
#include "apps/cli/source_flags.h"
#include "apps/data/option_words.h"
#include "core/error.h"

namespace {

constexpr const char* stories = R"(skew: image classifiers for unequal classes

  train    skew train --data synth:shapes14 --epochs 5
           from a folder of images, a CSV, or generated ones, to a run folder with weights, tables and figures

  look     skew eval runs/latest --data synth:shapes14        skew predict runs/latest IMAGE
           per-class average precision and AUROC, rarest class first; probabilities for new images

  check    skew data check synth:shapes14                     skew info resnet18
           counts, co-occurrence and unreadable files before the first epoch; what a network consists of

  study    skew loss show ral                                 skew loss plot --loss bce,asl,ral --y 0 --of grad -o curves
           a loss alone or beside its family: formula, gradient, figures with their numbers

skew COMMAND --help says more: train, eval, predict, data, info, bench, loss.
)";

// The exit code, or 1 when results did not reach stdout: a full disk must not look like success.
int written(int code) {
  if (std::cout.flush() && std::fflush(stdout) == 0) return code;
  std::fprintf(stderr, "skew: stdout: cannot write; is the disk full?\n");
  return code ? code : 1;
}

int usage(const std::string& message) {
  std::fprintf(stderr, "skew: %s\n", message.c_str());
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("image classifiers for unequal classes, from the kernels up", "skew");
  app.set_version_flag("--version", "skew " SKEW_VERSION);
  app.require_subcommand(0, 1);
  app.allow_extras();
  skew::name_options(skew::flag_words);
  skew::Run run;
  skew::add_train(app, run);
  skew::add_eval(app, run);
  skew::add_predict(app, run);
  skew::add_data(app, run);
  skew::add_info(app, run);
  skew::add_bench(app, run);
  skew::add_loss(app, run);
  try {
    app.parse(argc, argv);
    if (run) return written(run());
    const auto rest = app.remaining();
    if (rest.empty()) {
      std::fputs(stories, stdout);
      return 0;
    }
    return usage(
        rest[0].rfind("-", 0) == 0
            ? skew::unknown_word("option", rest[0], {"--help", "--version"})
            : skew::unknown_word("command", rest[0], {"train", "eval", "predict", "data", "info", "bench", "loss"}));
  } catch (const CLI::Success& e) {  // --help, --version
    return app.exit(e);
  } catch (const CLI::ParseError& e) {
    return usage(e.what());
  } catch (const skew::UsageError& e) {
    return usage(e.what());
  } catch (const skew::ValueError& e) {  // a word or a number that a command line brought here
    return usage(e.what());
  } catch (const skew::Error& e) {
    std::fprintf(stderr, "skew: %s\n", e.what());
    return 1;
  } catch (const std::bad_alloc&) {
    std::fprintf(stderr, "skew: out of memory; use a smaller batch or image size\n");
    return 1;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "skew: %s\n", e.what());
    return 1;
  }
}
