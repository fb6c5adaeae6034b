// Whose image it is: a column of the table, metadata.csv beside the images, or folders called patient….
// Read next: apps/data/dataset.h, which keeps a patient in one split.
#pragma once
#include <string>
#include <vector>

#include "apps/data/contents.h"
#include "apps/formats/csv.h"

namespace skew {

// Fills data.patients (data.paths are known) from metadata.csv in `folder`, or else from the first table but `labels`
// that names its images and their patients: a column of paths as in data.paths, or of base names that are unique, and
// --group or one of the usual columns. Says in the notes how many images it knows, and returns the table's name; "" if
// there is none, or it says nothing of patients. Throws FileError for two rows of an image that name different
// patients, and where --group was asked for and no image is known; UsageError for an unknown column.
std::string join_patients(const std::filesystem::path& folder, const std::string& labels, const DataOptions& options,
                          Contents& data);

bool names_a_patient(const std::string& folder);  // "patient00001", "Subject 7", "case-12"

// From folders such as patient00001 in every path; nothing if they are not everywhere, or all the same.
void patients_from_paths(Contents& data);

}  // namespace skew
