// The images that a trained model is measured on: those of its own training, read as they were then, or others. For
// eval and compare.
#pragma once
#include <memory>
#include <string>

#include "apps/cli/field_flags.h"
#include "apps/data/dataset.h"
#include "apps/evaluation/model_info.h"

namespace skew {

struct WantedData {
  std::string run;   // the run folder or weights file
  std::string data;  // "": what the run was trained on
  std::string split = "test";
};

struct MeasuredData {
  std::shared_ptr<Dataset> data;
  Split split = Split::test;  // what of it is measured
  std::string said;           // "split: runs/a/split.csv" where the run's own split is used; else ""
};

// asked: how to read the data, where the command line says so. Throws UsageError for an unknown split and FileError for
// data that have other classes than the model, that nobody knows the split of, or of which the split is empty.
MeasuredData data_to_measure(WantedData wanted, const FieldTexts& asked, const ModelInfo& info);

}  // namespace skew
