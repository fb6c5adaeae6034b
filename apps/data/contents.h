// What a set of labelled images is before it becomes a Dataset: the options it is opened with, and what a source says
// of its images. Each kind of source (sources.h) turns the one into the other. Read next: dataset.h.
#pragma once
#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "apps/formats/image.h"
#include "core/fields.h"

namespace skew {

enum class Split : uint8_t { train, val, test };
enum class Task : uint8_t { multi_label, single_label };
constexpr std::array<const char*, 2> words_of(Task) { return {"multi", "single"}; }

std::string_view split_name(Split split);  // "train", "val", "test"
// "train", "Validation", "testset", "训练集": a word for a split, in any case; split_words.cpp has the list.
std::optional<Split> parse_split(std::string_view word);

// "a, b, c, d, e and 4 more", for messages.
std::string listed(const std::vector<std::string>& names);

std::vector<std::string> folder_words();  // auto, classes, splits, inner

// What −1 and a blank stand for in a column of a class: unknown, or no.
struct UnknownAs {
  bool minus_is_no = false, blank_is_no = false;
};
// "", mask, 0, minus=0, blank=0, minus=0,blank=mask. Throws UsageError for other words.
UnknownAs read_unknown_as(const std::string& words);

struct DataOptions {
  // columns of a table in these roles; empty: found by their usual names
  std::string path_col, label_col, split_col, group_col;
  std::string label_sep;         // between the names in a cell of label_col; "none": a name a cell; empty: found out
  std::string usual_path_col;    // tried before the usual names: of the data that a model was trained on
  std::string images, ending;    // of a table: the folder of its images, and what to add to their names
  std::string unknown_as;        // what −1 and blanks mean: read_unknown_as
  std::string folders = "auto";  // what a folder's folders are: folder_words
  std::vector<std::string> classes, ignore;  // columns that are the classes, in this order; columns to leave out
  // Of a trained model: in a table these columns are the classes, whatever the two lists above say, and others are left
  // alone. Sources of other kinds know their classes themselves.
  std::vector<std::string> model_classes = {};
  std::string split_file;               // a table (path,split) that replaces the source's own splits
  uint64_t seed = 0;                    // of a split that has to be made, and of the positives that go missing
  double label_noise = 0;               // share of the positives of train and val made negative: label_noise.h
  std::optional<Task> task = {};        // instead of the source's own
  std::optional<Split> one_split = {};  // every image is in it, whatever the source says: to measure a set as a whole
  bool splits_known = false;            // of a table whose name says its split: nothing beside it is asked
  bool skip_missing = false;  // missing files, unless all are, are kept and fail when read, as damaged ones do
  bool lenient = false;       // for `data check`: what is wrong with the set as a whole is kept (Contents::faults)
  Exif exif = Exif::apply;    // of image files

  // How a source is read: the same options for every command that opens one.
  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    constexpr const char* group = "Data";
    visit("path_col", self.path_col, any_text(), Option("column of the image paths", group));
    visit("label_col", self.label_col, any_text(),
          Option("column of class names: one a row, or lists such as a;b", group));
    visit("label_sep", self.label_sep, any_text(), Option("what separates names there; none: one a row", group));
    visit("images", self.images, any_text(), Option("folder of a table's images, if it is not the table's own", group));
    visit("ext", self.ending, any_text(), Option("to add to a table's image names: .png", group));
    visit("split_col", self.split_col, any_text(), Option("column of train/val/test", group));
    visit("group", self.group_col, any_text(), Option("column of patients, who stay in one split", group));
    visit("classes", self.classes, any_text(), Option("columns that are the classes, in this order: a,b,c", group));
    visit("ignore", self.ignore, any_text(), Option("columns, names of classes or their folders, to leave out: a,b", group));
    visit("unknown_as", self.unknown_as, any_text(),
          Option("-1 and blanks: mask (unknown), 0 (no), or each: minus=0,blank=mask", group));
    visit("folders", self.folders, one_of(folder_words),
          Option("folders are classes, or splits of classes; inner: the innermost are the classes", group));
    visit("split_file", self.split_file, any_text(),
          Option("a table (path,split) that replaces the data's own splits", group));
    visit("exif", self.exif, finite(), Option("ignore: images stay as stored, not turned by EXIF orientation", group));
  }
};

// The options that only a table has a use for, with their values.
using OptionValues = std::vector<std::pair<const char*, std::string>>;
OptionValues table_options(const DataOptions& options);
// Throws UsageError for the first that has a value: "--group: x.npz is a MedMNIST file, and has no table …".
void refuse_options(const OptionValues& options, const std::string& why);
// For sources that make or hold all they need: every option about tables and folders is refused.
void refuse_all_options(const DataOptions& options, const std::string& why);

// What a source says about its images. N images, L classes.
struct Contents {
  std::string name;
  Task task = Task::multi_label;
  std::vector<std::string> classes;             // L
  std::vector<std::string> paths;               // N, unique, as the source writes them
  std::vector<std::string> patients;            // N or none; "" = unknown, a patient of their own
  std::vector<Split> splits;                    // N or none
  std::vector<float> targets;                   // (N, L): 1, 0, NaN = unknown; single label: one-hot
  std::string patients_from;                    // where patients stand: "column lesion_id"; "" without
  std::vector<std::string> notes;               // guesses, joins, what was left out: for people, a line each
  std::vector<std::string> faults;              // kept because options.lenient, which others refuse with these words
  int64_t channels = 0, height = 0, width = 0;  // of the first image, alpha left out: channels 1 or 3
  std::function<Image(int64_t)> read;           // callable from many threads at once
  std::function<ImageInfo(int64_t)> header;     // the same of files; empty where every image is of the kind above
};

// Leaves out the images that are not to be `kept` (N): what of paths, patients, splits and targets is there, and their
// `files`.
void keep_images(const std::vector<bool>& kept, Contents& data, std::vector<std::filesystem::path>& files);

// For sources of image files, one an image: sets read, header, and channels, height and width by the first of `files`,
// or, where unreadable ones are kept (skip_missing, lenient), the first that can be read. Where the first cannot, and
// is not to be left out, the FileError says how many others of its kind there are.
void set_files(Contents& data, std::vector<std::filesystem::path> files, const DataOptions& options);

}  // namespace skew
