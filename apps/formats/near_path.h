// The path that somebody may have meant by one that is not there.
#pragma once
#include <string>

namespace skew {

// "; did you mean 'runs/first'?": the entry of the same folder whose name is nearest; "" where nothing is near, or the
// folder cannot be read.
std::string near_path(const std::string& path);

}  // namespace skew
