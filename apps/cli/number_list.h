// Numbers as a command line gives them: `3`, `1,2.5,4`, `-8:8:801` (from:to:how many, both ends included), mixed.
#pragma once
#include <string>
#include <vector>

namespace skew {

// Throws UsageError beginning with `what` for anything else, for numbers that are not finite and more than 1e6 of them.
std::vector<double> number_list(const std::string& what, const std::string& words);

}  // namespace skew
