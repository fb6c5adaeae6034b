// The door: from the word after --data, or a path in a C++ program, to a Dataset.
// Read next: dataset.h; loader.h, which makes batches of it.
#pragma once
#include <memory>
#include <string>

#include "apps/data/dataset.h"

namespace skew {

// Opens SRC: a folder with labels.csv, a .csv or .csv.gz, D/<class>/*, D/{train,val,test}/<class>/*, a MedMNIST .npz,
// `synth:shapes14`, `fashion-mosaic`. Throws FileError or ValueError that names the file and row, and what to do.
std::shared_ptr<Dataset> open_data(const std::string& src, const DataOptions& options = {});

}  // namespace skew
