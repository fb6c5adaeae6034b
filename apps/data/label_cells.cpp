// Numbers by their value, words by lists; what a separator is by whether its parts occur elsewhere.
#include "apps/data/label_cells.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
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

bool is_and(std::string_view word) {
  constexpr std::array words = {"and", "und", "et", "y", "&"};
  return is_one_of(lower_case(std::string(word)), words);
}

std::vector<std::string> parts_of(std::string_view cell, std::string_view separators) {
  std::vector<std::string> out;
  const bool of_words = separators.find(' ') != separators.npos;
  for (size_t at = 0; at <= cell.size();) {
    const size_t end = std::min(cell.find_first_of(separators, at), cell.size());
    const std::string_view part = trimmed(cell.substr(at, end - at));
    if (!part.empty() && !(of_words && is_and(part))) out.emplace_back(part);
    at = end + 1;
  }
  return out;
}

bool is_bracketed(std::string_view cell) {
  if (cell.size() < 2) return false;
  if ((cell.front() == '[' && cell.back() == ']') || (cell.front() == '{' && cell.back() == '}')) return true;
  return cell.front() == '(' && cell.back() == ')' &&
         cell.find_first_of("'\"") != cell.npos;  // "(malignant)" is a name
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
  constexpr std::array yes = {"true", "yes",  "y",   "t",    "x",  "+",  "j",  "positive", "pos", "present",
                              "ja",   "wahr", "oui", "vrai", "si", "sí", "是", "有",       "阳性"};
  constexpr std::array no = {"false", "no",     "n",   "f",    "-",  "negative", "neg", "absent",
                             "nein",  "falsch", "non", "faux", "否", "无",       "阴性"};
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

namespace {

// In small letters, where it is one sign and no digit; else "".
std::string lone_letter(std::string_view cell) {
  const std::string_view word = trimmed(cell);
  return word.size() == 1 && word != "0" && word != "1" ? lower_case(std::string(word)) : "";
}

}  // namespace

LabelColumn::LabelColumn(const CsvTable& table, int64_t column) {
  std::set<std::string> met;
  for (int64_t row = 0; row < table.rows(); ++row) {
    const LabelCell kind = label_cell(table.at(row, column));
    const std::string letter = lone_letter(table.at(row, column));
    if (!letter.empty() && (kind == LabelCell::yes || kind == LabelCell::no)) met.insert(letter);
  }
  static const std::set<std::set<std::string>> answers = {{},         {"t", "f"}, {"y"}, {"y", "n"},
                                                          {"j", "n"}, {"x"},      {"+"}, {"+", "-"}};
  letters_are_names_ = !answers.contains(met);
}

LabelCell LabelColumn::of(std::string_view cell) const {
  const LabelCell kind = label_cell(cell);
  const bool answer = kind == LabelCell::yes || kind == LabelCell::no;
  return answer && letters_are_names_ && !lone_letter(cell).empty() ? LabelCell::other : kind;
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

// 、，； as ; so that they separate.
std::string with_plain_commas(std::string_view cell) {
  std::string out(cell);
  for (const std::string_view sign : {"、", "，", "；"})
    for (size_t at = out.find(sign); at != out.npos; at = out.find(sign, at)) out.replace(at, sign.size(), 1, ';');
  return out;
}

bool is_json(std::string_view cell) {
  return cell.starts_with("{\"") || cell.starts_with("[\"") || cell.starts_with("[{");
}

// The strings in a JSON cell, as labelling programs write them: ["a", "b"], {"choices": ["a", "b"]}.
std::optional<std::vector<std::string>> json_names(std::string_view cell) {
  const nlohmann::json parsed = nlohmann::json::parse(cell, nullptr, false);
  if (parsed.is_discarded()) return {};
  std::vector<std::string> out;
  const std::function<bool(const nlohmann::json&, int)> collect = [&](const nlohmann::json& value, int depth) {
    if (value.is_string()) out.push_back(value.get<std::string>());
    else if (depth == 0) return false;
    else if (value.is_array())
      return std::ranges::all_of(value, [&](const nlohmann::json& item) { return collect(item, depth - 1); });
    else if (value.is_object() && value.contains("choices")) return collect(value["choices"], depth - 1);
    else return false;
    return true;
  };
  if (!collect(parsed, 4)) return {};
  return out;
}

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
        (parts_of(part, std::string(1, candidate)).size() < 2 ? lone : joined).insert(part);
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

std::vector<std::string> NameLists::names(std::string_view given) const {
  const bool usual = separators_.find(';') != separators_.npos;
  const std::string plain = brackets_ && usual ? with_plain_commas(given) : std::string(given);
  const std::string_view text = trimmed(plain);
  if (brackets_ && is_json(text))
    if (auto names = json_names(text)) return *names;
  if (brackets_ && is_bracketed(text)) return bracketed(text);
  if (separators_.empty()) return text.empty() ? std::vector<std::string>{} : std::vector{std::string(text)};
  return parts_of(text, separators_);
}

}  // namespace skew
