// CLI11 behind a Command, and the words that belong to no option: settings, or a mistake answered with a suggestion.
#include "apps/cli/command.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <map>

#include "apps/cli/help_text.h"
#include "apps/formats/near_path.h"
#include "apps/formats/words.h"
#include "apps/report/svg.h"
#include "apps/report/table.h"
#include "core/device.h"
#include "core/device_library.h"
#include "core/error.h"
#include "core/text.h"
#include "losses/table/loss_table.h"

namespace skew {
namespace {

template <class T> struct ElementOf { using type = T; };
template <class T> struct ElementOf<std::vector<T>> { using type = T; };

// "" for a number within the bounds, else what was expected.
std::string check_number(const std::string& word, bool whole, const OptionForm& bounds) {
  const std::optional<double> number = parse_number(word);
  const bool bounded = bounds.low > -HUGE_VAL || bounds.high < HUGE_VAL;
  const bool within =
      number && (!bounded || (std::isfinite(*number) && *number >= bounds.low && *number <= bounds.high));
  if (within && !(whole && word.find_first_of(".eEnN") != word.npos)) return "";
  std::string expected = whole ? "expected a whole number" : "expected a number";
  if (bounds.high < HUGE_VAL) expected += " from " + shortest(bounds.low) + " to " + shortest(bounds.high);
  else if (bounds.low > -HUGE_VAL) expected += ", " + shortest(bounds.low) + " or more";
  return expected + "; got '" + word + "'";
}

}  // namespace

struct Command::Parser {
  CLI::App own;                               // of the program alone
  CLI::App* app;                              // this command's, owned by the group's
  std::map<std::string, OptionForm> forms{};  // by their first name, of the options that have one
};

namespace {

// What other programs call an option that is called otherwise here.
struct Elsewhere {
  const char *word, *here;
};
constexpr Elsewhere elsewhere[] = {
    {"--batch-size", "--batch"},
    {"--bs", "--batch"},
    {"--imgsz", "--img-size"},
    {"--image-size", "--img-size"},
    {"--input-size", "--img-size"},
    {"--size", "--img-size"},
    {"--lr0", "--lr"},
    {"--learning-rate", "--lr"},
    {"--wd", "--weight-decay"},
    {"--optimizer", "--opt"},
    {"--optim", "--opt"},
    {"--scheduler", "--sched"},
    {"--lr-scheduler", "--sched"},
    {"--num-workers", "--workers"},
    {"--arch", "--model"},
    {"--network", "--model"},
    {"--backbone", "--model"},
    {"--criterion", "--loss"},
    {"--loss-fn", "--loss"},
    {"--pretrained", "--init"},
    {"--weights", "--init"},
    {"--checkpoint", "--init"},
    {"--finetune", "--init"},
    {"--dataset", "--data"},
    {"--data-dir", "--data"},
    {"--root", "--data"},
    {"--num-epochs", "--epochs"},
    {"--max-epochs", "--epochs"},
    {"-e", "--epochs"},
    {"--warmup-epochs", "--warmup"},
    {"--num-classes", "--classes"},
    {"--channels", "--in-chans"},
    {"--gpu", "--device"},
    {"--cuda", "--device"},
    {"--output", "--out"},
    {"--output-dir", "--project"},
    {"--save-dir", "--project"},
    {"--run-name", "--name"},
    {"--early-stopping", "--patience"},
    {"--grad-clip", "--clip-grad"},
    {"--max-norm", "--clip-grad"},
    {"--augmentation", "--augment"},
    {"--aug", "--augment"},
    {"--random-seed", "--seed"},
    {"--num-threads", "--threads"},
    {"--threshold", "--thresholds"},
    {"--logit", "--x"},
    {"--logits", "--x"},
    {"--z", "--x"},
    {"--prob", "--p"},
    {"--probability", "--p"},
    {"--params", "--set"},
    {"--exist-ok", "--name"},
};

// The option of `known` that another program's word means, or "".
std::string meant(std::string word, const std::vector<std::string>& known) {
  for (char& c : word) c = c == '_' ? '-' : char(std::tolower(static_cast<unsigned char>(c)));
  const auto has = [&](const std::string& name) { return std::find(known.begin(), known.end(), name) != known.end(); };
  if (has(word)) return word;
  for (const Elsewhere& other : elsewhere)
    if (word == other.word && has(other.here)) return other.here;
  return "";
}

}  // namespace

Command::Command(const std::string& name, const std::string& help, const std::string& version,
                 const std::string& screen)
    : above_(nullptr), parser_(new Parser{CLI::App(help, name), nullptr}), screen_(screen) {
  parser_->app = &parser_->own;
  parser_->app->set_version_flag("-v,--version", version);
  parser_->app->allow_extras()->require_subcommand(0, 1);
  show_own_help();
}

Command::Command(Command* above, const std::string& name, const std::string& help)
    : above_(above), parser_(new Parser{CLI::App(), above->parser_->app->add_subcommand(name, help)}) {
  parser_->app->allow_extras();
  show_own_help();
}

void Command::show_own_help() {
  parser_->app->set_help_flag("-h,--help", "this text");
  parser_->app->formatter_fn(
      [this](const CLI::App*, const std::string&, CLI::AppFormatMode) { return help_text(*this); });
}

Command::~Command() = default;

Command& Command::add(const std::string& name, const std::string& help, Run run) {
  commands_.emplace_back(new Command(this, name, help));
  commands_.back()->run_ = std::move(run);
  return *commands_.back();
}

Command& Command::add(const std::string& name, const std::string& help, std::function<int()> run) {
  return add(name, help, [run = std::move(run)](Command&) { return run(); });
}

Command& Command::add_group(const std::string& name, const std::string& help) {
  Command& group = add(name, help, Run());
  group.parser_->app->require_subcommand(0, 1);
  return group;
}

template <class T>
void Command::option(const std::string& flags, T& value, const std::string& help, const OptionForm& form) {
  CLI::Option* option = parser_->app->add_option(flags, value, help)->type_name(form.as)->required(form.required);
  parser_->forms[option->get_name()] = form;
  if (form.list) option->delimiter(',');
  if (form.repeated) option->allow_extra_args(false);
  if (form.alone) option->expected(0, 1)->default_str(form.alone);
  using Element = typename ElementOf<T>::type;
  if constexpr (std::is_arithmetic_v<Element>)
    option->check([form](const std::string& word) { return check_number(word, std::is_integral_v<Element>, form); });
}
template void Command::option(const std::string&, std::string&, const std::string&, const OptionForm&);
template void Command::option(const std::string&, int&, const std::string&, const OptionForm&);
template void Command::option(const std::string&, int64_t&, const std::string&, const OptionForm&);
template void Command::option(const std::string&, double&, const std::string&, const OptionForm&);
template void Command::option(const std::string&, std::vector<std::string>&, const std::string&, const OptionForm&);
template void Command::option(const std::string&, std::vector<int64_t>&, const std::string&, const OptionForm&);
template void Command::option(const std::string&, std::vector<double>&, const std::string&, const OptionForm&);

void Command::flag(const std::string& flags, bool& value, const std::string& help) {
  parser_->app->add_flag(flags, value, help);
}

void Command::show_below(const std::string& heading, const std::string& flag) {
  parser_->app->get_option(flag)->group(heading);
}

void Command::allow_free_options(const std::string& prefix) { free_ = "--" + prefix + "."; }

bool Command::given(const std::string& flag) const { return parser_->app->count(flag) > 0; }

std::string Command::full_name() const { return (above_ ? above_->full_name() + " " : "") + parser_->app->get_name(); }

std::string Command::name() const { return parser_->app->get_name(); }
std::string Command::summary() const { return parser_->app->get_description(); }

void Command::example(const std::string& line, const std::string& what) { examples_.push_back({line, what}); }

std::vector<OptionText> Command::options() const {
  std::vector<OptionText> out;
  for (const CLI::Option* option : parser_->app->get_options()) {
    const auto form = parser_->forms.find(option->get_name());
    OptionText text{.help = option->get_description(), .required = option->get_required()};
    for (const std::string& letter : option->get_snames()) text.names.push_back("-" + letter);
    for (const std::string& word : option->get_lnames()) text.names.push_back("--" + word);
    text.by_place = text.names.empty();
    text.heading = option->get_group();
    if (text.by_place && text.heading == "Options") text.heading = "Arguments";
    if (text.by_place) text.names.push_back(option->get_name());
    if (form != parser_->forms.end()) {
      text.value = *form->second.as ? form->second.as : "VALUE";
      text.words = form->second.words;
      text.below = form->second.below;
      if (form->second.alone) text.value = "[" + text.value + "]";
    }
    if (text.below.empty()) text.below = text.by_place ? "Arguments" : "Options";
    out.push_back(std::move(text));
  }
  return out;
}

const Command& Command::find(const std::vector<std::string>& words) const {
  const Command* at = this;
  for (const std::string& word : words) {
    std::vector<std::string> known;
    const Command* next = nullptr;
    for (const auto& command : at->commands_) {
      known.push_back(command->name());
      if (command->name() == word) next = command.get();
    }
    if (!next && known.empty())
      throw UsageError(text("'", word, "': `", at->full_name(), "` has no commands of its own"));
    if (!next) throw UsageError(unknown_word("command", word, known));
    at = next;
  }
  return *at;
}

std::string Command::help() const { return help_text(*this); }

std::vector<std::pair<std::string, std::string>> Command::free_options() const {
  const CLI::App& app = *parser_->app;
  std::vector<std::string> known;
  for (const CLI::Option* option : app.get_options())
    for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
  std::vector<std::pair<std::string, std::string>> out;
  const std::vector<std::string> rest = app.remaining();
  for (size_t i = 0; i < rest.size(); ++i) {
    const std::string word = rest[i].substr(0, rest[i].find('='));
    if (!word.starts_with('-')) {
      const bool is_loss = has_loss(word) && app.get_option_no_throw("--loss");
      std::error_code ignored;
      if (!is_loss && app.get_option_no_throw("--data") && std::filesystem::exists(word, ignored))
        throw UsageError(text("unexpected word '", word, "'; images are named by --data: `", full_name(), " --data ",
                              shell_word(word), "`"));
      if (word != rest[i] && std::ranges::find(known, "--" + word) != known.end())
        throw UsageError(text("unexpected word '", rest[i], "'; did you mean --", rest[i], "?"));
      throw UsageError(text("unexpected word '", word, "'; ", is_loss ? "did you mean --loss " + word + "? " : "",
                            "see `", full_name(), " --help`"));
    }
    if (free_.empty() || !word.starts_with(free_)) {
      const std::string here = meant(word, known);
      if (!here.empty()) throw UsageError(text("unknown option '", word, "'; here it is ", here));
      throw UsageError(unknown_word("option", word, known));
    }
    if (rest[i].size() > word.size()) {
      out.emplace_back(word.substr(2), rest[i].substr(word.size() + 1));
    } else {
      if (++i == rest.size()) throw UsageError(word + ": expected a value");
      out.emplace_back(word.substr(2), rest[i]);
    }
  }
  return out;
}

// A group without a command: what there is to choose from, or which of them was meant.
int Command::run_group() const {
  const std::vector<std::string> rest = parser_->app->remaining();
  if (rest.empty()) {
    std::cout << (screen_.empty() ? help() : screen_);
    return 0;
  }
  const std::string before = above_ ? parser_->app->get_name() + " " : "";
  if (rest[0].starts_with('-')) {
    std::vector<std::string> known = {"--help"};
    if (!above_) known.insert(known.end(), {"--version", "-v"});
    throw UsageError(unknown_word("option", rest[0], known));
  }
  std::vector<std::string> known;
  for (const auto& command : commands_) known.push_back(before + command->parser_->app->get_name());
  throw UsageError(unknown_word("command", before + rest[0], known));
}

// The first option that the command needs and did not get, with what it is for.
std::string Command::missing(const std::string& otherwise) const {
  const std::string advice = "; see `" + full_name() + " --help`";
  std::string taken;  // which word went where
  for (const CLI::Option* option : parser_->app->get_options()) {
    if (option->get_positional() && option->count() > 0)
      taken += text("; '", option->results()[0], "' was taken for ", option->get_name());
    if (option->get_required() && option->count() == 0)
      return text(full_name().substr(full_name().find(' ') + 1), ": ", option->get_name(),
                  " is missing: ", option->get_description(), taken, advice);
  }
  return otherwise + advice;
}

namespace {

// The library's count of an option's values, as a next step.
std::string miscounted(const std::string& said, const std::string& command) {
  const size_t colon = said.find(": ");
  const std::string name = said.substr(0, colon), advice = "; see `" + command + " --help`";
  if (said.find("At Most") != said.npos) return name + " is given more than once; give it once" + advice;
  const size_t value = said.find(" required ", colon), end = said.rfind(" missing");
  if (value == said.npos || end == said.npos) return said + advice;
  return name + ": its value is missing: " + name + said.substr(value + 9, end - value - 9) + advice;
}

}  // namespace

Command& Command::chosen() {
  for (const auto& command : commands_)
    if (command->parser_->app->parsed()) return command->chosen();
  return *this;
}

int Command::run(int argc, const char* const* argv) {
  try {
    parser_->app->parse(argc, argv);
  } catch (const CLI::Success& done) {  // --help, --version
    return parser_->app->exit(done);
  } catch (const CLI::RequiredError& e) {
    throw UsageError(chosen().missing(e.what()));
  } catch (const CLI::ArgumentMismatch& e) {
    throw UsageError(miscounted(e.what(), chosen().full_name()));
  } catch (const CLI::ParseError& e) {
    throw UsageError(e.what());
  }
  Command& command = chosen();
  if (!command.run_) return command.run_group();
  command.free_options();  // refuses what no option takes
  for (const auto& first : command.before_) first();
  return command.run_(command);
}

Device DeviceChoice::take() const {
  const Device device = device_of(word);
  use_tf32(device, tf32);
  const std::string said = word == "auto" ? about_automatic_device() : "";
  if (!said.empty()) std::cerr << report::wrapped(said) << '\n';
  return device;
}

void add_device(Command& command, DeviceChoice& choice) {
  command.option("--device", choice.word, "where to compute: " + joined(device_words(), ", ") + "  [auto]");
  command.flag("--tf32", choice.tf32, "on cuda: round inputs of products and convolutions to 10 bits, which is faster");
}

void add_threads(Command& command, int& threads) {
  command.option("--threads", threads, "0: all processors, beside other busy programs too  [0]",
                 {.low = 0, .high = 1024});
}

void add_theme(Command& command) {
  const std::vector<std::string> words = {"auto", "light", "dark"};
  auto word = std::make_shared<std::string>("auto");
  command.option("--theme", *word, "colours of figures: auto (as the reader's system prefers), light or dark  [auto]",
                 {.words = words, .below = "Figures"});
  command.before([word, words] {
    const auto at = std::find(words.begin(), words.end(), *word);
    if (at == words.end()) throw UsageError(unknown_word("--theme", *word, words));
    report::set_theme(report::Theme(at - words.begin()));
  });
}

std::string weights_file(const std::string& given) {
  namespace fs = std::filesystem;
  if (!fs::is_directory(given)) {
    if (!fs::exists(given)) throw FileError(text(given, ": no such run folder or weights file", near_path(given)));
    return given;
  }
  for (const char* name : {"weights/best.safetensors", "weights/last.safetensors"})
    if (fs::exists(fs::path(given) / name)) return (fs::path(given) / name).string();
  throw FileError(text(given, ": holds no weights/best.safetensors; is it a run folder of `skew train`?"));
}

}  // namespace skew
