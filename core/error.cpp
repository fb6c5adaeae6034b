// Suggesting the word that was probably meant.
#include "core/error.h"

#include <algorithm>

namespace skew {
namespace {

// Levenshtein distance in one row of the table.
size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t above = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1])});
      diagonal = above;
    }
  }
  return row[b.size()];
}

}  // namespace

std::string unknown_word(std::string_view what, std::string_view word, const std::vector<std::string>& known) {
  std::string nearest, list;
  size_t best = (word.size() <= 3 ? 1 : std::max<size_t>(2, word.size() / 3)) + 1;  // two wrong letters, a third of long words
  for (const std::string& name : known) {
    const size_t distance = edit_distance(word, name);
    if (distance < best) best = distance, nearest = name;
    list += (list.empty() ? "" : ", ") + name;
  }
  std::string message = text("unknown ", what, " '", word, "'");
  if (!nearest.empty()) message += text("; did you mean '", nearest, "'?");
  if (!list.empty()) message += text(" (known: ", list, ")");
  return message;
}

}  // namespace skew
