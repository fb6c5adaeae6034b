// The epochs of a run: results.csv and results.svg. A resumed run reads them back up to its checkpoint.
#pragma once
#include <cmath>
#include <string>
#include <vector>

namespace skew {

struct EpochRow {
  int64_t epoch = 0;  // from 1
  double train_loss = NAN, val_loss = NAN, map = NAN, head = NAN, medium = NAN, tail = NAN, auroc = NAN, accuracy = NAN,
         balanced_accuracy = NAN;  // where undefined
  double lr = 0, images_per_second = 0, seconds = 0;
};

class History {
 public:
  explicit History(std::string folder) : folder_(std::move(folder)) {}
  // Reads results.csv and drops epochs after `last`. Throws FileError when it does not parse.
  void load(int64_t last);
  void add(const EpochRow& row) { rows_.push_back(row); }
  void write(bool single_label) const;  // results.csv, and results.svg from the second epoch on
  const std::vector<EpochRow>& rows() const { return rows_; }

 private:
  std::string folder_;
  std::vector<EpochRow> rows_;
};

}  // namespace skew
