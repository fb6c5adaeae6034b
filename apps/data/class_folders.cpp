// What the folders of a folder are: classes, splits of classes, or mere storage, which only a table can make sense of.
// Told by names and by what lies in them; what cannot be told is refused with both readings and the option for each.
#include <algorithm>
#include <map>
#include <set>

#include "apps/data/beside_tables.h"
#include "apps/data/folder_checks.h"
#include "apps/data/folder_listing.h"
#include "apps/data/folder_names.h"
#include "apps/data/image_finder.h"
#include "apps/data/label_names.h"
#include "apps/data/option_words.h"
#include "apps/data/patients.h"
#include "apps/data/source_folder.h"
#include "apps/data/sources.h"
#include "apps/data/split_folders.h"
#include "apps/data/split_lists.h"
#include "apps/data/table_roles.h"
#include "apps/formats/words.h"
#include "core/error.h"
#include "core/text.h"

namespace skew {
namespace fs = std::filesystem;
namespace {

using Names = std::vector<std::string>;

constexpr const char* in_no_class = "in no class";

// The images of my_images/labels.csv may lie in my_images/images.
std::string table_above(const fs::path& folder, const DataOptions& options) {
  std::string shown = (folder / "..").lexically_normal().string();
  if (shown.size() > 1 && shown.ends_with('/')) shown.pop_back();
  for (const std::string& name : list_tables(shown)) try {
      if (lists_images(read_csv(fs::path(shown) / name), shown, options))
        return text("; ", name, " in the folder above names images: give ", shell_word(shown));
    } catch (const Error&) {  // no table
    }
  return "";
}

class ClassFolders {
 public:
  ClassFolders(const fs::path& folder, const DataOptions& options)
      : options_(options), listing_(list_folder(folder)), source_(folder) {
    data_.name = folder.string();
    data_.task = options.task.value_or(Task::single_label);
    if (const auto out = listing_.left_out.find(outside_words); out != listing_.left_out.end())
      throw FileError(text(data_.name, ": ", out->second[0],
                           " leads out of the folder, through a symbolic link to another; images must lie below ",
                           data_.name, ": copy them there, or give the folder that holds them"));
    if (options.folders != "classes")
      if (const Names masks = masks_in(listing_); !masks.empty()) {
        std::erase_if(listing_.images, [&](const auto& path) { return std::ranges::binary_search(masks, path); });
        leave_out("masks of other images", masks);
      }
    descend();
  }

  // The innermost folders are the classes, whatever holds them; splits among those that do are kept.
  Contents run_inner() {
    std::map<std::string, Names> folders;
    for (const std::string& path : listing_.images)
      folders[fs::path(path).parent_path().filename().string()].push_back(path);
    leave_out(in_no_class, folders[""]);
    folders.erase("");
    for (const auto& [name, images] : folders) data_.classes.push_back(name);
    choose_classes(data_.classes);
    for (size_t c = 0; c < data_.classes.size(); ++c)
      for (const std::string& path : folders[data_.classes[c]]) add(path, c);
    splits_from_paths(listing_.root, files_, options_, data_);
    if (data_.splits.empty()) note_lost_splits();
    finish();
    return std::move(data_);
  }

  Contents run() {
    leave_out_copies(base_);
    if (options_.folders == "inner") return run_inner();
    const std::vector<Part> parts = find_parts();
    find_classes(parts);
    for (const Part& part : parts) collect(part);
    finish();
    return std::move(data_);
  }

 private:
  std::string shown(const std::string& name) const { return base_.empty() ? name : base_ + "/" + name; }
  std::string where() const { return base_.empty() ? data_.name : data_.name + "/" + base_; }

  void descend() {
    base_ = inner_folder(listing_.images, "");
    if (!base_.empty()) data_.notes.push_back(text("read from ", where(), ", the only folder with images"));
  }

  // A folder that holds the same folders as lie beside it, from an archive that was unpacked or packed twice.
  void leave_out_copies(const std::string& base) {
    const std::string name = options_.folders == "classes" ? "" : repeating_folder(listing_.images, base);
    if (name.empty() || std::ranges::count(options_.ignore, name) > 0) return;
    const Names copies = copies_in(listing_.root, listing_.images, base, name);
    const Names all = by_folder(listing_.images, base)[name];
    if (copies.size() == all.size()) {
      std::erase_if(listing_.images, [&](const auto& path) { return std::ranges::binary_search(copies, path); });
      return leave_out("copies of what lies beside their folder", copies);
    }
    if (options_.folders == "inner") return;
    const auto other =
        std::ranges::find_if(all, [&](const auto& path) { return !std::ranges::binary_search(copies, path); });
    throw FileError(text(where(), ": the folder ", name, " holds folders called as those beside it, and ",
                         all.size() - copies.size(), " of its ", all.size(),
                         " images differ from theirs or are not there, such as ", *other,
                         "; to leave the folder out: ", option("ignore", shell_list({name})),
                         "; to read both by their innermost folders: ", option("folders", "inner")));
  }

  // What --folders inner would throw away in silence: train beside folders that are no splits.
  void note_lost_splits() {
    Names splits, others;
    for (const auto& [name, images] : by_folder(listing_.images, base_))
      if (!name.empty()) (split_of_folder(name) ? splits : others).push_back(name);
    if (!splits.empty() && !others.empty())
      data_.notes.push_back(text("not read as splits: the folders ", listed(splits), ", as beside them ",
                                 listed(others), others.size() == 1 ? " is none" : " are none"));
  }

  // What --ignore names beside splits is no class of theirs.
  void leave_out_asked(std::map<std::string, Names>& tops) {
    const bool splits =
        std::ranges::any_of(tops, [](const auto& top) { return split_of_folder(top.first).has_value(); });
    for (const std::string& name : options_.ignore) {
      if (!splits || !tops.contains(name)) continue;
      leave_out("left out as asked", tops[name]);
      tops.erase(name);
      std::erase_if(listing_.images, [&](const auto& path) { return path.starts_with(shown(name) + "/"); });
      left_out_.insert(name);
    }
  }

  std::vector<Part> find_parts() {
    auto tops = by_folder(listing_.images, base_);
    tops.erase("");
    leave_out_asked(tops);
    Names names, splits, others;
    for (const auto& [name, images] : tops) names.push_back(name);
    const auto split_of = splits_of(names);
    for (size_t i = 0; i < names.size(); ++i) (split_of[i] ? splits : others).push_back(names[i]);
    if (options_.folders == "classes" || splits.empty()) {
      if (options_.folders == "splits")
        throw UsageError(text(option("folders", "splits"), ": ", where(), " has no folder train, val or test"));
      if (options_.folders == "auto") check_classes(base_, others);
      return {{base_, {}}};
    }
    if (!others.empty() && options_.folders == "auto")
      throw FileError(text(where(), ": ", listed(splits),
                           splits.size() == 1 ? " is a split, but " : " are splits, but ", listed(others),
                           others.size() == 1 ? " is none" : " are none", " (", tops[others[0]].size(), " images in ",
                           others[0], "); ", option("folders", "splits"), " leaves that out, ",
                           option("folders", "classes"), " reads each folder as a class"));
    for (const std::string& name : others) leave_out("in no split", tops[name]);
    for (const std::string& folder : listing_.folders)
      if (fs::path(folder).parent_path() == base_ && !tops.contains(fs::path(folder).filename().string()))
        leave_out("folder without an image", {folder + "/"});
    SplitParts found;
    for (size_t i = 0; i < names.size(); ++i)
      if (split_of[i]) {
        leave_out_copies(shown(names[i]));
        add_split_parts(listing_.images, shown(names[i]), *split_of[i], options_.folders == "auto", where(), found);
      }
    if (found.parts.empty()) refuse_storage(splits);
    for (const std::string& folder : found.flat)
      for (const auto& [name, images] : by_folder(listing_.images, folder))
        leave_out("in a split without folders of classes", images);
    if (options_.folders == "auto")
      for (const Part& part : found.parts) check_ids(part.folder, "splits");
    if (const std::string said = unusual_splits(names, split_of); !said.empty())
      data_.notes.push_back("splits: the folders: " + said);
    std::ranges::stable_sort(found.parts, {}, [](const Part& part) { return *part.split; });
    return found.parts;
  }

  void check_classes(const std::string& folder, const Names& names) {
    if (!names.empty() && names_storage(names)) refuse_storage(names);
    refuse_equal_inside(names);
    refuse_two_images_a_row(listing_);
    check_ids(folder, "classes");
  }

  // Folders of studies or patients, whose classes only a table can tell.
  void check_ids(const std::string& folder, const char* reading) {
    if (!options_.model_classes.empty()) return;  // a model knows which folders are classes
    const auto folders = by_folder(listing_.images, folder);
    const std::string why = why_ids(folders);
    Names names;
    for (const auto& [name, images] : folders)
      if (!name.empty()) names.push_back(name);
    if (why.empty() && count_from_zero(names) && std::ranges::all_of(names, looks_like_an_id))
      data_.notes.push_back(text("the folders ", listed(names), " count from 0, and are read as classes"));
    if (why.empty()) return;
    throw FileError(text(data_.name, folder.empty() ? "" : "/" + folder, ": the folders ", listed(names), " ", why,
                         "; give the table that names the images", table_advice(listing_),
                         "; if they are classes: ", option("folders", reading)));
  }

  // a/cat, a/dog, b/cat, b/dog: the same folders in each are likelier to be the classes.
  void refuse_equal_inside(const Names& folders) const {
    std::map<std::string, size_t> met;
    Names inner;
    for (const std::string& folder : folders)
      for (const auto& [name, images] : by_folder(listing_.images, shown(folder)))
        if (!name.empty() && !split_of_folder(name) && ++met[name] == 2) inner.push_back(name);
    const bool patients = folders.size() > 1 && std::ranges::all_of(folders, names_a_patient);
    const bool equal = inner.size() > 1 && 2 * inner.size() > met.size();
    if (!equal && !patients) return;
    throw FileError(text(where(), ": ",
                         patients ? "the folders " + listed(folders) + " look like patients"
                                  : "the folders " + listed(folders) + " hold the same folders, " + listed(inner),
                         "; the innermost folders are the classes: ", option("folders", "inner"),
                         ", these are: ", option("folders", "classes")));
  }

  [[noreturn]] void refuse_storage(const Names& folders) const {
    refuse_two_images_a_row(listing_);
    const auto split_of = splits_of(folders);
    const bool splits = std::ranges::all_of(split_of, [](const auto& split) { return split.has_value(); });
    throw FileError(
        text(where(), ": the folders ", listed(folders),
             splits ? " are splits, and hold images without a folder for each class"
                    : " look like storage, not like classes",
             "; give the table that names the images", table_advice(listing_),
             splits ? ", or make a folder for each class in them" + names_advice(listing_, shown(folders.back())) : "",
             "; if they are classes: ", option("folders", "classes")));
  }

  void find_classes(const std::vector<Part>& parts) {
    std::set<std::string> with_images, all;
    for (const Part& part : parts) {
      for (const auto& [name, images] : by_folder(listing_.images, part.folder))
        if (!name.empty()) with_images.insert(name);
      for (const std::string& folder : listing_.folders)
        if (fs::path(folder).parent_path() == part.folder) all.insert(fs::path(folder).filename().string());
    }
    data_.classes.assign(with_images.begin(), with_images.end());
    choose_classes(Names(all.begin(), all.end()));
    for (const std::string& name : all)
      if (!with_images.contains(name) && std::ranges::find(data_.classes, name) == data_.classes.end())
        listing_.left_out["folder without an image"].push_back(name + "/");
    check_parts(parts);
  }

  // train/cat, val/images: what is a class in one split and storage in another is a mistake.
  void check_parts(const std::vector<Part>& parts) const {
    for (const Part& part : parts)
      for (const auto& [name, images] : by_folder(listing_.images, part.folder)) {
        const bool odd = !name.empty() && parts.size() > 1 && options_.folders == "auto" && names_storage({name});
        if (!odd) continue;
        const bool everywhere = std::ranges::all_of(
            parts, [&](const Part& other) { return by_folder(listing_.images, other.folder).contains(name); });
        if (odd && !everywhere && std::ranges::count(options_.ignore, name) == 0)
          throw FileError(text(where(), ": ", part.folder, " holds the folder ", name, ", which looks like storage, ",
                               "and other splits have folders of classes; make a folder for each class in it, or ",
                               "leave it out: ", option("ignore", shell_list({name})),
                               "; if it is a class: ", option("folders", "splits")));
      }
  }

  // data_.classes: those with images; known: those there are.
  void choose_classes(const Names& known) {
    const auto check = [&](const char* field, const Names& asked) {
      for (const std::string& name : asked)
        if (std::ranges::find(known, name) == known.end() && !left_out_.contains(name))
          throw UsageError(text(option(field), ": ", unknown_word("class", name, known)));
    };
    if (options_.model_classes.empty()) check("classes", options_.classes);
    check("ignore", options_.ignore);
    sort_class_names(data_.classes);
    if (!options_.classes.empty()) data_.classes = options_.classes;
    for (const std::string& name : options_.ignore) std::erase(data_.classes, name);
    if (!options_.model_classes.empty()) {
      Names foreign;
      for (const std::string& name : data_.classes)
        if (std::ranges::find(options_.model_classes, name) == options_.model_classes.end()) foreign.push_back(name);
      if (!foreign.empty())
        throw FileError(text(where(), ": the model does not know the class ", listed(foreign), ", but ",
                             listed(options_.model_classes), "; leave it out of the measurement with ",
                             option("ignore", shell_list(foreign))));
      data_.classes = options_.model_classes;
    }
    note_similar_names(data_.classes, data_.notes);
  }

  void collect(const Part& part) {
    const auto folders = by_folder(listing_.images, part.folder);
    for (const auto& [name, images] : folders)
      if (std::ranges::find(data_.classes, name) == data_.classes.end())
        leave_out(name.empty() ? in_no_class : "of a class left out", images);
    for (size_t c = 0; c < data_.classes.size(); ++c) {
      const auto at = folders.find(data_.classes[c]);
      if (at == folders.end()) continue;
      for (const std::string& path : at->second) {
        add(path, c);
        const std::string below = next_part(path, (part.folder.empty() ? "" : part.folder + "/") + data_.classes[c]);
        if (part.split) data_.splits.push_back(*part.split);
        else inner_splits_.push_back(split_of_folder(below));
        if (!below.empty() && !split_of_folder(below)) deeper_.push_back(path);
      }
    }
  }

  void add(const std::string& path, size_t of_class) {
    const auto file = source_.find(path, data_.name);
    files_.push_back(file ? *file : listing_.root / path);  // a link to nothing: missing, which is told
    missing_ += !file;
    if (!file && first_missing_.empty()) first_missing_ = path;
    data_.paths.push_back(path);
    for (size_t k = 0; k < data_.classes.size(); ++k) data_.targets.push_back(k == of_class ? 1.0f : 0.0f);
  }

  // <class>/<split>/image: in every class or in none.
  void read_inner_splits() {
    const auto given = std::ranges::count_if(inner_splits_, [](const auto& split) { return split.has_value(); });
    if (given == 0) return;
    if (given == std::ssize(inner_splits_)) {
      for (const auto& split : inner_splits_) data_.splits.push_back(*split);
      data_.notes.push_back("splits: the folders train, val, test in each class");
      return;
    }
    const auto without = std::ranges::find_if(inner_splits_, [](const auto& split) { return !split.has_value(); });
    throw FileError(text(where(), ": ", given, " images lie in folders train, val or test below their class, but ",
                         data_.paths[size_t(without - inner_splits_.begin())],
                         " does not; move all of them into such folders, or none"));
  }

  void finish() {
    if (const auto loose = listing_.left_out.find(in_no_class); files_.empty() && loose != listing_.left_out.end())
      throw FileError(text(where(), ": ", loose->second.size(), " images in it (", loose->second[0],
                           ", …), but no table with their labels and no folder for each class",
                           table_above(listing_.root, options_)));
    if (files_.empty())
      throw FileError(text(where(), ": no images in it; expected labels.csv with a column path, or a folder for ",
                           "each class with PNG or JPEG files",
                           listing_.left_out.empty() ? "" : "; " + describe(listing_.left_out)));
    if (data_.classes.size() == 1)
      throw FileError(
          text(where(), ": only one class in it, the folder ", data_.classes.front(),
               ", and a classifier needs two; put the images of each class into a folder of their own, ",
               "or write labels.csv with a column path",
               listing_.tables.empty() ? "" : "; or give a table that names them" + table_advice(listing_)));
    read_inner_splits();
    if (missing_ > 0) {
      const std::string why = text(data_.name, ": ", first_missing_, " is a link to a file that is not there (",
                                   missing_, " such links); fetch the files, or mount where they lie");
      const bool all = missing_ == std::ssize(files_);
      if (!options_.lenient && (!options_.skip_missing || all)) throw FileError(why + (all ? "" : skip_advice()));
      (options_.lenient ? data_.faults : data_.notes).push_back(why);
    }
    std::set<std::string> read = look_beside(listing_.root, base_, options_, data_, files_);
    if (data_.patients.empty() && options_.group_col.empty()) patients_from_paths(data_, true);
    if (!deeper_.empty()) {
      std::set<fs::path> folders;
      for (const std::string& path : deeper_) folders.insert(fs::path(path).parent_path());
      const bool many = data_.patients.empty() && folders.size() > 2 * data_.classes.size();
      data_.notes.push_back(text(deeper_.size(), " images lie deeper than their class, such as ", deeper_[0],
                                 "; if the innermost folders are the classes: ", option("folders", "inner"),
                                 many ? "; if they are patients, name them in metadata.csv (path,patient_id)" : ""));
    }
    for (auto& [why, paths] : listing_.left_out)
      std::erase_if(paths, [&](const std::string& path) { return read.contains(path); });
    std::erase_if(listing_.left_out, [](const auto& reason) { return reason.second.empty(); });
    if (!listing_.left_out.empty()) data_.notes.push_back(describe(listing_.left_out));
    set_files(data_, std::move(files_), options_);
  }

  void leave_out(const std::string& why, const Names& paths) {
    Names& all = listing_.left_out[why];
    all.insert(all.end(), paths.begin(), paths.end());
  }

  const DataOptions& options_;
  FolderListing listing_;
  SourceFolder source_;
  std::string base_;  // the folder of the classes, relative to the root
  Contents data_;
  std::vector<fs::path> files_;
  std::vector<std::optional<Split>> inner_splits_;
  std::set<std::string> left_out_;  // folders beside splits that --ignore names
  Names deeper_;                    // images below a folder of their class
  int64_t missing_ = 0;
  std::string first_missing_;
};

}  // namespace

Contents read_class_folders(const fs::path& folder, const DataOptions& options) {
  refuse_options(table_options(options), folder.string() + " is a folder of classes");
  return ClassFolders(folder, options).run();
}

}  // namespace skew
