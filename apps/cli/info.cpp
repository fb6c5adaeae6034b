// skew info: what this build can do on this machine, what a network consists of, or what an op computes.
#include <algorithm>
#include <iostream>

#include "apps/cli/command.h"
#include "apps/report/number_text.h"
#include "apps/report/table.h"
#include "apps/selftest/levels.h"
#include "apps/training/run_folder.h"
#include "core/device_library.h"
#include "core/error.h"
#include "core/kernel.h"
#include "core/parallel.h"
#include "core/registry.h"
#include "core/text.h"
#include "losses/table/loss_table.h"
#include "models/networks/network_table.h"
#include "models/networks/summary.h"

namespace skew {
namespace {

std::string networks_table(bool styled) {
  report::Table table({report::left("network"), "smallest image", report::wrapping("")});
  for (const NetworkInfo& n : networks()) table.add_row({n.name, text(n.min_image_size, "x", n.min_image_size), n.doc});
  return table.str(styled);
}

std::string losses_table(bool styled) {
  report::Table table({report::left("loss"), report::left("labels"), report::wrapping("")});
  for (const std::string& name : loss_names()) {
    const LossEntry& row = find_loss(name);
    table.add_row({name, row.single_label ? "one" : "many", row.summary});
  }
  return table.str(styled);
}

std::string ops_table(bool styled) {
  const selftest::Levels levels = selftest::levels_of(selftest::built_in_records());
  std::vector<report::Column> columns = {report::left("op")};
  for (const Device device : all_devices) columns.push_back(report::left(name_of(device)));
  columns.push_back(report::wrapping(""));
  report::Table table(columns);
  for (const auto& [name, row] : registered_ops()) {
    std::vector<std::string> cells = {name};
    for (const Device device : all_devices)
      cells.push_back(!has_op(row, device)     ? "–"
                      : device == Device::cuda ? selftest::highest_level(levels.at(name))
                                               : "yes");
    cells.push_back(row.doc);
    table.add_row(cells);
  }
  return table.str(styled);
}

// What computes on the GPU, or why nothing does.
std::string about_cuda() {
  const std::string& why = why_unusable(Device::cuda);
  return report::wrapped(why.empty() ? "cuda      " + kernel_library(Device::cuda) : why, 10);
}

// Each op on each device: here, and for cuda how far it is proven by the records of self-tests.
int about_levels(bool markdown, const std::string& of) {
  std::vector<std::string> names;
  for (const auto& [name, row] : registered_ops()) names.push_back(name);
  if (!of.empty() && !registered_ops().contains(of)) throw UsageError(unknown_word("op", of, names));
  const std::vector<selftest::Json> records = selftest::built_in_records();
  const selftest::Levels levels = selftest::levels_of(records);
  if (markdown) {
    std::cout << selftest::levels_markdown(levels);
    return 0;
  }
  report::Table table({report::left("op"), report::left("reference"), report::left("cpu"), report::left("compiled"),
                       report::left("planned"), report::left("emulated"), report::left("hardware")});
  const auto word = [](bool there) { return there ? "yes" : "–"; };
  for (const auto& [name, row] : registered_ops()) {
    if (!of.empty() && name != of) continue;
    const selftest::OpLevels& l = levels.at(name);
    table.add_row({name, word(has_op(row, Device::reference)), word(has_op(row, Device::cpu)),
                   word(!l.compiled.empty()), word(!l.planned.empty()), word(!l.emulated.empty()),
                   word(!l.hardware.empty())});
  }
  std::cout << table.str(report::wants_style(stdout))
            << report::wrapped(
                   "compiled to hardware: cuda, by the records of `skew selftest` that this program was built with; "
                   "docs/cuda.md says what the words mean")
            << '\n';
  for (const selftest::Json& record : records) {
    const std::string level = record.contains("compiled") ? "compiled" : record.value("level", "none");
    std::cout << report::wrapped(text("  ", level, ", ", record.value("date", ""), ": ", record.value("gpu", "no GPU")),
                                 4)
              << '\n';
  }
  return 0;
}

int about_this_build() {
  const bool styled = report::wants_style(stdout);
  std::cout << "skew " << SKEW_VERSION << "\ncpu       " << processor_name() << "\nkernels   "
            << kernel_library(Device::cpu) << "\nthreads   " << threads() << '\n'
            << about_cuda() << "\n\n"
            << networks_table(styled) << '\n'
            << losses_table(styled) << '\n'
            << ops_table(styled);
  return 0;
}

struct LevelsQuestion {
  bool wanted = false, markdown = false;
};

struct NetworkQuestion {
  std::string model;
  int64_t img_size = 64, channels = 3, classes = 14;
};

int about_a_network(const NetworkQuestion& q) {
  std::vector<std::string> known;
  for (const NetworkInfo& n : networks()) known.push_back(n.name);
  if (std::ranges::find(known, q.model) == known.end()) {
    for (const auto& [name, row] : registered_ops()) known.push_back(name);
    throw ValueError(unknown_word("network or op", q.model, known) + "; `skew info` lists both");
  }
  const auto network = make_network(q.model, {q.channels, q.classes, Pair{q.img_size, q.img_size}});
  const NetworkSummary s = summary(*network, {1, q.channels, q.img_size, q.img_size});
  report::Table table(
      {report::left("layer", 60), report::left("op"), report::left("output"), {"parameters"}, {"multiply-adds"}});
  auto count = [](ptrdiff_t n) { return n ? report::grouped(n) : std::string(); };
  for (const LayerSummary& layer : s.layers)
    table.add_row({layer.name, layer.op, text(layer.output), count(layer.parameters), count(layer.multiply_adds)});
  table.add_rule();
  table.add_row({q.model, "", "", report::grouped(s.parameters), report::grouped(s.multiply_adds)});
  std::cout << table.str(report::wants_style(stdout))
            << report::wrapped(text(q.model, ", ", q.channels, "x", q.img_size, "x", q.img_size, ", ",
                                    report::counted(q.classes, "class", "classes"), ": ", with_unit(s.parameters),
                                    " parameters, ", with_unit(s.multiply_adds), " multiply-adds an image"))
            << '\n';
  return 0;
}

// "back     a += b·g", the rule of each input in a line of its own.
std::string back_text(const OpRow& row) {
  std::string out;
  for (const auto& [name, rule] : row.back)
    out += report::wrapped(text(out.empty() ? "back     " : "         ", name, " += ", rule), 13) + "\n";
  return out;
}

int about_an_op(const OpRow& row) {
  std::vector<std::string> kernels, devices;
  for (const Slot* slot : row.slots) kernels.emplace_back(slot->name());
  for (const Device device : all_devices)
    if (has_op(row, device)) devices.emplace_back(name_of(device));
  const auto entry = [](const std::string& words) { return report::wrapped(words, 9) + "\n"; };
  std::cout << report::wrapped(row.name + ": " + row.doc) << '\n'
            << entry("formula  " + row.formula) << entry("source   " + row.source) << back_text(row)
            << entry("kernels  " + joined(kernels, ", ")) << entry("devices  " + joined(devices, ", "));
  return 0;
}

}  // namespace

void add_info(Command& skew) {
  auto q = std::make_shared<NetworkQuestion>();
  auto levels = std::make_shared<LevelsQuestion>();
  Command& command = skew.add("info", "this build and machine, the layers of a network, or an op", [q, levels] {
    if (levels->wanted || levels->markdown) return about_levels(levels->markdown, q->model);
    if (q->model.empty()) return about_this_build();
    const auto op = registered_ops().find(q->model);
    return op == registered_ops().end() ? about_a_network(*q) : about_an_op(op->second);
  });
  command.option("model", q->model, "a network, to see its layers, or an op", {.as = "MODEL"});
  command.option("--img-size", q->img_size, "height and width of the image  [64]", {.low = 1, .high = 16384});
  command.option("--in-chans", q->channels, "its channels  [3]", {.low = 1, .high = 4096});
  command.option("--classes", q->classes, "outputs  [14]", {.low = 1, .high = 1 << 24});
  command.flag("--levels", levels->wanted, "each op on each device, and how far cuda is proven");
  command.flag("--markdown", levels->markdown, "that as the table of docs/cuda.md");
  command.example("skew info", "this build, this machine");
  command.example("skew info resnet18 --img-size 224", "a network, layer by layer");
  command.example("skew info conv2d", "an op: its formula, its way back, its arguments");
}

}  // namespace skew
