// How far each op is proven on cuda, from records of self-tests: compiled, planned, emulated, hardware (docs/cuda.md
// says what each word means). From this come `skew info --levels` and the table in docs/cuda.md.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "apps/selftest/record.h"

namespace skew::selftest {

// One op's evidence by level, in words: "sm_80, sm_90", "described H100", a GPU's name. Empty: none.
struct OpLevels {
  std::string compiled, planned, emulated, hardware;
  bool operator==(const OpLevels&) const = default;
  auto operator<=>(const OpLevels&) const = default;
};
using Levels = std::map<std::string, OpLevels>;  // by op

// The records of a folder (*.json), in the order of their names. Throws FileError for one that is none.
std::vector<Json> read_records(const std::string& folder);
// Those of docs/hardware/ when this program was built.
std::vector<Json> built_in_records();

// Every registered op has a row. A record counts for the ops that passed in it, in each of its sections that tries ops.
Levels levels_of(const std::vector<Json>& records);
std::string highest_level(const OpLevels& levels);  // "emulated"; "–" for none

// Ops with equal evidence share a row.
std::string levels_markdown(const Levels& levels);

}  // namespace skew::selftest
