// skew autograd: this engine opened up. Its commands, and which program they look at.
#include "apps/cli/autograd.h"

#include <filesystem>
#include <iostream>

#include "apps/cli/field_flags.h"
#include "apps/explorer/check.h"
#include "apps/explorer/examples.h"
#include "apps/explorer/program.h"
#include "apps/formats/near_path.h"
#include "core/error.h"
#include "core/file.h"
#include "core/text.h"

namespace skew {

void add_program(Command& command, ProgramChoice& choice) {
  std::vector<std::string> names;
  for (const explorer::Example& example : explorer::examples()) names.emplace_back(example.name);
  command.option("file", choice.file, "the program: Python's syntax, as micrograd's and PyTorch's cells use it",
                 {.as = "FILE"});
  command.option("-e", choice.text, "the program itself: 'c=a*b; L=c**2'; `skew info` lists the ops that it can call",
                 {.as = "TEXT"});
  command.option("--example", choice.example, "one to begin with: " + joined(names, ", "), {.as = "NAME"});
  command.option("--let", choice.let, "numbers for its leaves: a=3,b=-2", {.as = "NAME=VALUE", .list = true});
  command.option("--device", choice.device, "reference in double, or cpu in float  [reference]", {.as = "DEVICE"});
}

explorer::Recording run_chosen(const ProgramChoice& choice) {
  const int given = !choice.text.empty() + !choice.file.empty() + !choice.example.empty();
  if (given != 1)
    throw UsageError(
        text(given ? "more than one program is named" : "no program is named",
             "; give a FILE, -e TEXT or --example NAME: skew autograd run -e 'c=a*b; L=c**2' --let a=3,b=-2"));
  explorer::ProgramOptions options;
  if (choice.device != "reference" && choice.device != "cpu")
    throw UsageError(unknown_word("device", choice.device, {"reference", "cpu"}));
  options.floats = choice.device == "cpu";
  for (const std::string& words : choice.let) {
    const auto [name, value] = name_and_value("--let", words);
    const std::optional<double> number = parse_number(value);
    if (!number) throw UsageError(text("--let ", name, ": expected a number, got '", value, "'"));
    options.let.emplace_back(name, *number);
  }
  std::string source = choice.text;
  if (!choice.file.empty()) {
    if (!std::filesystem::exists(choice.file))
      throw FileError(text(choice.file, ": no such file", near_path(choice.file),
                           "; to begin with, --example NAME takes a program from here, as --example rule"));
    const std::vector<uint8_t> bytes = read_file(choice.file, 1 << 20);
    source.assign(bytes.begin(), bytes.end());
  }
  if (!choice.example.empty()) source = explorer::example_named(choice.example).program;
  options.ends_backward = true;
  options.broken_op = choice.broken;
  explorer::Recording recording = explorer::run_program(source, options);
  explorer::check_leaves(recording);
  explorer::check_rules(recording, recording.own_rules);
  explorer::name_culprits(recording);
  return recording;
}

int exit_code(const explorer::Recording& recording) {
  if (!recording.failed) return 0;
  std::cout.flush();
  std::cerr << "skew: " << recording.problem.message << '\n';
  return 1;
}

void add_autograd(Command& skew) {
  Command& autograd = skew.add_group("autograd", "see how gradients come about: values, graph, chain rule, checks");
  add_autograd_run(autograd);
  add_autograd_graph(autograd);
  add_autograd_explain(autograd);
  add_autograd_check(autograd);
  add_autograd_lesson(autograd);
  add_autograd_quiz(autograd);
  add_autograd_page(autograd);
}

}  // namespace skew
