// Patients by names. What is certain is used; what is likely is used and said, or only said.
#include "apps/data/patients.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <set>

#include "apps/data/folder_names.h"
#include "apps/data/option_words.h"
#include "apps/data/table_roles.h"
#include "apps/formats/words.h"
#include "core/error.h"
#include "core/text.h"

namespace skew {
namespace fs = std::filesystem;
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The end of "patient0001", "Subject 7" at the start of a name; 0 if it does not start so.
size_t end_of_patient(const std::string& name) {
  const std::string lower = lower_case(name);
  for (const std::string word : {"patient", "subject", "person", "case"}) {
    if (!lower.starts_with(word)) continue;
    const size_t digits = lower.find_first_not_of(" _-", word.size());
    if (digits == lower.npos || !is_digit(lower[digits])) return 0;
    const size_t end = lower.find_first_not_of("0123456789", digits);
    return end == lower.npos ? lower.size() : end;
  }
  return 0;
}

// "P0001", "8860", "ID00012", not the year 2019: up to three letters and at least three digits.
bool is_numbered(const std::string& folder) {
  const std::vector<std::string> parts = name_parts(folder);
  if (parts.empty() || parts.size() > 2 || !is_digit(parts.back()[0]) || parts.back().size() < 3) return false;
  if (parts.size() == 2 && (parts[0].size() > 3 || parts[0] == "img" || parts[0] == "im")) return false;
  const bool year =
      parts.size() == 1 && parts[0].size() == 4 && (parts[0].starts_with("19") || parts[0].starts_with("20"));
  return !year;
}

std::string by_folder_word(const fs::path& path) {
  for (const fs::path& part : path.parent_path())
    if (names_a_patient(part.string())) return part.string();  // not a case of his
  return "";
}

std::string by_file_word(const fs::path& path) {
  const std::string stem = path.stem().string();
  const size_t end = end_of_patient(stem);
  if (end == 0 || (end < stem.size() && std::isalnum(uint8_t(stem[end])))) return "";
  return lower_case(stem.substr(0, end));
}

struct Found {
  std::vector<std::string> patients;
  std::set<std::string> different;
};

// The patient of every path; nothing where one has none, or all the same.
std::optional<Found> everywhere(const Contents& data, const std::function<std::string(size_t)>& of) {
  Found found;
  for (size_t i = 0; i < data.paths.size(); ++i) {
    found.patients.push_back(of(i));
    if (found.patients.back().empty()) return {};
    found.different.insert(found.patients.back());
  }
  if (found.different.size() < 2) return {};
  return found;
}

size_t torn(const Contents& data, const std::vector<std::string>& patients) {
  std::map<std::string, Split> first;
  std::set<std::string> out;
  for (size_t i = 0; i < data.splits.size(); ++i)
    if (first.try_emplace(patients[i], data.splits[i]).first->second != data.splits[i]) out.insert(patients[i]);
  return out.size();
}

// The outermost folder that is neither the class nor a split, and is numbered or an id.
std::string by_numbered_folder(const Contents& data, size_t i) {
  const size_t classes = data.classes.size();
  const auto row = data.targets.begin() + ptrdiff_t(i * classes);
  const size_t own = size_t(std::find(row, row + ptrdiff_t(classes), 1.0f) - row);
  for (const fs::path& part : fs::path(data.paths[i]).parent_path()) {
    const std::string name = part.string();
    if (own < classes && name == data.classes[own]) continue;
    if (!split_of_folder(name) && !names_storage({name}) && (is_numbered(name) || looks_like_an_id(name))) return name;
  }
  return "";
}

void use(Found found, const std::string& from, const std::string& more, Contents& data) {
  data.patients = std::move(found.patients);
  data.patients_from = from;
  data.notes.push_back(text("patients: ", found.different.size(), ", by ", from, more));
}

bool ends_like_an_identifier(const std::string& column) {
  const std::string lower = lower_case(column), letters = plain_letters(column);
  for (const char* word : {"class", "label", "categ", "diagn", "finding", "species"})  // numbers of classes
    if (letters.find(word) != letters.npos) return false;
  for (const char* end : {"nr", "no", "num", "id", "ids"}) {  // as a word of its own: not "valid", "casino"
    const size_t at = lower.size() - std::min(lower.size(), std::string_view(end).size());
    const bool begins = at == 0 || !std::isalpha(uint8_t(lower[at - 1])) || std::isupper(uint8_t(column[at]));
    if (lower.ends_with(end) && begins) return true;
  }
  for (const char* end : {"uid", "number", "nummer", "numero", "code", "key", "kennung", "identifier", "group",
                          "gruppe", "dossier", "pseudonym", "hash", "name", "患者", "病人", "编号", "号"})
    if (letters.ends_with(end)) return true;
  return lower.starts_with("id_") || lower.starts_with("id ");
}

}  // namespace

bool names_a_patient(const std::string& folder) {
  const size_t end = end_of_patient(folder);
  return end > 0 && end == folder.size();
}

bool looks_like_an_id(const std::string& folder) {
  const bool hexadecimal = folder.find_first_not_of("0123456789abcdefABCDEF-") == folder.npos;
  const auto digits = std::ranges::count_if(folder, is_digit);
  if (hexadecimal && folder.size() >= 16 && digits > 0) return true;
  const bool dotted = folder.find_first_not_of("0123456789.") == folder.npos;
  if (dotted && std::ranges::count(folder, '.') >= 3) return true;
  if (folder.size() == 9 && folder[0] == 'n' && digits == 8) return false;  // a synset of WordNet
  for (const std::string& part : name_parts(folder))                        // 00001_Animalia_Aves: words
    if (!is_digit(part[0]) && part.size() > 4) return false;
  size_t run = 0, longest = 0;
  for (const char c : folder) {
    run = is_digit(c) ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest >= 5;
}

void patients_from_paths(Contents& data, bool class_folders) {
  if (auto found = everywhere(data, [&](size_t i) { return by_folder_word(data.paths[i]); })) {
    const std::string first = *found->different.begin();
    return use(std::move(*found), "folders such as " + first, "", data);
  }
  auto files = everywhere(data, [&](size_t i) { return by_file_word(data.paths[i]); });
  if (files && files->different.size() < data.paths.size()) {
    const std::string first = *files->different.begin();
    return use(std::move(*files), "files called " + first + " and so on", "", data);
  }
  if (!class_folders) return;
  auto folders = everywhere(data, [&](size_t i) { return by_numbered_folder(data, i); });
  const size_t few = std::max<size_t>(6, 2 * data.classes.size());
  if (!folders || folders->different.size() < few || folders->different.size() == data.paths.size()) return;
  const std::string first = *folders->different.begin();
  if (const size_t split = torn(data, folders->patients); split > 0)
    data.notes.push_back(text("the folders such as ", first, " are not read as patients, as ", split,
                              " of them are in two splits; if they are patients, such a test flatters"));
  else
    use(std::move(*folders), "folders such as " + first,
        ": a guess by their names, which keeps the images of each in one split", data);
}

void note_possible_patients(const CsvTable& table, const std::vector<int64_t>& read, const DataOptions& options,
                            Contents& data) {
  if (!data.patients.empty() || !options.group_col.empty()) return;
  for (int64_t c = 0; c < std::ssize(table.columns()); ++c) {
    const std::string& name = table.columns()[size_t(c)];
    const auto is = [&](const std::vector<std::string>& names) { return std::ranges::count(names, name) > 0; };
    if (std::ranges::count(read, c) > 0 || is(options.ignore) || is(data.classes) || !ends_like_an_identifier(name))
      continue;
    std::set<std::string_view> values;
    int64_t known = 0;
    for (int64_t row = 0; row < table.rows(); ++row)
      if (const std::string_view cell = trimmed(table.at(row, c)); !cell.empty()) {
        values.insert(cell);
        ++known;
      }
    const auto different = std::ssize(values);
    // as few as there are classes: another name of them; a handful, or of many rows each: devices, readers
    if (different == known || different < 6 || different <= std::ssize(data.classes) || 50 * different < known)
      continue;
    data.notes.push_back(text("column '", name, "' holds ", different, " values in ", known,
                              " rows; if they are patients: ", option("group_col", shell_list({name}))));
  }
}

}  // namespace skew
