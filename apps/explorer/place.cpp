// The caret below a line, under a character whatever the alphabet.
#include "apps/explorer/place.h"

namespace skew::explorer {
namespace {

std::string_view line_of(std::string_view source, int number) {
  for (int n = 1; n < number; ++n) {
    const size_t end = source.find('\n');
    if (end == source.npos) return {};
    source.remove_prefix(end + 1);
  }
  std::string_view line = source.substr(0, source.find('\n'));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace

std::string located(std::string_view source, Place place, std::string_view reason) {
  std::string line(line_of(source, place.line));
  for (char& c : line)
    if (c == '\t') c = ' ';
  return text("line ", place.line, ", column ", place.column, ": ", reason, "\n  ", line, "\n  ",
              std::string(size_t(place.column - 1), ' '), "^");
}

void fail(std::string_view source, Place place, const std::string& reason) {
  throw ProgramError(located(source, place, reason), reason, place);
}

std::string suggestion(const std::string& word, const std::vector<std::string>& known) {
  const std::string message = unknown_word("", word, known);
  const size_t from = message.find("; did you mean");
  return from == message.npos ? "" : message.substr(from, message.find(" (known:") - from);
}

}  // namespace skew::explorer
