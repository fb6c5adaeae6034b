// Writing any set as images/*.png and labels.csv, so that other programs train on the same pixels.
// labels.csv has the columns path, split, patient_id (where known) and one a class: 1, 0, or blank for unknown.
// Read next: sources.h, where read_labels_csv reads it back.
#pragma once
#include <filesystem>

#include "apps/data/dataset.h"

namespace skew {

// Makes `folder`, which must not exist or be empty. labels.csv is written last, through a temporary file: a folder that
// has it is complete. After an interrupted export (images/ but no labels.csv) start again with another folder.
// Names of files are numbers in the set's order. Throws FileError.
void export_data(const Dataset& data, const std::filesystem::path& folder);

}  // namespace skew
