// A program run: text in, recording out, whether it ended well or not.
#pragma once
#include <string>

#include "apps/explorer/interpreter.h"

namespace skew::explorer {

// Runs it. A mistake in the program is no exception: the recording holds what was there until then, and `problem`.
// Throws ValueError for options that the program has no use for.
Recording run_program(const std::string& source, const ProgramOptions& options = {});

// What run_program makes of an interpreter whose run ended with these words: the graph so far, the place, the op. For
// the WebAssembly module, where errors arrive as words.
Recording failed(Interpreter& interpreter, const std::string& words, const Place* place);

}  // namespace skew::explorer
