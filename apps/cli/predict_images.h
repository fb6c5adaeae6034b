// The images that `skew predict` is given, as a set the network can be run over: files, folders, tables without labels.
// Read next: predict.cpp.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "apps/data/dataset.h"
#include "apps/evaluation/model_info.h"

namespace skew {

// inputs: images; folders (all images below them: apps/data/folder_listing.h); tables, read for their images alone
// (path_col, images and ending of `reading`; apps/data/image_finder.h). Images are read at the model's size and
// channels, and all labels are unknown. A file that is missing shows when it is read. What was guessed or left out is
// said on stderr. Throws FileError for a folder or table without images.
std::shared_ptr<Dataset> images_to_predict(const std::vector<std::string>& inputs, const ModelInfo& info,
                                           const DataOptions& reading = {});

}  // namespace skew
