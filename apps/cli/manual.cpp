// man(7) and bash, written out.
#include "apps/cli/manual.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <functional>

#include "core/error.h"
#include "core/file.h"
#include "core/text.h"

namespace skew {
namespace {

std::string dashed(const std::string& name) {
  std::string out = name;
  for (char& c : out)
    if (c == ' ') c = '-';
  return out;
}

// Text as man(7) prints it: its own signs kept from it.
std::string plain(const std::string& words) {
  std::string out;
  for (const char c : words) {
    if (c == '\\') out += "\\e";
    else if (c == '-') out += "\\-";
    else if (c == '\n') out += "\n";
    else out += c;
  }
  return out.starts_with('.') || out.starts_with('\'') ? "\\&" + out : out;
}

std::string bold(const std::string& words) { return "\\fB" + plain(words) + "\\fR"; }
std::string italic(const std::string& words) { return "\\fI" + plain(words) + "\\fR"; }

std::string option_line(const OptionText& option) {
  std::string out;
  for (const std::string& name : option.names)
    out += (out.empty() ? "" : ", ") + (option.by_place ? italic(option.value) : bold(name));
  if (!option.by_place && !option.value.empty()) out += " " + italic(option.value);
  return out;
}

std::string synopsis(const Command& command) {
  std::string out = bold(command.full_name());
  if (!command.commands().empty()) return out + " " + italic("COMMAND") + " …";
  out += " [" + italic("OPTIONS") + "]";
  for (const OptionText& option : command.options())
    if (option.by_place) out += option.required ? " " + italic(option.value) : " [" + italic(option.value) + "]";
  return out;
}

// Headings in the order in which they are first met.
std::vector<std::string> headings(const std::vector<OptionText>& options) {
  std::vector<std::string> out;
  for (const OptionText& option : options)
    if (std::find(out.begin(), out.end(), option.below) == out.end()) out.push_back(option.below);
  return out;
}

std::string upper(std::string words) {
  for (char& c : words) c = char(std::toupper(static_cast<unsigned char>(c)));
  return words;
}

void for_each_command(const Command& from, const std::function<void(const Command&)>& visit) {
  visit(from);
  for (const auto& command : from.commands()) for_each_command(*command, visit);
}

// ---- completion

std::string in_quotes(const std::string& words) {
  std::string out = "'";
  for (const char c : words) out += c == '\'' ? "'\\''" : std::string(1, c);
  return out + "'";
}

std::string all_words(const Command& command) {
  std::vector<std::string> words;
  for (const auto& below : command.commands()) words.push_back(below->name());
  for (const OptionText& option : command.options())
    if (!option.by_place) words.push_back(option.names.back());
  return joined(words, " ");
}

}  // namespace

std::string manual_page(const Command& command) {
  const std::string title = dashed(command.full_name());
  std::string out = ".TH " + upper(title) + " 1 \"\" \"skew " SKEW_VERSION "\" \"User Commands\"\n";
  out += ".SH NAME\n" + plain(title) + " \\- " + plain(command.summary()) + "\n";
  out += ".SH SYNOPSIS\n" + synopsis(command) + "\n";
  if (!command.commands().empty()) {
    out += ".SH COMMANDS\n";
    for (const auto& below : command.commands())
      out += ".TP\n" + bold(dashed(below->full_name())) + "(1)\n" + plain(below->summary()) + "\n";
  }
  const std::vector<OptionText> options = command.options();
  for (const std::string& heading : headings(options)) {
    out += ".SH " + upper(heading) + "\n";
    for (const OptionText& option : options) {
      if (option.below != heading) continue;
      out += ".TP\n" + option_line(option) + "\n" + plain(option.help) + "\n";
      if (option.words.size() > 8) out += "One of: " + plain(joined(option.words, ", ")) + ".\n";
    }
  }
  if (!command.examples().empty()) out += ".SH EXAMPLES\n";
  for (const Command::Example& example : command.examples())
    out += ".TP\n" + bold(example.line) + "\n" + plain(example.what) + "\n";
  out += ".SH EXIT STATUS\n0 done, 1 failed, 2 wrong usage, 128 and its number stopped by a signal.\n";
  if (title != "skew") out += ".SH SEE ALSO\n" + bold("skew") + "(1)\n";
  return out;
}

std::string bash_completion(const Command& program) {
  std::string known, values, words, takers;
  for_each_command(program, [&](const Command& command) {
    const std::string name = command.full_name();
    if (&command != &program) known += (known.empty() ? "" : "|") + in_quotes(name);
    words += "      " + in_quotes(name) + ") words=" + in_quotes(all_words(command)) + " ;;\n";
    for (const OptionText& option : command.options()) {
      if (option.by_place || option.value.empty() || option.value.starts_with('[')) continue;
      std::string patterns;
      for (const std::string& option_name : option.names)
        patterns += (patterns.empty() ? "" : "|") + in_quotes(name + " " + option_name);
      if (option.words.empty()) takers += (takers.empty() ? "" : "|") + patterns;
      else values += "    " + patterns + ") words=" + in_quotes(joined(option.words, " ")) + " ;;\n";
    }
  });
  return "# Completion for bash, made by skew " SKEW_VERSION
         " from its own options.\n"
         "_skew() {\n"
         "  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command=skew words= i\n"
         "  COMPREPLY=()\n"
         "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
         "    case \"$command ${COMP_WORDS[i]}\" in\n      " +
         known +
         ") command+=\" ${COMP_WORDS[i]}\" ;;\n"
         "    esac\n"
         "  done\n"
         "  case \"$command $previous\" in\n" +
         values + "    " + takers +
         ") return ;;  # files\n"
         "    *) case $command in\n" +
         words +
         "    esac ;;\n"
         "  esac\n"
         "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
         "}\n"
         "complete -o default -F _skew skew\n";
}

int write_manuals(const Command& program, const std::string& folder) {
  namespace fs = std::filesystem;
  std::error_code error;
  for (const char* name : {"man1", "completions"}) {
    fs::create_directories(fs::path(folder) / name, error);
    if (error) throw FileError(text(folder, ": cannot make this folder: ", error.message()));
  }
  int pages = 0;
  for_each_command(program, [&](const Command& command) {
    write_file((fs::path(folder) / "man1" / (dashed(command.full_name()) + ".1")).string(), manual_page(command));
    ++pages;
  });
  write_file((fs::path(folder) / "completions" / "skew").string(), bash_completion(program));
  return pages;
}

}  // namespace skew
