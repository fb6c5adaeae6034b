// skew autograd check: gradients beside differences; rules of one's own, element by element; planted mistakes.
#include <iostream>

#include "apps/cli/autograd.h"
#include "apps/explorer/check.h"
#include "apps/explorer/views.h"
#include "core/error.h"

namespace skew {
namespace {

struct CheckArgs {
  ProgramChoice program;
};

int check(const CheckArgs& a) {
  const explorer::Recording recording = run_chosen(a.program);
  if (recording.failed) return exit_code(recording);
  const std::string words = explorer::check_text(recording);
  if (words.empty())
    throw ValueError("check: the program calls no backward() on anything that was computed from a leaf");
  std::cout << words;
  if (explorer::all_ok(recording)) return 0;
  std::cout.flush();
  std::cerr << "skew: a gradient and its difference disagree\n";
  return 1;
}

}  // namespace

void add_autograd_check(Command& autograd) {
  auto a = std::make_shared<CheckArgs>();
  Command& command = autograd.add("check", "gradients beside central differences; your own @backward rules",
                                  [a] { return check(*a); });
  add_program(command, a->program);
  command.option("--break", a->program.broken, "plant a mistake in the way back of this op, to see it found",
                 {.as = "OP"});
  command.example("skew autograd check --example mlp", "each gradient beside a difference");
  command.example("skew autograd check --example mlp --break tanh", "a mistake planted, and found");
}

}  // namespace skew
