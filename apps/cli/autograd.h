// What the commands of `skew autograd` share: which program, and its recording.
#pragma once
#include <string>
#include <vector>

#include "apps/cli/command.h"
#include "apps/explorer/recording.h"

namespace skew {

struct ProgramChoice {
  std::string text, file, example, device = "reference", broken;
  std::vector<std::string> let;
};

// Adds -e, FILE, --example, --let and --device.
void add_program(Command& command, ProgramChoice& choice);
// Runs the program, with -e 'L=a*b' also L.backward() where the program calls none. Throws UsageError unless exactly
// one program is named; FileError for a file that cannot be read.
explorer::Recording run_chosen(const ProgramChoice& choice);
// 0, or 1 after writing the program's mistake to stderr.
int exit_code(const explorer::Recording& recording);

void add_autograd_run(Command& autograd);
void add_autograd_graph(Command& autograd);
void add_autograd_explain(Command& autograd);
void add_autograd_check(Command& autograd);
void add_autograd_lesson(Command& autograd);
void add_autograd_quiz(Command& autograd);
void add_autograd_page(Command& autograd);

}  // namespace skew
