// skew autograd run: a program's values and gradients as a table, or as JSON.
#include <iostream>

#include "apps/cli/autograd.h"
#include "apps/explorer/views.h"
#include "apps/report/table.h"

namespace skew {
namespace {

struct RunArgs {
  ProgramChoice program;
  bool json = false, all = false;
};

int run(const RunArgs& a) {
  const explorer::Recording recording = run_chosen(a.program);
  std::cout << (a.json ? explorer::json_text(recording)
                       : explorer::table_text(recording, {.all = a.all, .styled = report::wants_style(stdout)}));
  return exit_code(recording);
}

}  // namespace

void add_autograd_run(Command& autograd) {
  auto a = std::make_shared<RunArgs>();
  Command& command =
      autograd.add("run", "every value and every gradient, in the order in which they come", [a] { return run(*a); });
  add_program(command, a->program);
  command.flag("--json", a->json, "the whole recording as JSON");
  command.flag("--all", a->all, "also the repetitions of a loop before the last");
  command.example("skew autograd run --example micrograd", "values, what is saved, every += of the way back");
  command.example("skew autograd run -e 'c = a*b + a; L = c**2' --let a=3,b=-2", "a program of your own");
}

}  // namespace skew
