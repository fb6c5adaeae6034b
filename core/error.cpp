// Suggesting the word that was probably meant.
#include "core/error.h"

#include <algorithm>
#include <cstdio>

#include "core/text.h"

namespace skew {
namespace {

// Letters to insert, delete, replace or swap with their neighbour (optimal string alignment), in three rows of the
// table.
size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> before, above(b.size() + 1), row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    before = above, above = row;
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = std::min(row[j], before[j - 2] + 1);
    }
  }
  return row[b.size()];
}

}  // namespace

void append_text(std::string& out, double value) {
  char digits[32];
  out.append(digits, size_t(std::snprintf(digits, sizeof digits, "%g", value)));
}

std::string unknown_word(std::string_view what, std::string_view word, const std::vector<std::string>& known) {
  std::string nearest;
  size_t best = std::max<size_t>(1, word.size() / 3) + 1;  // one slip, or a third of a long word
  for (const std::string& name : known) {
    const size_t distance = edit_distance(word, name);
    if (distance < best) best = distance, nearest = name;
  }
  std::string message = text("unknown ", what, " '", word, "'");
  if (!nearest.empty()) message += text("; did you mean '", nearest, "'?");
  if (const std::string list = joined(known, ", "); !list.empty()) message += text(" (known: ", list, ")");
  return message;
}

}  // namespace skew
