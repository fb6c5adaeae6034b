// The lists of usual names, most usual first.
#include "apps/data/table_roles.h"

#include <algorithm>
#include <set>

#include "apps/data/folder_names.h"
#include "apps/data/label_cells.h"
#include "apps/data/option_words.h"
#include "apps/data/split_column.h"
#include "apps/formats/csv_text.h"
#include "apps/formats/words.h"
#include "core/error.h"

namespace skew {
namespace fs = std::filesystem;
namespace {

using Names = std::vector<std::string>;

const Names path_names = {"path",      "image",    "file",    "imageindex", "imagepath", "filepath", "imagefile",
                          "imagename", "filename", "imageid", "imgpath",    "img",       "imgfile",  "imgname",
                          "imgid",     "picture",  "photo",   "idcode",     "imageurl",  "id",       "name"};
// Beyond doubt these name classes; the others may be about something else.
const Names certain_names = {"labels",      "findinglabels", "label",      "classname",  "labelname", "class",
                             "diagnosis",   "diagnoses",     "dx",         "diagnostic", "diagnose",  "befund",
                             "befunde",     "diagnosen",     "klasse",     "clase",      "classe",    "etiqueta",
                             "diagnostico", "diagnóstico",   "diagnostik", "标签",       "类别",      "诊断",
                             "groundtruth", "choice",        "annotation"};
const Names likely_names = {"category", "categories",      "species", "disease", "finding",      "findings",   "tags",
                            "target",   "level",           "grade",   "classid", "categoryname", "categoryid", "breed",
                            "birads",   "benignmalignant", "gt",      "truth",   "variety"};

// patient, Subject No, lesion_id, Patienten-ID, 患者ID …, not Patient Age. Then studies and slides of a patient, who is
// likelier to be known by the columns before.
const Names& patient_names() {
  static const Names names = [] {
    Names all;
    const auto add = [&](const Names& beginnings, const Names& ends) {
      for (const std::string& begin : beginnings)
        for (const std::string& end : ends) all.push_back(begin + end);
    };
    const Names ids = {"id", "uid", "number", "no", "nr", "num", "code", "key", "identifier", "kennung", "nummer"};
    const Names people = {"patient", "subject",  "participant", "person", "donor", "case", "animal", "patienten",
                          "proband", "paciente", "paziente",    "sujet",  "患者",  "病人", "환자",   "пациент"};
    add(people,
        {"id", "", "number", "no", "nr", "num", "code", "key", "uid", "name", "identifier", "kennung", "nummer"});
    add({"pat", "patients", "fall", "probanden", "lesion"}, ids);  // alone these are other words: a finding, to fall
    add({"id", "idof", "idde", "iddel", "iddu", "nomdu", "numerode", "numérode", "numerodu"},
        {"patient", "paciente", "paziente", "sujet", "subject"});
    for (const char* hospital : {"pid", "ptid", "mrn", "患者编号", "病人编号", "患者番号", "病历号"})
      all.emplace_back(hospital);
    add({"study", "studyinstance", "exam", "examination", "accession", "specimen", "slide", "eye"}, ids);
    return all;
  }();
  return names;
}

bool holds(const Names& names, const std::string& name) { return std::ranges::find(names, name) != names.end(); }

// The columns that have one of the `usual` names and no part in the classes, most usual first.
std::vector<int64_t> usual_columns(const CsvTable& table, const DataOptions& options, const Names& usual) {
  const Names& classes = options.model_classes.empty() ? options.classes : options.model_classes;
  std::vector<int64_t> out;
  for (const std::string& name : usual)
    for (size_t c = 0; c < table.columns().size(); ++c) {
      const std::string& column = table.columns()[c];
      if (plain_letters(column) == name && !holds(options.ignore, column) && !holds(classes, column))
        out.push_back(int64_t(c));
    }
  return out;
}

// certain_names, then likely_names, then what ends like one of them: adjudicated_dr_grade.
std::vector<int64_t> columns_of_names(const CsvTable& table, const DataOptions& options) {
  std::vector<int64_t> out = usual_columns(table, options, certain_names);
  for (const int64_t column : usual_columns(table, options, likely_names)) out.push_back(column);
  const Names& classes = options.model_classes.empty() ? options.classes : options.model_classes;
  for (int64_t c = 0; c < std::ssize(table.columns()); ++c) {
    const std::string& column = table.columns()[size_t(c)];
    const Names parts = name_parts(column);
    const bool ends = parts.size() > 1 && (holds(certain_names, parts.back()) || holds(likely_names, parts.back()));
    if (ends && std::ranges::find(out, c) == out.end() && !holds(options.ignore, column) && !holds(classes, column))
      out.push_back(c);
  }
  return out;
}

// Which of the columns name images; those that end in the same file count once.
std::vector<int64_t> columns_of_images(const CsvTable& table, const std::vector<int64_t>& columns, ImageFinder& images,
                                       bool by_name) {
  std::vector<int64_t> out;
  std::set<fs::path> first;
  for (const int64_t column : columns) {
    bool labels = true;  // 0 and 1 may be names of images too, and are not meant so
    for (int64_t row = 0; labels && row < table.rows(); ++row)
      labels = label_cell(table.at(row, column)) != LabelCell::other;
    const Hits hits = labels ? Hits{} : names_images(table, column, images, by_name);
    if (hits.most() && first.insert(hits.first).second) out.push_back(column);
  }
  return out;
}

// One called `split` is not doubted; others must hold splits.
int64_t split_column(const CsvTable& table, const DataOptions& options) {
  if (!options.split_col.empty()) return asked_column(table, option("split_col"), options.split_col);
  for (const int64_t column : usual_columns(table, options, {"split"})) return column;
  const Names& classes = options.model_classes.empty() ? options.classes : options.model_classes;
  for (int64_t c = 0; c < std::ssize(table.columns()); ++c) {
    const std::string& name = table.columns()[size_t(c)];
    if (may_be_split_column(name) && !holds(options.ignore, name) && !holds(classes, name) &&
        SplitColumn(table, c).fits())
      return c;
  }
  return -1;
}

bool holds_labels_alone(const CsvTable& table, int64_t column) {
  bool known = false;
  const LabelColumn cells(table, column);
  for (int64_t row = 0; row < table.rows(); ++row) {
    const LabelCell cell = cells.of(table.at(row, column));
    if (cell == LabelCell::other) return false;
    known = known || cell == LabelCell::yes || cell == LabelCell::no;
  }
  return known;
}

// The columns that hold 1 and 0 and nothing else, but for those in `roles`.
Names class_columns(const CsvTable& table, const std::vector<int64_t>& roles) {
  Names out;
  for (int64_t c = 0; c < std::ssize(table.columns()); ++c)
    if (std::ranges::find(roles, c) == roles.end() && holds_labels_alone(table, c))
      out.push_back(table.columns()[size_t(c)]);
  return out;
}

bool holds_nothing(const CsvTable& table, int64_t column) {
  for (int64_t row = 0; row < table.rows(); ++row)
    if (!is_missing_word(table.at(row, column))) return false;
  return true;
}

// A column `label` of 0 and 1 is a class, not a list of names, unless somebody says so; beside columns of classes a
// column `species` is about something else.
int64_t labels_column(const CsvTable& table, const DataOptions& options, const TableRoles& roles, Names& notes) {
  if (!options.label_col.empty()) return asked_column(table, option("label_col"), options.label_col);
  const Names& classes = options.model_classes.empty() ? options.classes : options.model_classes;
  const bool all_columns =
      !classes.empty() && std::ranges::all_of(classes, [&](const auto& name) { return table.column(name) >= 0; });
  if (all_columns) return -1;
  Names doubtful;
  std::string note;
  int64_t found = -1;
  for (const int64_t column : columns_of_names(table, options)) {
    if (column == roles.path || column == roles.split || column == roles.patient) continue;
    const Names others = class_columns(table, {roles.path, roles.split, roles.patient, column});
    const std::string& name = table.columns()[size_t(column)];
    const bool indices = options.task == Task::single_label && others.empty();
    if ((holds_labels_alone(table, column) && !indices) || holds_nothing(table, column)) continue;
    const bool certain = holds(certain_names, plain_letters(name));
    if (!certain && others.size() > 2) continue;
    if (!certain && !others.empty())
      throw FileError(text(table.file(), ":1: column '", name, "' may name the classes, and ", listed(others),
                           others.size() == 1 ? " of yes and no may be one" : " of yes and no may be two",
                           "; the names: ", option("label_col", shell_list({name})),
                           "; yes and no: ", option("classes", shell_list(others))));
    if (!certain) doubtful.push_back(name);
    if (found >= 0) continue;
    found = column;
    note = text("classes: the names in column '", name, "'",
                others.empty() ? ""
                               : text("; not read: ", listed(others), " of yes and no (",
                                      option("classes", shell_list(others)), " reads those)"));
    if (certain) break;
  }
  if (doubtful.size() > 1)
    throw FileError(text(table.file(), ":1: the columns ", listed(doubtful),
                         " may each name the classes; choose one: ", option("label_col", shell_list({doubtful[0]}))));
  if (found >= 0) notes.push_back(note);
  return found;
}

[[noreturn]] void refuse_without_paths(const CsvTable& table) {
  throw FileError(text(table.file(), ":1: no column path (or image, file, image_id, filename, …), and none names ",
                       "images that are here; name one with ", option("path_col"), ", and their folder with ",
                       option("images", "DIR"), table.encoding_note() == "" ? "" : "; ", table.encoding_note()));
}

}  // namespace

int64_t asked_column(const CsvTable& table, const std::string& asker, const std::string& name) {
  const int64_t column = table.column(trimmed(name));
  if (column < 0)
    throw UsageError(text(asker, ": ", unknown_word(text("column of ", table.file()), name, table.columns())));
  return column;
}

std::string shell_list(const Names& names) { return shell_word(csv_line(names)); }

bool names_classes(const CsvTable& table) {
  return std::ranges::any_of(table.columns(),
                             [](const std::string& column) { return holds(certain_names, plain_letters(column)); });
}

Hits names_images(const CsvTable& table, int64_t column, ImageFinder& images, bool by_name) {
  Hits hits;
  const int64_t step = std::max<int64_t>(1, table.rows() / 50);
  for (int64_t row = 0; row < table.rows(); row += step) {
    const std::string_view cell = trimmed(table.at(row, column));
    ++hits.of;
    try {
      const auto file = cell.empty() ? std::nullopt : images.find(cell, table.where(row));
      if (file && hits.found++ == 0) hits.first = file->lexically_normal();
    } catch (const Error&) {  // several such files, or one outside: the row is told, if this is the column
      hits.found += by_name;
    }
  }
  images.forget_guesses();
  return hits;
}

int64_t path_column(const CsvTable& table, const DataOptions& options, ImageFinder& images, Names& notes) {
  if (!options.path_col.empty()) return asked_column(table, option("path_col"), options.path_col);
  if (const int64_t trained = table.column(options.usual_path_col); !options.usual_path_col.empty() && trained >= 0)
    return trained;
  const std::vector<int64_t> usual = usual_columns(table, options, path_names);
  // one that is called so is not doubted, whatever it holds: what is missing is told row by row
  const auto certain = std::ranges::find_if(usual, [&](int64_t c) {
    const std::string name = plain_letters(table.columns()[size_t(c)]);
    return usual.size() == 1 && std::ranges::find(path_names, name) < path_names.begin() + 4;
  });
  if (certain != usual.end()) return *certain;
  std::vector<int64_t> found = columns_of_images(table, usual, images, true);
  if (found.size() == 1) return found[0];
  if (found.empty()) {
    std::vector<int64_t> all;
    for (size_t c = 0; c < table.columns().size(); ++c) all.push_back(int64_t(c));
    found = columns_of_images(table, all, images, false);
  }
  if (found.size() > 1) {
    const std::string &a = table.columns()[size_t(found[0])], &b = table.columns()[size_t(found[1])];
    throw FileError(text(table.file(), ":1: a row names ", found.size(), " images, in the columns '", a, "' and '", b,
                         "', and must be one image; make a row for each, or read one of them with ",
                         option("path_col", shell_list({a}))));
  }
  if (found.size() == 1) {
    notes.push_back(text("paths: column '", table.columns()[size_t(found[0])], "', whose cells name images"));
    return found[0];
  }
  const auto says_so = [&](int64_t c) {  // id and name may be anything's
    const std::string name = plain_letters(table.columns()[size_t(c)]);
    return name != "id" && name != "name";
  };
  if (usual.empty() || !says_so(usual[0])) refuse_without_paths(table);
  return usual[0];
}

bool lists_images(const CsvTable& table, const fs::path& folder, const DataOptions& options) {
  try {
    ImageFinder images(options.images.empty() ? folder : fs::path(options.images), options.ending);
    Names notes;
    const int64_t column = path_column(table, options, images, notes);
    size_t others = 0;
    for (const std::string& name : table.columns()) others += !may_be_split_column(name);
    return others > 1 && names_images(table, column, images, true).most();
  } catch (const Error&) {  // no column of paths, or two
    return false;
  }
}

bool holds_classes(const CsvTable& table, const DataOptions& options) {
  if (!options.label_col.empty()) return table.column(options.label_col) >= 0;
  if (!columns_of_names(table, options).empty()) return true;
  std::vector<int64_t> others = usual_columns(table, options, path_names);
  for (const int64_t column : usual_columns(table, options, patient_names())) others.push_back(column);
  for (int64_t c = 0; c < std::ssize(table.columns()); ++c)
    if (may_be_split_column(table.columns()[size_t(c)])) others.push_back(c);
  return !class_columns(table, others).empty();
}

int64_t patient_column(const CsvTable& table, const DataOptions& options) {
  if (holds(options.ignore, options.group_col)) return -1;
  if (!options.group_col.empty()) return table.column(options.group_col);
  const std::vector<int64_t> usual = usual_columns(table, options, patient_names());
  for (const int64_t column : usual) {
    bool yes_or_no = table.rows() > 2;
    std::set<std::string_view> patients;
    for (int64_t row = 0; row < table.rows(); ++row) {
      const LabelCell cell = label_cell(table.at(row, column));
      yes_or_no = yes_or_no && (cell == LabelCell::yes || cell == LabelCell::no);
      patients.insert(trimmed(table.at(row, column)));
    }
    const std::string& name = table.columns()[size_t(column)];
    if (yes_or_no)
      throw FileError(text(table.file(), ":1: column '", name, "' holds nothing but yes and no: a class, or patients? ",
                           "A class: name all of them with ", option("classes"),
                           "; patients: ", option("group_col", shell_list({name})),
                           "; neither: ", option("ignore", shell_list({name}))));
    const bool groups = std::ssize(patients) < table.rows();
    if (groups || usual.size() == 1) return column;  // of several, one that keeps images together
  }
  return usual.empty() ? -1 : usual[0];
}

int64_t ignored_patient_column(const CsvTable& table, const DataOptions& options) {
  const std::vector<int64_t> all = usual_columns(table, {}, patient_names()),
                             kept = usual_columns(table, options, patient_names());
  for (const int64_t column : all)
    if (kept.empty() && holds(options.ignore, table.columns()[size_t(column)])) return column;
  return -1;
}

TableRoles roles_of(const CsvTable& table, const DataOptions& options, ImageFinder& images, Names& notes) {
  TableRoles roles;
  roles.path = path_column(table, options, images, notes);
  roles.split = split_column(table, options);
  roles.patient = patient_column(table, options);
  roles.labels = labels_column(table, options, roles, notes);
  return roles;
}

}  // namespace skew
