// The program: the list of its commands, the screen without one, and the way an error leaves the process.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <new>
#include <string>

#include "apps/cli/command.h"
#include "apps/cli/source_flags.h"
#include "apps/data/option_words.h"
#include "apps/report/table.h"
#include "core/error.h"

namespace {

constexpr const char* stories = R"(skew: image classifiers for unequal classes

  train    skew train --data synth:shapes14 --epochs 5
           from a folder of images, a CSV, or generated ones, to a run folder
           with weights, tables and figures

  look     skew eval runs/latest
           skew predict runs/latest IMAGE
           average precision and AUROC of each class, the rarest first;
           probabilities for new images

  check    skew data check synth:shapes14
           skew info resnet18
           counts, co-occurrence and unreadable files before the first epoch;
           what a network consists of

  study    skew loss show ral
           skew loss plot --loss bce,asl,ral --y 0 --of grad -o curves
           a loss alone or beside its family: formula, gradient, figures with
           their numbers

  teach    skew autograd run -e 'c = a*b + a; L = c**2' --let a=3,b=-2
           skew autograd lesson 1
           skew autograd quiz
           every value, every saved tensor, every += of the way back, checked;
           ten lessons, their numbers computed as they are shown; exercises

skew help COMMAND says more: train, eval, compare, predict, data, info, bench,
loss, autograd, selftest.
)";

// The first line is wrapped, below its words; what follows, a program with a caret, is laid out already.
int failed(int code, const std::string& why) {
  const size_t end = std::min(why.find('\n'), why.size());
  const std::string first = skew::report::wrapped("skew: " + why.substr(0, end), 7);
  std::fprintf(stderr, "%s%s\n", first.c_str(), why.c_str() + end);
  return code;
}

// The exit code, or 1 when results did not reach stdout: a full disk must not look like success.
int written(int code) {
  if (std::cout.flush() && std::fflush(stdout) == 0) return code;
  return failed(code ? code : 1, "stdout: cannot write; is the disk full?");
}

// libgomp, on which oneDNN runs, keeps a thread spinning for 10 ms after its loops, on the core that the next loop of
// ours wants. It reads how long before main(), so this process starts anew with another value (and goes on if it
// cannot).
void shorten_waits(char** argv) {
  if (std::getenv("GOMP_SPINCOUNT") || std::getenv("OMP_WAIT_POLICY")) return;
  setenv("GOMP_SPINCOUNT", "1000", 1);
  execv("/proc/self/exe", argv);
}

}  // namespace

int main(int argc, char** argv) {
  shorten_waits(argv);
  using namespace skew;
  Command program("skew", "image classifiers for unequal classes, from the kernels up", "skew " SKEW_VERSION, stories);
  name_options(flag_words);
  add_train(program);
  add_eval(program);
  add_compare(program);
  add_predict(program);
  add_data(program);
  add_info(program);
  add_bench(program);
  add_loss(program);
  add_autograd(program);
  add_selftest(program);
  add_help(program);
  try {
    return written(program.run(argc, argv));
  } catch (const UsageError& e) {
    return failed(2, e.what());
  } catch (const ValueError& e) {  // a word or a number that a command line brought here
    return failed(2, e.what());
  } catch (const std::bad_alloc&) {
    return failed(1, "out of memory; use a smaller batch or image size");
  } catch (const std::exception& e) {
    return failed(1, e.what());
  }
}
