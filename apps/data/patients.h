// Whose image it is, where no table says it: by folders or files called patient0001, or by folders below the classes.
// Read next: apps/data/beside_tables.h, which asks tables; dataset.h, which keeps a patient in one split.
#pragma once
#include <string>
#include <vector>

#include "apps/data/contents.h"
#include "apps/formats/csv.h"

namespace skew {

bool names_a_patient(const std::string& folder);  // "patient00001", "Subject 7", "case-12"
// What ids look like and names of classes do not: 16 and more hexadecimal digits, numbers of 5 and more digits, UIDs
// (1.2.840.…); not ImageNet's n01440764.
bool looks_like_an_id(const std::string& folder);

// From a folder such as patient00001 in every path, else from files called so (subject-12_left.png); nothing if they
// are not everywhere, or all the same. Of class folders also from the outermost other folder that is numbered (P0001,
// 8860) or an id: a guess, said in the notes, and not used where there are few or the given splits tear them.
void patients_from_paths(Contents& data, bool class_folders);

// Notes a column, of those that nothing was read from, that may be one of patients: called as identifiers are, with
// values that repeat.
void note_possible_patients(const CsvTable& table, const std::vector<int64_t>& read, const DataOptions& options,
                            Contents& data);

}  // namespace skew
