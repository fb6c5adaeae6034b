// Suggesting the word that was probably meant.
#include "core/error.h"

#include <algorithm>
#include <cctype>
#include <cstdio>

#include "core/text.h"

namespace skew {
namespace {

// Without difference between capitals and small letters, - and _.
std::string plain(std::string_view word) {
  std::string out(word);
  for (char& c : out) c = c == '-' ? '_' : char(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

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
  constexpr size_t most = 16, near = 4;  // of more names only the nearest are listed
  std::vector<std::pair<size_t, std::string>> order;
  for (const std::string& name : known) order.emplace_back(edit_distance(plain(word), plain(name)), name);
  std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::string message = text("unknown ", what, " '", word, "'");
  const bool gpu =
      plain(word) == "gpu" || plain(word).starts_with("cuda:");  // one letter from cpu, and meant otherwise
  const auto cuda = std::find_if(order.begin(), order.end(), [](const auto& entry) { return entry.second == "cuda"; });
  const bool meant = gpu && cuda != order.end();
  if (meant) std::rotate(order.begin(), cuda, cuda + 1);
  // one slip, or a third of a long word
  const bool likely = !order.empty() && (meant || order[0].first <= std::max<size_t>(1, word.size() / 3));
  if (likely) message += text("; did you mean '", order[0].second, "'?");
  if (known.empty()) return message;
  if (known.size() <= most) return message + text(" (known: ", joined(known, ", "), ")");
  std::vector<std::string> nearest;
  for (size_t i = likely; i < near + likely; ++i) nearest.push_back(order[i].second);
  return message + text(" (near it: ", joined(nearest, ", "), "; ", known.size(), " in all)");
}

}  // namespace skew
