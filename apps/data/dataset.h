// A set of labelled images, opened once (open_data.h): metadata lie in memory, pixels are read when asked for.
// It neither resizes nor normalises nor caches; that is loader.h.
#pragma once
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "apps/data/contents.h"

namespace skew {

class Dataset {
 public:
  // Completes the splits (split.h) where the source has none, or no val. Throws FileError for a set without images or
  // classes, and, unless options.lenient (then they are faults()), for a class name that is not UTF-8, a patient in two
  // splits and a train split without a known label.
  Dataset(Contents contents, const DataOptions& options);

  const std::string& name() const { return data_.name; }
  const std::vector<std::string>& notes() const { return data_.notes; }    // guesses and joins, for people
  const std::vector<std::string>& faults() const { return data_.faults; }  // for which training refuses the set
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
  const std::string& patient(int64_t i) const;                              // "" = unknown
  const std::string& patients_from() const { return data_.patients_from; }  // "column lesion_id"
  bool has_patients() const { return !data_.patients.empty(); }             // of any image
  // The source has a column of patients, with nothing in it.
  bool patients_are_blank() const { return patients_are_blank_; }
  bool split_was_made() const { return !split_note_.empty(); }
  // Whether the images of `split` were chosen here, because the source does not say which they are.
  bool split_was_made(Split split) const { return made_[size_t(split)]; }
  const std::string& split_note() const { return split_note_; }  // how missing splits were made, for people; or ""
  // Equal for equal task, classes, paths, splits and labels as the source has them, before splits are made and labels
  // go missing; pixels are not looked at. Eight hexadecimal digits.
  const std::string& fingerprint() const { return fingerprint_; }
  int64_t dropped_positives() const { return dropped_positives_; }  // by DataOptions::label_noise

  const std::vector<int64_t>& indices(Split split) const { return indices_[size_t(split)]; }  // ascending
  std::vector<int64_t> class_counts(Split split) const;  // positives of each class; unknowns are not counted
  int64_t unknown_count(Split split) const;              // targets that are unknown
  // What cannot be learned, chosen by or measured, a line each: empty splits, classes without a positive in a split, or
  // without a known negative in train.
  std::vector<std::string> gaps() const;

  // Patients whose images are in more than one split, by first appearance, each with an image of two of them.
  struct TornPatient {
    std::string patient;
    int64_t first = 0, second = 0;
  };
  std::vector<TornPatient> torn_patients() const;

  // The pixels of image i as stored, upright (DataOptions::exif). Throws FileError that names the file.
  Image read(int64_t i) const;
  // What read(i) would return, from the file's header alone; only where the source is image files.
  bool has_headers() const { return data_.header != nullptr; }
  ImageInfo header(int64_t i) const { return data_.header(i); }

 private:
  void complete_splits(const DataOptions& options);
  void check_names();
  void check_patients();
  void check_labels();
  void refuse(const std::string& why);  // a fault

  bool lenient_;
  std::string group_col_;

  Contents data_;
  std::vector<int64_t> indices_[3];
  std::string split_note_, fingerprint_;
  int64_t dropped_positives_ = 0;
  bool made_[3] = {}, patients_are_blank_ = false;
};

// "no positive in val: a, b (2 of 15 classes)"; without: the classes that it is about.
std::string no_positive(Split split, const std::vector<std::string>& without, size_t classes);

// Writes path,split of every image; DataOptions::split_file reads it back.
void write_split(const Dataset& data, const std::filesystem::path& file);

}  // namespace skew
