// Each column is surveyed once; then the classes are read cell by cell.
#include "apps/data/class_columns.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <tuple>

#include "apps/data/label_cells.h"
#include "apps/data/option_words.h"
#include "apps/data/split_column.h"
#include "apps/formats/words.h"
#include "core/error.h"

namespace skew {
namespace {

using Names = std::vector<std::string>;

// What the cells of a column hold.
struct Survey {
  int64_t column = -1, labels = 0, zeros = 0, minus = 0, blank = 0, unknown = 0, other = 0, first_other = -1;
  LabelColumn cells;
  std::map<std::string, int64_t> words;  // spellings other than 0, 1, −1 and blank

  int64_t filled() const { return labels + minus + unknown + other; }
  bool has_labels() const { return labels + minus > 0; }
  // A class with a few faults, rather than a column of something else.
  bool is_class() const { return has_labels() && 2 * other < filled(); }
};

Survey survey(const CsvTable& table, int64_t column) {
  Survey s;
  s.column = column;
  s.cells = LabelColumn(table, column);
  for (int64_t row = 0; row < table.rows(); ++row) {
    const std::string_view cell = trimmed(table.at(row, column));
    const LabelCell kind = s.cells.of(cell);
    s.labels += kind == LabelCell::yes || kind == LabelCell::no;
    s.zeros += kind == LabelCell::no;
    s.minus += kind == LabelCell::minus_one;
    s.blank += kind == LabelCell::blank;
    s.unknown += kind == LabelCell::unknown;
    if (kind == LabelCell::other && s.other++ == 0) s.first_other = row;
    const bool usual = cell == "0" || cell == "1" || cell == "0.0" || cell == "1.0" || kind == LabelCell::minus_one ||
                       kind == LabelCell::blank || kind == LabelCell::other;
    if (!usual) ++s.words[std::string(cell)];
  }
  return s;
}

// pandas' index: 0, 1, 2, … or 1, 2, 3, …
bool counts_rows(const CsvTable& table, int64_t column) {
  const auto first = parse_whole(trimmed(table.at(0, column)));
  if (!first || *first < 0 || *first > 1) return false;
  for (int64_t row = 1; row < table.rows(); ++row)
    if (parse_whole(trimmed(table.at(row, column))) != *first + row) return false;
  return table.rows() > 1;
}

// The name of a column without one would be the class ''.
bool is_nameless(const CsvTable& table, int64_t column, Names& notes) {
  const std::string& name = table.columns()[size_t(column)];
  if (!name.empty() && !name.starts_with("Unnamed:")) return false;
  if (survey(table, column).blank == table.rows()) return true;
  if (column == 0 && counts_rows(table, column)) {
    notes.push_back("the 1st column has no name and counts the rows: left out");
    return true;
  }
  if (!name.empty()) return false;
  throw FileError(text(table.file(), ":1: column ", column + 1,
                       " has no name; give it one in the first line, or take it out of the table"));
}

[[noreturn]] void refuse_cell(const CsvTable& table, const Survey& s) {
  const std::string& name = table.columns()[size_t(s.column)];
  bool numbers = true;  // of classes
  for (int64_t row = 0; numbers && row < table.rows(); ++row) {
    const std::string_view cell = trimmed(table.at(row, s.column));
    numbers = is_missing_word(cell) || parse_whole(cell).has_value();
  }
  throw FileError(
      text(table.where(s.first_other), ": column '", name, "' holds '", trimmed(table.at(s.first_other, s.column)),
           "'; a class holds 1, 0, yes, no, -1 or blank. Correct this cell, or blank it if unknown (", s.other,
           s.other == 1 ? " such cell" : " such cells", " in the column); if the column is no ",
           "class: ", option("ignore", shell_list({name})),
           numbers ? text("; if it holds numbers of classes: ", option("label_col", shell_list({name}))) : ""));
}

bool holds_shares(const CsvTable& table, const Survey& s) {
  for (int64_t row = 0; row < table.rows(); ++row) {
    std::string cell(trimmed(table.at(row, s.column)));
    std::ranges::replace(cell, ',', '.');
    const auto number = parse_number(cell);
    if (!is_missing_word(cell) && (!number || *number < 0 || *number > 1)) return false;
  }
  return s.other > 0;
}

// A column of words, which may name classes.
struct WordColumn {
  std::string name, shown;  // "m, w, …"
  size_t words = 0;         // different ones; 0: none, or too many to be classes
  bool lists = false;       // several in a cell, which is how findings are written
};
WordColumn words_of(const CsvTable& table, int64_t column) {
  WordColumn out;
  std::set<std::string_view> words;
  bool numbers = true;
  for (int64_t row = 0; row < table.rows(); ++row) {
    std::string_view cell = table.at(row, column);
    numbers = numbers && (is_missing_word(trimmed(cell)) || parse_number(std::string(trimmed(cell))));
    for (size_t end = 0; end != cell.npos; cell.remove_prefix(end == cell.npos ? cell.size() : end + 1)) {
      end = cell.find_first_of(";|");
      out.lists = out.lists || end != cell.npos;
      if (const std::string_view word = trimmed(cell.substr(0, end)); !is_missing_word(word)) words.insert(word);
    }
  }
  out.name = table.columns()[size_t(column)];
  if (numbers || words.size() < 2 || int64_t(2 * words.size()) > table.rows()) return out;
  out.words = words.size();
  size_t n = 0;
  for (const std::string_view word : words)
    if (n++ < 2) out.shown += text(n > 1 ? ", " : "", word);
  if (words.size() > 2) out.shown += ", …";
  return out;
}

// "; if 'dx' names the class: --label-col dx", or all that may.
std::string word_columns_named(std::vector<WordColumn> columns) {
  if (columns.empty()) return "; give each class a column, or add a column labels with their names";
  // few names are likelier to be classes
  std::ranges::sort(columns, {}, [](const WordColumn& c) { return std::tuple(!c.lists, c.words, c.name); });
  const std::string choice = option("label_col", shell_list({columns[0].name}));
  if (columns.size() == 1) return text("; if '", columns[0].name, "' names the class: ", choice);
  Names all;
  for (const WordColumn& c : columns) all.push_back(text("'", c.name, "' (", c.shown, ")"));
  return text("; if one of these names the class, choose it, such as ", choice, ": ", listed(all));
}

// No column holds labels: is there one that may hold names of classes?
[[noreturn]] void refuse_table(const CsvTable& table, const std::vector<Survey>& columns) {
  int64_t first_share = -1;
  Names shares;  // .1, .9: what somebody's model, or several readers, thought
  for (const Survey& s : columns)
    if (holds_shares(table, s)) {
      if (shares.empty()) first_share = s.first_other;
      shares.push_back(table.columns()[size_t(s.column)]);
    }
  if (!shares.empty())
    throw FileError(text(table.file(), ":1: ", listed(shares), shares.size() == 1 ? " holds" : " hold",
                         " numbers between 0 and 1, such as ", trimmed(table.at(first_share, table.column(shares[0]))),
                         "; a label is 1 or 0: write them so, by a threshold of yours, and -1 or blank between"));
  const auto best = std::ranges::max_element(columns, {}, &Survey::labels);
  if (best != columns.end() && 4 * best->labels >= best->filled() && best->has_labels()) refuse_cell(table, *best);
  Names all;
  std::vector<WordColumn> candidates;
  bool unknown = false;
  for (const Survey& s : columns) {
    all.push_back(table.columns()[size_t(s.column)]);
    unknown = unknown || (s.other == 0 && table.rows() > 0);
    if (WordColumn words = words_of(table, s.column); words.words > 0) candidates.push_back(std::move(words));
  }
  if (unknown && candidates.empty())
    throw FileError(text(table.file(), ": no label is known: every cell of ", listed(all),
                         " is -1 or blank, which means unknown; if they mean no: ", option("unknown_as", "0")));
  throw FileError(text(table.file(), ":1: no column of labels (1 and 0, yes and no) beside ",
                       all.empty() ? "the images" : "text in " + listed(all), word_columns_named(candidates)));
}

// The spellings that were read, where they are not the usual ones.
void note_words(const std::vector<Survey>& columns, Names& notes) {
  std::map<std::string, int64_t> words;
  for (const Survey& s : columns)
    for (const auto& [word, count] : s.words) words[word] += count;
  Names items;
  for (const auto& [word, count] : words) {
    const LabelCell kind = label_cell(word);
    std::string meaning = "unknown";
    if (kind != LabelCell::unknown) meaning = kind == LabelCell::yes ? "yes" : "no";
    items.push_back(text("'", word, "' as ", meaning, " (", count, ")"));
  }
  if (!items.empty()) notes.push_back("cells read: " + listed(items));
}

float target_of(LabelCell cell, UnknownAs meaning) {
  if (cell == LabelCell::yes) return 1;
  const bool no = cell == LabelCell::no || (cell == LabelCell::minus_one && meaning.minus_is_no) ||
                  (cell == LabelCell::blank && meaning.blank_is_no);
  return no ? 0 : std::numeric_limits<float>::quiet_NaN();
}

// Beside one or two classes of yes and no, a column of few words may be what was meant.
std::string of_names(const CsvTable& table, const std::vector<Survey>& all, const std::vector<Survey>& chosen) {
  if (chosen.size() > 2) return "";
  for (const Survey& s : all) {
    std::set<std::string_view> values;
    bool words = s.other > 0;
    for (int64_t row = 0; words && row < table.rows(); ++row) {
      const std::string_view cell = trimmed(table.at(row, s.column));
      words = is_missing_word(cell) || !parse_number(std::string(cell));
      if (!is_missing_word(cell)) values.insert(cell);
    }
    const std::string& name = table.columns()[size_t(s.column)];
    if (words && values.size() > 1 && int64_t(2 * values.size()) <= table.rows() && !may_be_split_column(name))
      return text("; if '", name, "' names the classes: ", option("label_col", shell_list({name})));
  }
  return "";
}

// Of what the rows of an image say of a class: 1, 0 or NaN.
float majority(const std::vector<float>& said, int64_t& split_votes) {
  const auto yes = std::ranges::count(said, 1.0f), no = std::ranges::count(said, 0.0f);
  split_votes += yes > 0 && no > 0;
  if (yes == no) return std::numeric_limits<float>::quiet_NaN();
  return yes > no ? 1.0f : 0.0f;
}

std::vector<Survey> class_surveys(const CsvTable& table, const DataOptions& options, const TableRoles& roles,
                                  Contents& data) {
  const bool trained = !options.model_classes.empty();
  const Names& wanted = trained ? options.model_classes : options.classes;
  std::vector<Survey> all, chosen;
  if (!wanted.empty()) {
    Names missing;
    for (const std::string& name : wanted) {
      if (trained && table.column(name) < 0) {
        missing.push_back(name);
        continue;
      }
      chosen.push_back(survey(table, asked_column(table, option("classes"), name)));
      if (chosen.back().other > 0) refuse_cell(table, chosen.back());
    }
    if (!missing.empty() && !chosen.empty())
      data.notes.push_back(text("no column of the model's class ", listed(missing), ": not measured"));
    if (chosen.empty())
      throw FileError(text(table.file(), ": none of the model's classes (", listed(wanted), ") is a column of it"));
    return chosen;
  }
  std::vector<bool> left_out(table.columns().size());
  for (const int64_t r : {roles.path, roles.split, roles.patient, roles.labels})
    if (r >= 0) left_out[size_t(r)] = true;
  for (const std::string& name : options.ignore) left_out[size_t(asked_column(table, option("ignore"), name))] = true;
  for (size_t c = 0; c < left_out.size(); ++c)
    if (!left_out[c] && !is_nameless(table, int64_t(c), data.notes)) all.push_back(survey(table, int64_t(c)));
  Names others;
  for (const Survey& s : all) {
    if (s.is_class() && !may_be_split_column(table.columns()[size_t(s.column)])) chosen.push_back(s);
    else others.push_back(table.columns()[size_t(s.column)]);
  }
  if (chosen.empty()) refuse_table(table, all);
  for (const Survey& s : chosen)
    if (s.other > 0) refuse_cell(table, s);
  if (!others.empty())
    data.notes.push_back(text("no 1 and 0 in ", listed(others), ": left out", of_names(table, all, chosen)));
  return chosen;
}

}  // namespace

void read_class_columns(const CsvTable& table, const DataOptions& options, const TableRoles& roles,
                        const std::vector<std::vector<int64_t>>& rows, Contents& data) {
  const std::vector<Survey> columns = class_surveys(table, options, roles, data);
  note_words(columns, data.notes);
  refuse_options({{"label_sep", options.label_sep}}, table.file() + " has a column for each class");
  UnknownAs meaning = read_unknown_as(options.unknown_as);
  int64_t minus = 0, blank = 0, zeros = 0, ticked = 0;
  for (const Survey& s : columns) {
    for (const auto& [word, count] : s.words) ticked += count;
    minus += s.minus;
    blank += s.blank;
    zeros += s.zeros;
  }
  if (options.unknown_as.empty() && minus > 0 && blank == 0 && zeros == 0) {
    meaning.minus_is_no = true;
    data.notes.push_back(
        text("-1 is read as no, as no cell is 0 or blank; if it means unknown: ", option("unknown_as", "mask")));
  }
  const bool crosses = !columns.empty() && std::ranges::all_of(columns, [](const Survey& s) {
    return std::ranges::all_of(s.words, [](const auto& word) { return lower_case(word.first) == "x"; });
  });
  if (options.unknown_as.empty() && crosses && ticked > 0 && blank > 0 && zeros == 0 && minus == 0) {
    meaning.blank_is_no = true;
    data.notes.push_back(
        text("a blank is read as no, as cells hold x or nothing; if it means unknown: ", option("unknown_as", "mask")));
  }
  const bool trained = !options.model_classes.empty();
  std::vector<const Survey*> places;  // of each class; none: not in this table
  for (const std::string& name : options.model_classes) {
    const auto at =
        std::ranges::find_if(columns, [&](const Survey& s) { return table.columns()[size_t(s.column)] == name; });
    data.classes.push_back(name);
    places.push_back(at == columns.end() ? nullptr : &*at);
  }
  for (const Survey& s : columns) {
    if (trained) break;
    data.classes.push_back(table.columns()[size_t(s.column)]);
    places.push_back(&s);
  }
  const LabelCell not_met = options.task == Task::single_label ? LabelCell::no : LabelCell::unknown;
  data.targets.reserve(rows.size() * places.size());
  int64_t split_votes = 0;
  for (const std::vector<int64_t>& of_image : rows)
    for (const Survey* s : places) {
      std::vector<float> said;
      for (const int64_t row : of_image)
        said.push_back(target_of(s ? s->cells.of(table.at(row, s->column)) : not_met, meaning));
      data.targets.push_back(majority(said, split_votes));
    }
  if (split_votes > 0)
    data.notes.push_back(text(split_votes,
                              " labels differ between the rows of an image: what most rows say holds, and ",
                              "where as many say yes as no it is unknown"));
}

}  // namespace skew
