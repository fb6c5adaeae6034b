// What the subcommands of `skew` share: the shape of a command, and how errors become messages and exit codes.
// One file a command; main.cpp lists them. Exit codes: 0 done, 1 failed, 2 wrong usage, 128 + its number stopped by a
// signal.
#pragma once
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/device.h"

namespace skew {

// How the value of an option is form, and what it may be.
struct OptionForm {
  const char* as = "";  // in the help: FILE, NAME=VALUE
  double low = -std::numeric_limits<double>::infinity(), high = std::numeric_limits<double>::infinity();  // included
  bool required = false;
  bool list = false;            // several at commas
  bool repeated = false;        // one each time the option stands there
  const char* alone = nullptr;  // what the option means without a value; null: it needs one
};

// A command, or a group of commands. CLI11 stays behind it (command.cpp): its header costs every file five seconds.
class Command {
 public:
  using Run = std::function<int(Command&)>;

  // The program. `screen`: what it prints when no command is chosen.
  Command(const std::string& name, const std::string& help, const std::string& version, const std::string& screen);
  ~Command();
  // A command of this group; `run` returns the exit code.
  Command& add(const std::string& name, const std::string& help, Run run);
  Command& add(const std::string& name, const std::string& help, std::function<int()> run);
  // A group within this one; alone it prints its help.
  Command& add_group(const std::string& name, const std::string& help);

  // Adds `-s,--name`, or a word without dashes that is told by its place. `value` holds the default and outlives the
  // command. T: string, int, int64_t, double, or a vector of those.
  template <class T>
  void option(const std::string& flags, T& value, const std::string& help, const OptionForm& form = {});
  void flag(const std::string& flags, bool& value, const std::string& help);
  // The heading in the help below which `--name` stands; "" hides it.
  void show_below(const std::string& heading, const std::string& flag);
  // Takes --PREFIX.name VALUE for any name (free_options); without it such words are refused.
  void allow_free_options(const std::string& prefix);

  bool given(const std::string& flag) const;
  // The options of allow_free_options as name and value. Throws UsageError, with a suggestion, for all other words
  // that belong to no option, and where a value is missing.
  std::vector<std::pair<std::string, std::string>> free_options() const;
  std::string help() const;

  // The chosen command's exit code; 0 after --help and --version. Throws UsageError for a command line that makes no
  // sense, and what the command throws.
  int run(int argc, const char* const* argv);

 private:
  struct Parser;
  Command(Command* above, const std::string& name, const std::string& help);
  std::string full_name() const;  // "skew loss eval"
  Command& chosen();
  std::string missing(const std::string& otherwise) const;
  int run_group() const;

  const Command* const above_;  // the group that it belongs to, or null
  std::unique_ptr<Parser> parser_;
  std::vector<std::unique_ptr<Command>> commands_;
  Run run_;
  std::string screen_, free_;
};

// Each adds its command to `skew`.
void add_train(Command& skew);
void add_eval(Command& skew);
void add_compare(Command& skew);
void add_predict(Command& skew);
void add_data(Command& skew);
void add_info(Command& skew);
void add_bench(Command& skew);
void add_loss(Command& skew);
void add_autograd(Command& skew);
void add_selftest(Command& skew);

// Where to compute, and how exactly: --device and --tf32.
struct DeviceChoice {
  std::string word = "auto";  // for device_of (core/device.h)
  bool tf32 = false;
  // The device, told of tf32; what `auto` took is said on stderr. Throws ValueError: device_of, use_tf32.
  Device take() const;
};
void add_device(Command& command, DeviceChoice& choice);
// Adds --threads; 0 is all processors.
void add_threads(Command& command, int& threads);

// A run folder or a weights file → the weights file (best, or last where there is no best).
std::string weights_file(const std::string& run_or_file);

}  // namespace skew
