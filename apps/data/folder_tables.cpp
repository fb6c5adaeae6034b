// labels.csv is taken at its word; of other tables it is looked up whether they name images that are there.
#include "apps/data/folder_tables.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "apps/data/folder_listing.h"
#include "apps/data/folder_names.h"
#include "apps/data/option_words.h"
#include "apps/data/sources.h"
#include "apps/data/table_roles.h"
#include "apps/formats/words.h"
#include "core/error.h"
#include "core/text.h"

namespace skew {
namespace fs = std::filesystem;
namespace {

using Names = std::vector<std::string>;

// Patients and scanners, boxes and points in the images.
bool is_about_something_else(const std::string& name) {
  return std::ranges::any_of(Names{"metadata", "bbox", "landmark", "partition"},
                             [&](const std::string& word) { return name.find(word) != name.npos; });
}

// The tables in the folder itself.
Names tables_in(const fs::path& folder, const DataOptions& options, Names& notes) {
  Names named_labels, labels, others;
  for (const std::string& name : list_tables(folder)) {
    const std::string lower = lower_case(name);
    if (lower == "labels.csv" || lower == "labels.csv.gz" || lower == "labels.tsv") named_labels.push_back(name);
    if (!named_labels.empty() || lower == "split.csv" || lower.find("submission") != lower.npos) continue;
    try {
      const CsvTable table = read_csv(folder / name);
      if (!lists_images(table, folder, options)) continue;
      const bool about = is_about_something_else(lower) && !names_classes(table);
      (!about && holds_classes(table, options) ? labels : others).push_back(name);
    } catch (const Error& error) {
      notes.push_back(text("not read as a table: ", error.what()));
    }
  }
  if (!named_labels.empty()) return named_labels;
  return labels.empty() ? others : labels;
}

// Of train/_classes.csv, train.csv, test_labels.csv: the one split in each name; none where there are two.
std::vector<std::optional<Split>> splits_of_tables(const Names& tables) {
  Names folders;
  for (const std::string& name : tables)
    if (fs::path(name).has_parent_path()) folders.push_back(fs::path(name).begin()->string());
  if (folders.size() == tables.size()) return splits_of(folders);
  std::vector<std::optional<Split>> out;
  for (const std::string& name : tables) {
    std::optional<Split> found;
    bool two = false;
    for (const std::string& part : name_parts(name.substr(0, name.find('.')))) {
      const auto split = parse_split(part);
      two = two || (split && found && *split != *found);
      if (split) found = split;
    }
    out.push_back(two ? std::nullopt : found);
  }
  return out;
}

template <class F> F one_after_another(F first, F then, int64_t before) {
  return [=](int64_t i) { return i < before ? first(i) : then(i - before); };
}

// The classes of all tables: those of the first, then what others have more.
Names classes_of(const std::vector<Contents>& parts) {
  Names all;
  for (const Contents& part : parts)
    for (const std::string& name : part.classes)
      if (std::ranges::find(all, name) == all.end()) all.push_back(name);
  return all;
}

Names folders_in(const fs::path& folder) {
  Names out;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (at->is_directory(error) && !name.starts_with(".")) out.push_back(name);
  }
  std::ranges::sort(out);
  return out;
}

// The folders that name splits, each with the only folder in it that names the same (Training_Set/Training_Set).
Names split_folders(const fs::path& folder, const DataOptions& options, Names& notes) {
  const Names all = folders_in(folder);
  const auto splits = splits_of(all);
  Names out;
  for (size_t i = 0; i < all.size(); ++i) {
    if (!splits[i]) continue;
    std::string path = all[i];
    for (Names inner = folders_in(folder / path);
         inner.size() == 1 && (inner[0] == all[i] || split_of_folder(inner[0]) == splits[i]) &&
         tables_in(folder / path, options, notes).empty();
         inner = folders_in(folder / path))
      path += "/" + inner[0];
    out.push_back(path);
  }
  return out;
}

}  // namespace

Names label_tables(const fs::path& folder, const DataOptions& options, Names& notes) {
  if (Names tables = tables_in(folder, options, notes); !tables.empty()) return tables;
  Names in_splits;
  for (const std::string& split : split_folders(folder, options, notes))
    for (const std::string& name : tables_in(folder / split, options, notes)) in_splits.push_back(split + "/" + name);
  return are_splits(in_splits) ? in_splits : Names{};
}

bool are_splits(const Names& tables) {
  std::set<std::optional<Split>> met;
  for (const auto& split : splits_of_tables(tables)) met.insert(split);
  return tables.size() > 1 && met.size() == tables.size() && !met.contains(std::nullopt);
}

Contents read_split_tables(const fs::path& folder, Names tables, const DataOptions& options) {
  std::map<Split, std::string> of_split;
  const auto splits = splits_of_tables(tables);
  for (size_t t = 0; t < tables.size(); ++t) of_split[*splits[t]] = tables[t];
  tables.clear();
  std::vector<Split> split_of;
  for (const auto& [split, name] : of_split) {
    tables.push_back(name);
    split_of.push_back(split);
  }
  DataOptions plain = options;
  plain.splits_known = true;
  std::vector<Contents> parts;
  for (const std::string& name : tables) parts.push_back(read_labels_csv(folder / name, plain));
  const Names classes = options.model_classes.empty() ? classes_of(parts) : options.model_classes;
  const bool single = std::ranges::all_of(parts, [](const Contents& c) { return c.task == Task::single_label; });
  DataOptions alike = plain;
  alike.model_classes = classes;
  alike.task = options.task.value_or(single ? Task::single_label : Task::multi_label);
  Contents all;
  std::unordered_map<std::string, std::string> table_of;
  for (size_t t = 0; t < tables.size(); ++t) {
    Contents& part = parts[t];
    if (part.classes != classes || part.task != *alike.task) part = read_labels_csv(folder / tables[t], alike);
    if (!part.splits.empty())
      throw FileError(text((folder / tables[t]).string(), ": says by its name and in a column which split its images ",
                           "are in; read it alone with ", option("data", shell_word((folder / tables[t]).string()))));
    for (std::string& path : part.paths) {
      path = (fs::path(tables[t]).parent_path() / path).string();
      if (const auto [at, fresh] = table_of.try_emplace(path, tables[t]); !fresh)
        throw FileError(text(folder.string(), ": ", path, " is in ", at->second, " and in ", tables[t],
                             ", which are different splits; keep one row an image"));
    }
    // what one table does not name, another may
    std::erase_if(part.notes, [&](const std::string& note) {
      return note.starts_with("left out:") || std::ranges::find(all.notes, note) != all.notes.end();
    });
    part.splits.assign(part.paths.size(), split_of[t]);
    if (t == 0) {
      all = std::move(part);
      continue;
    }
    const auto before = std::ssize(all.paths);
    if (part.patients.empty() != all.patients.empty()) {
      all.patients.resize(all.paths.size());
      part.patients.resize(part.paths.size());
    }
    auto append = [](auto& to, const auto& from) { to.insert(to.end(), from.begin(), from.end()); };
    append(all.paths, part.paths);
    append(all.patients, part.patients);
    append(all.splits, part.splits);
    append(all.targets, part.targets);
    append(all.notes, part.notes);
    append(all.faults, part.faults);
    all.read = one_after_another(all.read, part.read, before);
    all.header = one_after_another(all.header, part.header, before);
  }
  all.name = folder.string();
  all.notes.push_back("splits: the tables " + joined(tables, ", "));
  return all;
}

}  // namespace skew
