// Numbers by their value, words by lists; what a separator is by whether its parts occur elsewhere.
#include "apps/data/label_cells.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "apps/data/option_words.h"
#include "apps/formats/csv.h"
#include "apps/formats/words.h"
#include "core/error.h"
#include "core/text.h"

namespace skew {
namespace {

template <size_t N> bool is_one_of(const std::string& word, const std::array<const char*, N>& words) {
  return std::ranges::find(words, word) != words.end();
}

std::vector<std::string> parts_of(std::string_view cell, std::string_view separators) {
  std::vector<std::string> out;
  for (size_t at = 0; at <= cell.size();) {
    const size_t end = std::min(cell.find_first_of(separators, at), cell.size());
    const std::string_view part = trimmed(cell.substr(at, end - at));
    if (!part.empty()) out.emplace_back(part);
    at = end + 1;
  }
  return out;
}

bool is_bracketed(std::string_view cell) {
  if (cell.size() < 2) return false;
  if (cell.front() == '[' && cell.back() == ']') return true;
  const bool pair = (cell.front() == '(' && cell.back() == ')') || (cell.front() == '{' && cell.back() == '}');
  return pair && cell.find_first_of("'\"") != cell.npos;  // "(malignant)" is a name
}

// "['a', \"b, c\"]" as Python prints a list, a tuple or a set, NumPy an array: quoted items, or bare ones with commas.
std::vector<std::string> bracketed(std::string_view cell) {
  std::vector<std::string> out;
  std::string item;
  const auto take = [&] {
    if (const std::string_view name = trimmed(item); !name.empty()) out.emplace_back(name);
    item.clear();
  };
  char quote = 0;
  for (const char c : cell.substr(1, cell.size() - 2)) {
    const bool opens = !quote && (c == '\'' || c == '"') && trimmed(item).empty();
    if (opens) {
      quote = c;
      item.clear();
    } else if (quote ? c == quote : c == ',') {
      quote = 0;
      take();
    } else {
      item += c;
    }
  }
  take();
  return out;
}

}  // namespace

LabelCell label_cell(std::string_view cell) {
  const std::string_view text = trimmed(cell);
  if (text.empty()) return LabelCell::blank;
  std::string word = lower_case(std::string(text));
  constexpr std::array yes = {"true",    "yes", "y",    "t",   "x",    "positive", "pos",
                              "present", "ja",  "wahr", "oui", "vrai", "si",       "sí"};
  constexpr std::array no = {"false", "no", "n", "f", "negative", "neg", "absent", "nein", "falsch", "non", "faux"};
  if (is_one_of(word, yes)) return LabelCell::yes;
  if (is_one_of(word, no)) return LabelCell::no;
  if (is_missing_word(word) || word == "none" || word == "unknown" || word == "?") return LabelCell::unknown;
  std::ranges::replace(word, ',', '.');
  if (word[0] == '+') word.erase(0, 1);
  const std::optional<double> number = parse_number(word);
  if (!number) return LabelCell::other;
  if (std::isnan(*number)) return LabelCell::unknown;
  if (*number == 1) return LabelCell::yes;
  if (*number == 0) return LabelCell::no;
  return *number == -1 ? LabelCell::minus_one : LabelCell::other;
}

bool is_missing_word(std::string_view name) {
  constexpr std::array words = {"", "nan", "na", "n/a", "null", "<na>"};
  return is_one_of(lower_case(std::string(trimmed(name))), words);
}

bool is_no_name(std::string_view name) {
  std::string word = lower_case(std::string(trimmed(name)));
  std::ranges::replace(word, '_', ' ');
  std::ranges::replace(word, '-', ' ');
  constexpr std::array words = {"none", "no finding", "no findings", "nofinding"};
  return is_missing_word(name) || is_one_of(word, words);
}

namespace {

// Whether the cells that `candidate` joins are lists: each part is a name elsewhere, or the parts are fewer than what
// they are joined to, and each is met in several cells.
bool are_lists(const std::set<std::string>& joined, const std::set<std::string>& lone, char candidate) {
  std::map<std::string, int64_t> met;
  for (const std::string& cell : joined)
    for (const std::string& part : parts_of(cell, std::string(1, candidate))) ++met[part];
  const bool known = std::ranges::all_of(met, [&](const auto& part) { return lone.contains(part.first); });
  const bool shared =
      std::ranges::all_of(met, [&](const auto& part) { return part.second + int64_t(lone.contains(part.first)) > 1; });
  const bool any = std::ranges::any_of(met, [&](const auto& part) { return lone.contains(part.first); });
  // names of several words share words, too
  return known || (shared && (candidate == ' ' ? met.size() < joined.size() : any));
}

// Whether one of the words of `cell` is a name elsewhere: then it may be a list.
bool a_part_is(const std::set<std::string>& lone, const std::string& cell) {
  return std::ranges::any_of(parts_of(cell, " "), [&](const std::string& part) { return lone.contains(part); });
}

std::string separator_of(const std::string& word) {
  const std::map<std::string, std::string> names = {{"space", " "},     {"blank", " "}, {"comma", ","},
                                                    {"semicolon", ";"}, {"tab", "\t"},  {"pipe", "|"}};
  if (const auto at = names.find(word); at != names.end()) return at->second;
  const std::string_view clean = word == " " ? std::string_view(" ") : trimmed(word);
  if (clean.size() != 1)
    throw UsageError(
        text(option("label_sep"), ": expected one sign, or none, comma, semicolon, space, tab, got '", word, "'"));
  return std::string(clean);
}

}  // namespace

NameLists::NameLists(const std::vector<std::string_view>& cells, const std::string& separator) {
  if (separator == "none") {
    separators_.clear();
    brackets_ = false;
    return;
  }
  if (!separator.empty()) {
    separators_ = separator_of(separator);
    return;
  }
  for (const auto& [candidate, word] :
       {std::pair{',', "comma"}, {'+', "+"}, {'&', "'&'"}, {'#', "'#'"}, {'/', "/"}, {' ', "space"}}) {
    std::set<std::string> lone, joined;
    for (const std::string_view cell : cells) {
      if (is_bracketed(trimmed(cell))) continue;
      for (const std::string& part : parts_of(cell, separators_))
        (part.find(candidate) == part.npos ? lone : joined).insert(part);
    }
    std::erase_if(joined, [](const std::string& part) { return is_no_name(part); });
    if (joined.empty()) continue;
    const bool lists = are_lists(joined, lone, candidate);
    if (lists) separators_ += candidate;
    if (lists)
      note_ = text("'", *joined.begin(), "' is read as a list, as its parts are names elsewhere too (",
                   option("label_sep", "none"), ": as one name)");
    else if (candidate != ' ' || a_part_is(lone, *joined.begin()))
      note_ = text("'", *joined.begin(), "' is read as one name (", option("label_sep", word), ": as a list)");
  }
}

std::vector<std::string> NameLists::names(std::string_view cell) const {
  const std::string_view text = trimmed(cell);
  if (brackets_ && is_bracketed(text)) return bracketed(text);
  if (separators_.empty()) return text.empty() ? std::vector<std::string>{} : std::vector{std::string(text)};
  return parts_of(text, separators_);
}

}  // namespace skew
