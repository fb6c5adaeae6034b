// skew autograd check: gradients beside differences; rules of one's own, element by element; planted mistakes.
#include <algorithm>
#include <iostream>

#include "apps/cli/autograd.h"
#include "apps/explorer/calls.h"
#include "apps/explorer/check.h"
#include "apps/explorer/views.h"
#include "apps/report/table.h"
#include "core/error.h"
#include "core/text.h"

namespace skew {
namespace {

constexpr const char* any_op = "?";  // --break without an op

struct GradientCheckArgs {
  ProgramChoice program;
};

// A mistake can be planted in an op that the program has.
void refuse_absent(const ProgramChoice& program) {
  ProgramChoice whole = program;
  whole.broken.clear();
  const explorer::Recording recording = run_chosen(whole);
  if (recording.failed) return;  // is said by the run that comes
  std::vector<std::string> ops;
  for (const explorer::RecordedNode& node : recording.nodes)
    if (node.graph && std::find(ops.begin(), ops.end(), node.op) == ops.end()) ops.push_back(node.op);
  const OpRow* row = explorer::row_called(program.broken);
  if (row && std::find(ops.begin(), ops.end(), row->name) != ops.end()) return;
  const std::string known = ops.empty() ? "none" : joined(ops, ", ");
  if (program.broken == any_op) throw UsageError(text("--break: which op? This program has ", known));
  std::string why = "the program has no '" + program.broken + "'";
  if (!row) why = "unknown op '" + program.broken + "'" + suggestion(program.broken, explorer::row_names());
  const char* link = why.ends_with('?') ? " This" : "; this";
  throw UsageError(text("--break: ", why, link, " program has ", known));
}

int check_gradients(const GradientCheckArgs& a) {
  if (!a.program.broken.empty()) refuse_absent(a.program);
  const explorer::Recording recording = run_chosen(a.program);
  if (recording.failed) return exit_code(recording);
  const std::string words = explorer::check_text(recording);
  if (words.empty())
    throw ValueError("check: the program calls no backward() on anything that was computed from a leaf");
  std::cout << report::wrapped(words, 4);
  if (explorer::all_ok(recording)) return 0;
  std::cout.flush();
  const bool unknown = std::all_of(recording.check.begin(), recording.check.end(),
                                   [](const explorer::LeafCheck& c) { return c.ok || !c.finite(); });
  std::cerr << (unknown && recording.rules.empty() ? "skew: a gradient or its difference is not finite\n"
                                                   : "skew: a gradient and its difference disagree\n");
  return 1;
}

}  // namespace

void add_autograd_check(Command& autograd) {
  auto a = std::make_shared<GradientCheckArgs>();
  Command& command = autograd.add("check", "gradients beside central differences; your own @backward rules",
                                  [a] { return check_gradients(*a); });
  add_program(command, a->program);
  command.option("--break", a->program.broken, "plant a mistake in the way back of this op, to see it found",
                 {.as = "OP", .alone = any_op});
  command.example("skew autograd check --example mlp", "each gradient beside a difference");
  command.example("skew autograd check --example rule", "@backward, below it def d_mul(g, a, b): return g*b, g*a");
  command.example("skew autograd check --example mlp --break tanh", "a mistake planted, and found");
}

}  // namespace skew
