// The way back from json_text(): for a page that shows a recording made elsewhere, a training step's for example.
#pragma once
#include <string_view>

#include "apps/explorer/recording.h"

namespace skew::explorer {

// What pictures, tables and the story need of it; ops themselves do not come back, so nothing can be run again. Throws
// ValueError for a text that is no recording.
Recording read_recording(std::string_view json);

}  // namespace skew::explorer
