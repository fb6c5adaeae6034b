// Parsing lists and ranges of numbers.
#include "apps/cli/number_list.h"

#include <cmath>

#include "core/error.h"
#include "core/text.h"

namespace skew {
namespace {

double number(const std::string& what, const std::string& word) {
  const std::optional<double> value = parse_number(word);
  if (!value || !std::isfinite(*value))
    throw UsageError(
        text(what, ": expected numbers such as 3, 1,2.5 or -8:8:801 (from:to:how many), got '", word, "'"));
  return *value;
}

}  // namespace

std::vector<double> number_list(const std::string& what, const std::string& words) {
  constexpr double most = 1e6;
  std::vector<double> list;
  if (words.empty()) number(what, words);  // refuses
  for (const std::string& part : split_list(words)) {
    const std::vector<std::string> range = split_list(part, ':');
    if (range.size() <= 1) {
      list.push_back(number(what, part));
      continue;
    }
    if (range.size() != 3) throw UsageError(text(what, ": expected from:to:how many, got '", part, "'"));
    const double from = number(what, range[0]), to = number(what, range[1]), n = number(what, range[2]);
    if (n != std::floor(n) || n < 2 || n > most)
      throw UsageError(text(what, ": from:to:how many needs a whole number from 2 to 1000000, got '", range[2], "'"));
    if (!std::isfinite(to - from)) throw UsageError(text(what, ": '", part, "' is too wide, its length is no number"));
    for (double i = 0; i < n; ++i) list.push_back(i + 1 == n ? to : from + (to - from) * (i / (n - 1)));
  }
  if (list.size() > size_t(most)) throw UsageError(text(what, ": ", list.size(), " numbers; at most 1000000"));
  return list;
}

}  // namespace skew
