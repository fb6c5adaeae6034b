// The images that `skew predict` is given, as a set the network can be run over: files, folders, tables without labels.
// Read next: predict.cpp.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "apps/data/dataset.h"
#include "apps/evaluation/model_info.h"

namespace skew {

// inputs: images; folders (every .png, .jpg and .jpeg below them, sorted); CSV tables with a column path, image, file
// or Image Index, or path_col, relative to the table or to images/ beside it. Images are read at the model's size and
// channels, and all labels are unknown. A file that is missing shows when it is read. Throws FileError for a folder or
// table without images, UsageError for a table without such a column.
std::shared_ptr<Dataset> images_to_predict(const std::vector<std::string>& inputs, const ModelInfo& info,
                                           const std::string& path_col = "");

}  // namespace skew
