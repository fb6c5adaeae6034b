// Numbers from text by from_chars: exact, and the same in every locale.
#include <charconv>

#include "core/text.h"

namespace skew {

std::optional<double> parse_number(std::string_view word) {
  double value = 0;
  const auto [end, code] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (code != std::errc{} || end != word.data() + word.size()) return {};
  return value;
}

}  // namespace skew
