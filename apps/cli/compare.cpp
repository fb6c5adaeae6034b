// skew compare: trained models on the same images, and how sure their differences are.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <set>

#include "apps/cli/command.h"
#include "apps/cli/field_flags.h"
#include "apps/cli/loss_output.h"
#include "apps/cli/seen_images.h"
#include "apps/cli/trained_data.h"
#include "apps/cli/trained_run.h"
#include "apps/evaluation/comparison.h"
#include "apps/evaluation/trained_model.h"
#include "apps/report/loss_colour.h"
#include "apps/report/number_text.h"
#include "apps/report/table.h"
#include "core/error.h"
#include "core/parallel.h"

namespace skew {
namespace fs = std::filesystem;
namespace {

struct CompareArgs {
  std::vector<std::string> runs;
  std::string data, split = "test", out;
  DeviceChoice device;
  FieldFlags reading;
  int threads = 0;
  bool json = false;
};

// A run's folder, runs/latest resolved; of weights elsewhere the file. `whole`: which of a run's weights as well.
std::string name_of(const std::string& given, bool whole) {
  const fs::path path = fs::weakly_canonical(given);
  if (fs::is_directory(path)) return path.filename().string();
  const std::string run = run_of(given), file = path.stem().string();
  if (run.empty()) return file;
  return fs::weakly_canonical(run).filename().string() + (whole ? " " + file : "");
}

// Of all runs; as they were typed where no name tells them apart.
std::vector<std::string> names_of(const std::vector<std::string>& runs) {
  const auto named = [&](bool whole) {
    std::vector<std::string> out;
    for (const std::string& run : runs) out.push_back(name_of(run, whole));
    return out;
  };
  const auto differ = [](const std::vector<std::string>& names) {
    return std::set<std::string>(names.begin(), names.end()).size() == names.size();
  };
  if (differ(named(false))) return named(false);
  return differ(named(true)) ? named(true) : runs;
}

// A run with the images it is to be measured on.
struct Candidate {
  std::string run, source;  // as typed; what it was trained on, or --data
  TrainedModel model;
  MeasuredData measured;

  std::vector<std::string> paths() const {
    std::vector<std::string> out;
    for (const int64_t i : measured.data->indices(measured.split)) out.push_back(measured.data->path(i));
    return out;
  }
};

std::string one_split(const Candidate& first) {
  const std::string run = run_of(first.run);
  const fs::path split = fs::path(run) / "split.csv";
  return "train all of them with one split" +
         (!run.empty() && fs::exists(split) ? ", as that of " + first.run + ": --split-file " + split.string() : "");
}

// Throws FileError for runs whose numbers say nothing of each other.
void check_comparable(const Candidate& first, const Candidate& other) {
  const ModelInfo &a = first.model.info, &b = other.model.info;
  const auto kind = [](Task task) {
    return task == Task::single_label ? "one class an image" : "several labels an image";
  };
  if (a.task != b.task)
    throw FileError(text(other.run, ": was trained for ", kind(b.task), ", and ", first.run, " for ", kind(a.task),
                         "; compare runs of one --task"));
  if (!std::ranges::is_permutation(a.classes, b.classes))
    throw FileError(text(other.run, ": tells other classes apart (", listed(b.classes), ") than ", first.run, " (",
                         listed(a.classes), ")"));
  const bool one_source = fs::weakly_canonical(first.source) == fs::weakly_canonical(other.source) ||
                          first.measured.data->fingerprint() == other.measured.data->fingerprint();
  if (!one_source)
    throw FileError(text(other.run, ": was trained on other images (", other.source, ") than ", first.run, " (",
                         first.source, "); measure both on images that neither was trained on: --data SRC"));
  const std::vector<std::string> mine = first.paths(), theirs = other.paths();
  if (mine == theirs) return;
  const std::set<std::string> known(mine.begin(), mine.end());
  const auto shared = std::ranges::count_if(theirs, [&](const std::string& path) { return known.contains(path); });
  throw FileError(text(first.run, " and ", other.run, " were trained with different splits of ", first.source,
                       ": of the ", report::counted(std::ssize(mine), "image", "images"), " of the first and the ",
                       theirs.size(), " of the second ", shared, shared == 1 ? " is" : " are", " in both; ",
                       one_split(first)));
}

// Refuses numbers of images that a run has seen; where somebody asked for these images, says it.
void check_unseen(const std::vector<Candidate>& all, bool asked_for) {
  for (const Candidate& c : all) {
    const SeenImages seen = seen_images(c.run, *c.measured.data, c.measured.split);
    if (!seen.known)
      std::cerr << report::wrapped(text("note: ", c.run,
                                        ": comes with no split.csv, so nobody can tell whether it was trained "
                                        "on these images"))
                << '\n';
    if (!seen.any()) continue;
    const std::string found =
        text(c.run, ": has seen ", seen.words(), " while it was trained, so its numbers are too good");
    if (!asked_for) throw FileError(text(found, "; ", one_split(all[0])));
    std::cerr << report::wrapped("warning: " + found, 9) << '\n';
  }
}

std::vector<Candidate> candidates(const CompareArgs& a, const FieldTexts& asked) {
  std::vector<Candidate> out;
  for (const std::string& run : a.runs) {
    Candidate c{run, a.data.empty() ? settings_of(run_of(run)).data : a.data, load_model(weights_file(run)), {}};
    c.measured = data_to_measure({run, a.data, a.split}, asked, c.model.info);
    out.push_back(std::move(c));
    check_comparable(out[0], out.back());
  }
  check_unseen(out, a.split == "all" || !a.data.empty());
  return out;
}

// Prints what there is to know of the images, each thing once.
void say_notes(const std::vector<Candidate>& all, bool json) {
  std::set<std::string> said;
  for (const Candidate& c : all) {
    if (!c.measured.said.empty() && said.insert(c.measured.said).second)
      (json ? std::cerr : std::cout) << c.measured.said << '\n';
    for (const std::string& note : c.measured.data->notes())
      if (said.insert(note).second) std::cerr << report::wrapped("note: " + note) << '\n';
  }
}

// runs/* holds runs/latest, too, a link to one of the others: left out, and said.
std::vector<std::string> without_links(const std::vector<std::string>& runs) {
  std::vector<std::string> out;
  for (const std::string& run : runs) {
    const auto same = [&](const std::string& other) {
      return fs::weakly_canonical(other) == fs::weakly_canonical(run);
    };
    const auto twin = std::ranges::find_if(out, same);
    if (twin == out.end()) {
      out.push_back(run);
      continue;
    }
    if (fs::is_symlink(run) == fs::is_symlink(*twin))
      throw UsageError(text("compare: ", *twin, " and ", run, " are one run; name two different ones"));
    const auto [link, target] = fs::is_symlink(run) ? std::pair{run, *twin} : std::pair{*twin, run};
    if (target == run) {  // which keeps its own place
      out.erase(twin);
      out.push_back(run);
    }
    std::cerr << report::wrapped(text("note: ", link, " is ", target, ": compared once")) << '\n';
  }
  return out;
}

int compare_runs(CompareArgs a, const FieldTexts& asked) {
  a.runs = without_links(a.runs);
  if (a.runs.size() < 2) throw UsageError("compare: expected two runs or more, as in: skew compare RUN RUN");
  if (a.threads > 0) set_threads(a.threads);
  const Device device = a.device.take();
  for (const std::string& run : a.runs) weights_file(run);  // throws where there is none, before a folder is made
  if (!a.out.empty()) make_folder(a.out);
  const std::vector<Candidate> all = candidates(a, asked);
  say_notes(all, a.json);
  const std::vector<std::string> names = names_of(a.runs);
  const ModelInfo& first = all[0].model.info;
  std::vector<Compared> compared;
  std::set<std::string> left_out;
  for (size_t r = 0; r < all.size(); ++r) {
    const auto& [run, source, model, measured] = all[r];
    auto cache = std::make_shared<PixelCache>(model.info.input(), measured.data);
    compared.push_back({names[r],
                        report::loss_of(model.info.loss),
                        weights_file(run),
                        score(model, cache, measured.split, {.device = device}),
                        {}});
    Predictions& p = compared.back().predictions;
    reorder_classes(p, model.info.classes, first.classes);
    for (const std::string& bad : p.bad)
      if (left_out.insert(bad).second) std::cerr << "left out: " << bad << '\n';
  }
  Comparison c = compare(std::move(compared), first, *all[0].measured.data);
  c.on = {all[0].source, a.split, "", all[0].measured.data->fingerprint()};
  if (!a.out.empty()) write_comparison(a.out, c);
  if (a.json) {
    std::ifstream written(a.out + "/compare.json");
    std::cout << written.rdbuf();
    return 0;
  }
  std::cout << comparison_table(c, report::wants_style(stdout));
  if (!a.out.empty()) std::cout << "files in " << a.out << '\n';
  return 0;
}

}  // namespace

void add_compare(Command& skew) {
  auto a = std::make_shared<CompareArgs>();
  Command& command =
      skew.add("compare", "trained models on the same images: gains, with intervals", [a](const Command& given) {
        if (a->json && a->out.empty()) throw UsageError("--json: needs a folder for compare.json: -o DIR");
        return compare_runs(*a, a->reading.given(given));
      });
  command.option("runs", a->runs, "run folders or weights files; the first is what the others are compared with",
                 {.as = "RUN", .required = true});
  command.option("--data", a->data, "images and labels  [what the runs were trained on]", {.as = "SRC"});
  command.option("--split", a->split, "train, val, test or all  [test]");
  command.option("-o,--out", a->out, "folder of compare.csv, compare.json and curves.svg  [none]", {.as = "DIR"});
  a->reading.add_to(command, field_list(DataOptions{}), {}, "as in training");
  add_theme(command);
  add_device(command, a->device);
  add_threads(command, a->threads);
  command.flag("--json", a->json, "compare.json on stdout instead of the table");
  command.example("skew compare runs/second runs/third -o compared",
                  "what the second of them gains, and how sure that is; curves of both");
}

}  // namespace skew
