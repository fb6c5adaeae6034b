// A set of labelled images, opened once: metadata lie in memory, pixels are read when asked for.
// It neither resizes nor normalises nor caches; that is apps/data/loader.h. How each kind of source is read:
// apps/data/labels_csv.h, class_folders.h, medmnist.h, synth_shapes.h, fashion_mosaic.h.
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "apps/formats/image.h"

namespace skew {

extern const char* const kSkipAdvice;  // the end of messages about images that cannot be read

enum class Split : uint8_t { train, val, test };
enum class Task : uint8_t { multi_label, single_label };

std::string_view split_name(Split split);                 // "train", "val", "test"
std::optional<Split> parse_split(std::string_view word);  // also valid, validation; nothing for other words

struct DataOptions {
  std::string path_col, split_col, group_col;  // columns of the CSV in these roles; empty: found by their usual names
  std::vector<std::string> classes, ignore;    // columns that are the classes, in this order; columns to leave out
  // Of a trained model: in a table these columns are the classes, whatever the two lists above say, and others are left
  // alone. Sources of other kinds know their classes themselves.
  std::vector<std::string> model_classes = {};
  std::string split_file;         // a split.csv (path,split) that replaces the source's own splits
  uint64_t seed = 0;              // of a split that has to be made, and of the positives that go missing
  double missing_labels = 0;      // share of the positives of train and val made negative: missing_labels.h
  std::optional<Task> task = {};  // instead of the source's own
  bool skip_missing = false;      // missing files, unless all are, are kept and fail when read, as damaged ones do
  bool lenient = false;  // for `data check`: missing files and patients in two splits are kept instead of refused
};

// What a source says about its images. N images, L classes.
struct Contents {
  std::string name;
  Task task = Task::multi_label;
  std::vector<std::string> classes;             // L
  std::vector<std::string> paths;               // N, unique, as the source writes them
  std::vector<std::string> patients;            // N or none; "" = unknown, a patient of their own
  std::vector<Split> splits;                    // N or none
  std::vector<float> targets;                   // (N, L): 1, 0, NaN = unknown; single label: one-hot
  int64_t channels = 0, height = 0, width = 0;  // of the first image, alpha left out: channels 1 or 3
  std::function<Image(int64_t)> read;           // callable from many threads at once
};

class Dataset {
 public:
  // Completes the splits (split.h) where the source has none, or no val. Throws FileError for a patient in two splits
  // unless options.lenient, ValueError for a set without images or classes.
  Dataset(Contents contents, const DataOptions& options);

  const std::string& name() const { return data_.name; }
  Task task() const { return data_.task; }
  const std::vector<std::string>& classes() const { return data_.classes; }
  int64_t channels() const { return data_.channels; }
  int64_t height() const { return data_.height; }
  int64_t width() const { return data_.width; }
  int64_t size() const { return int64_t(data_.paths.size()); }

  Split split_of(int64_t i) const { return data_.splits.at(size_t(i)); }
  std::span<const float> target(int64_t i) const;  // L values
  int64_t class_index(int64_t i) const;            // single label: the class; multi-label: −1
  const std::string& path(int64_t i) const { return data_.paths.at(size_t(i)); }
  const std::string& patient(int64_t i) const;                   // "" = unknown
  bool has_patients() const { return !data_.patients.empty(); }  // of any image
  // The source has a column of patients, with nothing in it.
  bool patients_are_blank() const { return patients_are_blank_; }
  bool split_was_made() const { return !split_note_.empty(); }
  // Whether the images of `split` were chosen here, because the source does not say which they are.
  bool split_was_made(Split split) const { return made_[size_t(split)]; }
  const std::string& split_note() const { return split_note_; }  // how missing splits were made, for people; or ""
  // Equal for equal task, classes, paths, splits and labels as the source has them, before splits are made and labels
  // go missing; pixels are not looked at. Eight hexadecimal digits.
  const std::string& fingerprint() const { return fingerprint_; }
  int64_t dropped_positives() const { return dropped_positives_; }  // by DataOptions::missing_labels

  const std::vector<int64_t>& indices(Split split) const { return indices_[size_t(split)]; }  // ascending
  std::vector<int64_t> class_counts(Split split) const;  // positives of each class; unknowns are not counted
  int64_t unknown_count(Split split) const;              // targets that are unknown

  // The pixels of image i as stored. Throws FileError that names the file.
  Image read(int64_t i) const;

 private:
  void complete_splits(const DataOptions& options);
  void check_patients() const;

  Contents data_;
  std::vector<int64_t> indices_[3];
  std::string split_note_, fingerprint_;
  int64_t dropped_positives_ = 0;
  bool made_[3] = {}, patients_are_blank_ = false;
};

// Opens SRC: a folder with labels.csv, a .csv or .csv.gz, D/<class>/*, D/{train,val,test}/<class>/*, a MedMNIST .npz,
// `synth:shapes14`, `fashion-mosaic`. Throws FileError or ValueError that names the file and row, and what to do.
std::shared_ptr<Dataset> open_data(const std::string& src, const DataOptions& options = {});

// For sources of image files: sets channels, height and width by the first of `files`, or, where unreadable ones are
// kept (skip_missing, lenient), the first that can be read. A folder of mixed sizes is found when the others are read.
void measure(Contents& data, const std::vector<std::filesystem::path>& files, const DataOptions& options);

// Writes path,split of every image; DataOptions::split_file reads it back.
void write_split(const Dataset& data, const std::filesystem::path& file);

}  // namespace skew
