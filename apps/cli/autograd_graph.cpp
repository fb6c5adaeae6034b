// skew autograd graph: a program as a picture, or as one picture a step.
#include <filesystem>
#include <iostream>

#include "apps/cli/autograd.h"
#include "apps/explorer/picture.h"
#include "apps/report/number_text.h"
#include "apps/report/picture_file.h"
#include "core/error.h"
#include "core/file.h"
#include "core/text.h"

namespace skew {
namespace {

struct GraphArgs {
  ProgramChoice program;
  std::string out, frames;
  int scope_depth = -1;
  bool values = false, all = false;
};

// frames/001.svg, …: every box where it stands at the end.
void write_frames(const explorer::Recording& recording, explorer::PictureOptions options, const std::string& folder) {
  namespace fs = std::filesystem;
  const std::vector<std::string> words = explorer::moments(recording, options);
  constexpr size_t most = 500;
  if (words.size() > most)
    throw ValueError(
        text("--frames: the program has ", words.size(), " steps, more than ", most, "; show a part of it"));
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw FileError(text(folder, ": cannot make this folder: ", error.message()));
  for (size_t i = 0; i < words.size(); ++i) {
    options.moment = int(i);
    options.title = words[i];
    const std::string number = std::to_string(i + 1);
    write_file(
        (fs::path(folder) / (std::string(3 - std::min<size_t>(3, number.size()), '0') + number + ".svg")).string(),
        explorer::graph_svg(recording, options));
  }
  std::cout << folder << ": " << words.size() << " pictures, one a step\n";
}

int graph(const GraphArgs& a) {
  if (a.out.empty() && a.frames.empty())
    throw UsageError("autograd graph: -o is missing: g.svg, g.png, g.pdf, g.html or g.dot; or --frames DIR");
  report::prepare_picture(a.out);
  const explorer::Recording recording = run_chosen(a.program);
  explorer::PictureOptions options;
  options.scope_depth = a.scope_depth;
  options.all = a.all;
  if (a.values) options.numbers = explorer::Numbers::always;
  if (!a.out.empty()) {
    write_graph(recording, a.out, options);
    std::cout << a.out << ": " << report::counted(int64_t(recording.nodes.size()), "node", "nodes") << '\n';
  }
  if (!a.frames.empty()) write_frames(recording, options, a.frames);
  return exit_code(recording);
}

}  // namespace

void add_autograd_graph(Command& autograd) {
  auto a = std::make_shared<GraphArgs>();
  Command& command =
      autograd.add("graph", "the graph as a picture, a page or Graphviz text", [a] { return graph(*a); });
  add_program(command, a->program);
  command.option("-o", a->out, "g.svg, g.png, g.pdf, g.html or g.dot", {.as = "FILE"});
  command.option("--frames", a->frames, "a folder for one picture a step, at fixed places, for slides", {.as = "DIR"});
  command.option("--scope-depth", a->scope_depth, "scopes of this depth are one box each, 1: the outermost  [all open]",
                 {.low = 1, .high = 100});
  add_theme(command);
  command.flag("--values", a->values, "values and gradients of tensors, too");
  command.flag("--all", a->all, "also the repetitions of a loop before the last");
  command.example("skew autograd graph --example conv -o g.svg", "the picture");
  command.example("skew autograd graph --example neuron --frames slides", "a picture a step");
}

}  // namespace skew
