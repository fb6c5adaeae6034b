// skew autograd explain: every route of the chain rule from the result back to one leaf.
#include <iostream>

#include "apps/cli/autograd.h"
#include "apps/explorer/routes.h"

namespace skew {
namespace {

struct ExplainArgs {
  ProgramChoice program;
  std::string with_respect_to;
};

int explain_one(const ExplainArgs& a) {
  const explorer::Recording recording = run_chosen(a.program);
  if (recording.failed) return exit_code(recording);
  const explorer::Explanation e = explorer::explain(recording, a.with_respect_to);
  std::cout << explorer::explanation_text(recording, e);
  return 0;
}

}  // namespace

void add_autograd_explain(Command& autograd) {
  auto a = std::make_shared<ExplainArgs>();
  Command& command = autograd.add("explain", "the chain rule, route by route: slopes, products, their sum",
                                  [a] { return explain_one(*a); });
  add_program(command, a->program);
  command.option("--wrt", a->with_respect_to, "with respect to which name (or #number)",
                 {.as = "NAME", .required = true});
  command.example("skew autograd explain --example neuron --wrt w1", "each route: slopes, product, sum");
}

}  // namespace skew
