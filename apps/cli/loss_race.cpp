// skew loss race: several losses trained alike and compared. The grid of runs, its progress, and stopping in order.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <iostream>

#include "apps/cli/loss.h"
#include "apps/cli/loss_choice.h"
#include "apps/cli/loss_output.h"
#include "apps/cli/number_list.h"
#include "apps/cli/train_flags.h"
#include "apps/data/open_data.h"
#include "apps/formats/words.h"
#include "apps/race/documents.h"
#include "apps/race/progress.h"
#include "apps/race/tables.h"
#include "apps/report/number_text.h"
#include "apps/report/table.h"
#include "apps/training/folder_lock.h"
#include "apps/training/stop_signal.h"
#include "apps/training/training_run.h"
#include "core/error.h"

namespace skew {
namespace {

namespace fs = std::filesystem;

struct RaceArgs {
  TrainFlags train;
  LossChoice choice;
  std::vector<std::string> grid, vary;
  std::string noise = "missing=0", folder = "race";
  int64_t seeds = 3, draws = 16;
  bool best = false, keep_weights = false;
};

// What a race decides itself.
const std::vector<std::string> own_settings = {"loss", "seed", "project", "name", "resume", "missing_labels"};

std::vector<double> missing_rates(const std::string& noise) {
  const auto [name, values] = name_and_value("--noise", noise);
  if (name != "missing") throw UsageError("--noise: " + unknown_word("kind of label noise", name, {"missing"}));
  const std::vector<double> rates = number_list("--noise", values);
  for (const double r : rates)
    if (!(r >= 0 && r <= .99)) throw UsageError(text("--noise: a share of the positives in 0 … 0.99, got ", r));
  return rates;
}

race::Plan plan_of(const RaceArgs& a, const Command& command) {
  race::Plan plan;
  for (const ChosenLoss& c : chosen_losses(a.choice)) {
    for (const race::Entrant& e : plan.entrants)
      if (e.label == c.label) throw UsageError(text("--loss: '", c.label, "' stands there twice"));
    plan.entrants.push_back({c.label, c.name, c.set});
  }
  for (const std::string& words : a.grid) {
    const auto [name, values] = name_and_value("--grid", words);
    plan.entrants = race::with_grid(plan.entrants, {name, split_list(values)});
  }
  std::vector<race::Width> widths;
  for (const std::string& words : a.vary) {
    const auto [name, value] = name_and_value("--vary", words);
    const std::vector<double> width = number_list("--vary", value);
    if (width.size() != 1 || !(width[0] > 0)) throw UsageError(text("--vary: expected a width > 0, got '", value, "'"));
    widths.push_back({name, width[0]});
  }
  if (widths.empty() && command.given("--draws")) throw UsageError("--draws: needs --vary, which says what is drawn");
  if (!widths.empty()) plan.entrants = race::with_draws(plan.entrants, widths, a.draws);
  plan.missing = missing_rates(a.noise), plan.seeds = a.seeds;
  return plan;
}

// Drops what does not fit the data from --loss all; refuses what was asked for by name.
void fit_to_task(race::Plan& plan, Task task, bool all) {
  std::string left_out;
  std::erase_if(plan.entrants, [&](const race::Entrant& e) {
    if (make_loss(e.loss, e.set).single_label() == (task == Task::single_label)) return false;
    if (!all)
      throw UsageError(
          text("--loss ", e.label, ": it is for ", task == Task::single_label ? "several labels" : "one class",
               " an image, and these data have ", task == Task::single_label ? "one class" : "several labels",
               "; `skew loss list` says which are which"));
    left_out += (left_out.empty() ? "" : ", ") + e.label;
    return true;
  });
  if (!left_out.empty()) std::cerr << "left out, not for these data: " << left_out << '\n';
}

TrainConfig budget_of(const RaceArgs& a, const Command& command) {
  TrainConfig config;
  if (!a.train.config.empty()) {
    set_options(config, read_settings(a.train.config));
    if (!config.loss.arguments.empty())
      throw UsageError(text("-c ", a.train.config, ": sets ", config.loss.arguments[0].first,
                            " of a loss; a race takes losses from --loss, their parameters from --set and --grid"));
    for (const FieldInfo& f : field_list(TrainConfig{}))
      if (std::find(own_settings.begin(), own_settings.end(), f.name) != own_settings.end())
        set_option(config, f.name, f.value);
  }
  for (const auto& [key, value] : a.train.fields.given(command)) set_option(config, key, value);
  if (config.data.empty()) throw UsageError("--data is missing: what to train on, as for `skew train`");
  config.check();
  return config;
}

TrainConfig cell_config(TrainConfig config, const race::Plan& plan, const race::Cell& cell) {
  const race::Entrant& e = plan.entrants[cell.entrant];
  config.loss = {e.loss, {}};
  for (const auto& [name, value] : e.set) config.loss.set(name, value);
  config.seed = cell.seed;
  config.missing_labels = cell.missing;
  return config;
}

// A loss that cannot be made from the data's counts (a class without training images, or in all of them) is refused
// before anything is trained; of --loss all, such losses are left out.
void refuse_counts(race::Plan& plan, const Dataset& data, bool all) {
  std::erase_if(plan.entrants, [&](const race::Entrant& e) {
    try {
      make_loss(e.loss, with_data_parameters(e.loss, e.set, data));
      return false;
    } catch (const Error& error) {
      if (!all) throw UsageError(error.what());
      std::cerr << "left out: " << error.what() << '\n';
      return true;
    }
  });
}

struct DataFacts {
  std::string fingerprint;
  bool split_by_seed;
};
// What a rate of missing labels or the data forbid is said before anything is trained.
DataFacts fit_to_data(race::Plan& plan, const TrainConfig& budget, bool all) {
  DataOptions options = budget.data_options();
  const auto data = open_data(budget.data, options);
  options.label_noise = *std::max_element(plan.missing.begin(), plan.missing.end());
  if (options.label_noise > 0) open_data(budget.data, options);
  fit_to_task(plan, data->task(), all);
  refuse_counts(plan, *data, all);
  if (data->indices(Split::test).empty())
    throw FileError(text(budget.data, ": no image is in the test split, and a race is decided there"));
  return {data->fingerprint(), data->split_was_made(Split::test)};
}

std::string shell_word(const std::string& word) {
  return word.find_first_of(" '\"$*?") == std::string::npos ? word : "'" + word + "'";
}

std::string command_line(const RaceArgs& a, const Command& command) {
  std::string out = "skew loss race";
  if (!a.train.config.empty()) out += " -c " + shell_word(a.train.config);
  for (const auto& [key, value] : a.train.fields.given(command)) {
    const size_t dot = key.find('.');
    if (dot != key.npos)
      out += " " + argument_flag(key.substr(0, dot)) + " " + shell_word(key.substr(dot + 1) + "=" + value);
    else if (key != "threads" && key != "workers") out += " " + flag_of(key) + " " + shell_word(value);
  }
  out += " --loss ";
  for (size_t i = 0; i < a.choice.names.size(); ++i) out += (i ? "," : "") + a.choice.names[i];
  for (const std::string& s : a.choice.settings) out += " --set " + shell_word(s);
  for (const std::string& g : a.grid) out += " --grid " + shell_word(g);
  for (const std::string& v : a.vary) out += " --vary " + shell_word(v);
  if (!a.vary.empty()) out += text(" --draws ", a.draws);
  if (a.noise != "missing=0") out += " --noise " + shell_word(a.noise);
  return out + text(" --seeds ", a.seeds, a.best ? " --best" : "", " -o ", shell_word(a.folder));
}

// The last part of a path, with or without a slash behind it.
std::string data_name(const std::string& source) {
  if (!fs::exists(source)) return source;  // synth:shapes14:64/32/64
  const std::filesystem::path path(source);
  return (path.has_filename() ? path : path.parent_path()).filename().string();
}

std::string budget_words(const TrainConfig& c) {
  return text(c.model == "auto" ? "the network that fits the images" : c.model,
              c.image_size == 0 ? "" : text(", images ", c.image_size, "²"), ", ",
              report::counted(c.epochs, "epoch", "epochs"), ", batch ", c.batch, ", ", c.optimizer.name, " at ",
              field_text(c.lr), ", ", c.schedule.name);
}

// A folder that is no race's: nothing is written among other files.
void refuse_foreign(const std::string& folder) {
  if (fs::is_directory(folder) && !fs::is_empty(folder) && !fs::exists(folder + "/runs"))
    throw FileError(text(folder, ": has files in it, and no runs/ of an earlier race; choose a new folder with -o"));
}

// Finished runs in the folder that the plan does not ask for: fewer seeds than before, another loss.
std::vector<std::string> finished_outside(const std::string& folder, const race::Plan& plan,
                                          const std::vector<race::Cell>& cells) {
  std::vector<std::string> names;
  if (!fs::is_directory(folder + "/runs")) return names;
  for (const auto& entry : fs::directory_iterator(folder + "/runs"))
    if (!entry.is_symlink() && fs::exists(entry.path() / "cell.json"))
      names.push_back(entry.path().filename().string());
  std::erase_if(names, [&](const std::string& name) {
    return std::any_of(cells.begin(), cells.end(),
                       [&](const race::Cell& c) { return race::file_name(plan.entrants[c.entrant], c) == name; });
  });
  std::sort(names.begin(), names.end());
  return names;
}

int run_race(const RaceArgs& a, const Command& command) {
  race::Plan plan = plan_of(a, command);
  const TrainConfig budget = budget_of(a, command);
  const auto [fingerprint, split_by_seed] =
      fit_to_data(plan, budget, a.choice.names == std::vector<std::string>{"all"});
  const race::CellIdentity identity{a.best, fingerprint};
  if (plan.entrants.empty()) throw UsageError("--loss: none of these is for the data");
  check_distinct(plan);
  refuse_foreign(a.folder);
  make_folder(a.folder);
  const FolderLock lock(a.folder);
  const std::vector<race::Cell> cells = plan.cells();
  const race::Heading heading{data_name(budget.data), command_line(a, command),
                              budget_words(budget),   a.best,
                              split_by_seed,          finished_outside(a.folder, plan, cells)};
  if (!heading.outside.empty()) std::cerr << "note: " << race::outside_words(heading.outside) << '\n';
  watch_stop_signals();

  std::vector<race::DoneCell> done;
  std::vector<race::Cell> open;
  auto folder_of = [&](const race::Cell& c) {
    return a.folder + "/runs/" + race::file_name(plan.entrants[c.entrant], c);
  };
  for (const race::Cell& c : cells) {
    const auto before = race::finished_cell(folder_of(c), cell_config(budget, plan, c), identity);
    if (before) done.push_back({c, *before});
    else open.push_back(c);
  }
  race::RaceProgress progress(std::ssize(cells), std::ssize(done));
  for (const race::Cell& c : open) {
    progress.begin(plan.entrants[c.entrant].label, c);
    const auto result = race::run_cell(folder_of(c), cell_config(budget, plan, c),
                                       {identity, a.keep_weights, [&](double share) { progress.within(share); }});
    if (!result || stop_signal()) {
      std::fprintf(stderr, "\nstopped; the same command goes on from here\n");
      return exit_code_of_signal(stop_signal());
    }
    progress.end(*result);
    done.push_back({c, *result});
    race::write_documents(a.folder, heading, done, plan);
  }
  race::write_documents(a.folder, heading, done, plan);
  if (race::standings(plan, done).metrics.empty()) {
    for (const std::string& why : race::standings(plan, done).failures) std::cerr << "failed: " << why << '\n';
    std::cerr << "every run failed; cells.csv in " << a.folder << " says how\n";
    return 1;
  }
  const race::Standings all = race::standings(plan, done);
  // Markdown into a file or a pipe, so that it can be put into a document; a terminal gets tables.
  if (isatty(fileno(stdout))) std::cout << race::terminal_tables(all, report::wants_style(stdout));
  else std::cout << race::markdown(heading, all);
  std::cout << report::wrapped("files in " + a.folder + ": table.md .csv .tex, cells.csv, figure.svg .csv" +
                               (a.vary.empty() ? "" : ", sensitivity.svg .csv"))
            << '\n';
  return 0;
}

}  // namespace

void add_loss_race(Command& loss) {
  auto a = std::make_shared<RaceArgs>();
  Command& command = loss.add("race", "train with several losses alike, and compare them", [a](Command& given) {
    if (!a->train.fields.help_all) return run_race(*a, given);
    std::cout << a->train.fields.whole_help(given);
    return 0;
  });
  add_choice(command, a->choice);
  command.option("--seeds", a->seeds, "0 … N-1, for each loss  [3]", {.as = "N", .low = 1, .high = 1000});
  command.option("--noise", a->noise,
                 "missing=0,.25: shares of the positives of train and val that go missing  [missing=0]");
  command.option("--grid", a->grid, "lambda=1.2,1.5,2: each loss that has it, with each value; repeat for more",
                 {.repeated = true});
  command.option("--vary", a->vary, "gamma_neg=2: random settings, each value ± up to this; repeat for more",
                 {.repeated = true});
  command.option("--draws", a->draws, "random settings a loss, at seed 0  [16]", {.as = "N", .low = 1, .high = 10000});
  command.flag("--best", a->best, "measure the best epoch by validation instead of the last");
  command.flag("--keep-weights", a->keep_weights, "keep weights/ of finished runs");
  add_theme(command);
  command.option(
      "-o,--out", a->folder,
      "folder of the runs and of tables, as CSV, LaTeX and the Markdown that a pipe gets; the same command goes on "
      "there  [race]",
      {.as = "DIR"});
  a->train.add_to(command, own_settings);
  command.example("skew loss race --data my_images --loss cross_entropy,ral_single --epochs 2",
                  "both trained alike, three seeds each");
}

}  // namespace skew
