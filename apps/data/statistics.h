// What `skew data check` finds out before the first epoch: every image is read once.
// It reports and repairs nothing; open the set with DataOptions::lenient, so that faults are found rather than thrown.
// Read next: apps/data/dataset.h.
#pragma once
#include <array>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "apps/data/dataset.h"

namespace skew {

// L classes; arrays of three are train, val, test.
struct DataStatistics {
  std::array<int64_t, 3> images{}, unlabelled{};           // unlabelled: no class is 1
  std::array<std::vector<int64_t>, 3> positives, unknown;  // L each
  std::vector<std::vector<int64_t>> together;              // (L,L): images of the set in which both classes are 1
  struct Unreadable {
    std::string path, why;
  };
  std::vector<Unreadable> unreadable;
  struct Pair {
    std::string what;               // the patient, or "" for duplicate pixels
    int64_t first = 0, second = 0;  // images in different splits
  };
  std::array<int64_t, 3> patients{};     // different ones in each split
  int64_t without_patient = 0;           // images
  std::vector<int64_t> class_patients;   // L: patients with a positive; empty without patients
  std::vector<Pair> torn_patients;       // one pair for each patient who is in two splits
  std::vector<Pair> duplicates;          // images whose pixels are the same though their splits are not
  std::vector<Pair> contradictions;      // images whose pixels are the same though their labels are not
  int64_t duplicates_within = 0;         // images whose pixels repeat an earlier one of the same split
  std::map<std::string, int64_t> sizes;  // "64x64 grey 8 bit" → images
  std::vector<std::string> constant;     // images of one value
  std::vector<std::string> inverted;     // see below
  std::vector<std::string> faults;       // for which training refuses the set, beside those above
  bool faultless() const;                // nothing unreadable, torn, duplicate across splits, constant, and no fault
};

// `workers` threads read; the result does not depend on their number.
// Inverted: where the images share a layout (the median correlation of their 16×16 thumbnails with the mean one is at
// least .5), those whose correlation is below −.3.
DataStatistics check_data(const Dataset& data, int workers = 1);

nlohmann::json to_json(const DataStatistics& statistics, const Dataset& data);

}  // namespace skew
