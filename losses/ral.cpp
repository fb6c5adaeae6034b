// RAL's own kinds of parameter as text: its form, and the numbers of Taylor terms.
#include "losses/ral.h"

#include "core/error.h"

namespace skew {

void set_field(FieldName what, RalTerms& value, const std::string& word, const Range& range) {
  value = {};
  if (word == "inf") return;
  const size_t comma = word.find(',');
  if (comma == std::string::npos)
    throw ValueError(text(what, " must be inf, or two numbers M,N (positives, negatives); got '", word, "'"));
  set_field(what, value.positive, word.substr(0, comma), range);
  set_field(what, value.negative, word.substr(comma + 1), range);
  const bool both = value.positive > 0 && value.negative > 0;
  if (!both) throw ValueError(text(what, ": M and N must be at least 1, got '", word, "'; inf keeps all terms"));
  check_field(what, value, range);
}

void check_field(FieldName what, RalTerms value, const Range&) {
  const bool all = value.positive == 0 && value.negative == 0;
  const bool some =
      value.positive > 0 && value.negative > 0 && value.positive < pair_radix && value.negative < pair_radix;
  if (!all && !some)
    throw ValueError(text(what, " must be inf (0, 0), or M and N in [1, ", pair_radix - 1, "]; got ", value.positive,
                          ",", value.negative));
}

std::string field_text(RalTerms value) { return value.finite() ? text(value.positive, ",", value.negative) : "inf"; }

}  // namespace skew
