// The caret below a line, under a character whatever the alphabet.
#include "apps/explorer/place.h"

#include <algorithm>

#include "apps/formats/utf8.h"

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
  constexpr size_t widest = 160;  // of a longer line the part around the caret is shown
  const std::u32string line = report::decode_printable(line_of(source, place.line));
  const size_t column = size_t(place.column - 1),
               first = line.size() > widest && column > widest / 2 ? column - widest / 2 : 0;
  const std::string before = first > 0 ? "…" : "";
  return text("line ", place.line, ", column ", place.column, ": ", report::encode(report::decode_printable(reason)),
              "\n  ", before, report::encode(line.substr(std::min(first, line.size()), widest)), "\n  ",
              std::string(column - first + (first > 0 ? 1 : 0), ' '), "^");
}

void fail(std::string_view source, Place place, const std::string& reason) {
  throw ProgramError(located(source, place, reason), reason, place);
}

}  // namespace skew::explorer
