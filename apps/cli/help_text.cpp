// Entries, wrapped below themselves.
#include "apps/cli/help_text.h"

#include <algorithm>

#include "apps/formats/utf8.h"
#include "apps/report/table.h"
#include "core/text.h"

namespace skew {
namespace {

constexpr int help_column = 26;

// "  -b, --batch N", and from column 26 on, or in the next line, what it means.
std::string entry(const std::string& name, const std::string& meaning) {
  const int width = report::column_width(name);
  std::string line = name;
  if (width + 2 > help_column) line += "\n" + std::string(help_column, ' ');
  else line += std::string(size_t(help_column - width), ' ');
  return report::wrapped(line + meaning, help_column) + "\n";
}

std::string option_name(const OptionText& option) {
  const std::string value = option.value == "VALUE" ? "" : option.value;
  if (option.by_place) return "  " + value;
  std::string out = option.names[0].starts_with("--") ? "      " : "  ";
  out += joined(option.names, ", ");
  return value.empty() ? out : out + " " + value;
}

std::string usage(const Command& command) {
  std::string out = "Usage: " + command.full_name();
  if (!command.commands().empty()) return out + " COMMAND …";
  for (const OptionText& option : command.options())
    if (option.by_place) out += option.required ? " " + option.value : " [" + option.value + "]";
  return out + " [OPTIONS]";
}

}  // namespace

std::string help_text(const Command& command) {
  std::string out = command.summary() + "\n" + usage(command) + "\n";
  if (!command.commands().empty()) out += "\nCommands:\n";
  for (const auto& below : command.commands()) out += entry("  " + below->name(), below->summary());
  const std::vector<OptionText> options = command.options();
  std::vector<std::string> headings;
  for (const OptionText& option : options)
    if (!option.heading.empty() && std::find(headings.begin(), headings.end(), option.heading) == headings.end())
      headings.push_back(option.heading);
  for (const std::string& heading : headings) {
    out += "\n" + heading + ":\n";
    for (const OptionText& option : options)
      if (option.heading == heading) out += entry(option_name(option), option.help);
  }
  if (!command.examples().empty()) out += "\nExamples:\n";
  for (const Command::Example& example : command.examples())
    out += "  " + example.line + "\n      " + example.what + "\n";
  return out;
}

}  // namespace skew
