// What options have to do with each other.
#include "apps/training/train_config.h"

#include "apps/evaluation/evaluation.h"
#include "losses/table/loss_table.h"
#include "models/networks/network_table.h"

namespace skew {
namespace {

std::vector<std::string> with_auto(std::vector<std::string> words) {
  words.insert(words.begin(), "auto");
  return words;
}

void check_arguments(const Choice& choice, const char* flag, const std::vector<FieldInfo>& known) {
  std::vector<std::string> names;
  for (const FieldInfo& f : known) names.push_back(f.name);
  for (const auto& [name, value] : choice.arguments) {
    if (name == "lr" || name == "mode")
      throw UsageError(text(flag, " ", name, ": ", name == "lr" ? "it is --lr" : "it is --monitor's"));
    if (std::find(names.begin(), names.end(), name) == names.end())
      throw UsageError(text(flag, ": ", unknown_word("argument of " + choice.name, name, names)));
  }
}

}  // namespace

std::vector<std::string> network_words() {
  std::vector<std::string> words;
  for (const NetworkInfo& network : networks()) words.push_back(network.name);
  return with_auto(std::move(words));
}

std::vector<std::string> loss_words() {
  std::vector<std::string> words = loss_names();
  for (const auto& [alias, loss] : loss_aliases()) words.push_back(alias);
  words.push_back("ce");  // cross_entropy, as many write it
  return with_auto(std::move(words));
}

std::vector<std::string> monitor_words() { return with_auto(monitored_metrics()); }

std::vector<std::string> reduction_words() {
  std::vector<std::string> words = field_words(Reduction::mean);
  std::erase(words, name_of(Reduction::none));
  return words;
}

void TrainConfig::check() const {
  if (channels == 2) throw UsageError("--in-chans must be 0, 1 or 3, got 2");
  if (ema > 0 && swa > 0) throw UsageError("--swa: the weights are averaged in one way; leave --ema out");
  if (most_bad != TrainConfig{}.most_bad && bad_images == BadImages::fail)
    throw UsageError("--most-bad: it is a limit of --bad-images skip; give that as well");
  check_arguments(optimizer, "--opt-arg", optimizer_arguments(optimizer.name));
  check_arguments(schedule, "--sched-arg", schedule_arguments(schedule.name));
}

DataOptions TrainConfig::data_options() const {
  DataOptions options = reading;
  options.seed = uint64_t(seed);
  options.task = task;
  options.label_noise = missing_labels;
  options.skip_missing = bad_images == BadImages::skip;
  return options;
}

}  // namespace skew
