// core/text.h's parse_number for the WebAssembly module, whose library has no from_chars for floating point. The same
// words are numbers: no blanks, no leading '+', no hexadecimal digits.
#include <cmath>
#include <cstdlib>
#include <limits>

#include "core/text.h"

namespace skew {

std::optional<double> parse_number(std::string_view word) {
  const std::string_view digits = word.starts_with('-') ? word.substr(1) : word;
  const double sign = digits.size() < word.size() ? -1 : 1;
  if (digits == "inf" || digits == "infinity") return sign * std::numeric_limits<double>::infinity();
  if (digits == "nan") return sign * std::numeric_limits<double>::quiet_NaN();
  const bool begins = !digits.empty() && (digits[0] == '.' || (digits[0] >= '0' && digits[0] <= '9'));
  if (!begins || digits.find_first_not_of("0123456789.eE+-") != digits.npos) return {};
  const std::string text(word);
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (end != text.c_str() + text.size() || !std::isfinite(value)) return {};
  return value;
}

}  // namespace skew
