// A local rule with numbers in place of its letters: "b·g" at b = −2, g = −6 becomes "−2·(−6) = 12".
#pragma once
#include <map>
#include <string>

#include "apps/explorer/recording.h"
#include "core/registry.h"

namespace skew::explorer {

// Letters and words of `rule` that stand in `values` become numbers, in brackets where a sign or a power needs them.
std::string with_numbers(const std::string& rule, const std::map<std::string, double>& values, int digits = 7);

// The rule with its op's arguments as numbers, as written or by default: "alpha·g" becomes "g", and a power's
// "exponent·x^(exponent − 1)·g" becomes "2·x·g".
std::string rule_with_arguments(const OpRow& row, const std::string& rule, const std::string& arguments);

// What a rule of `node` is in the names of the program: at d = c·a "b·g" becomes "a·g"; nodes without a name are #1,
// #2. Rules in sentences stay, and so does what a comma sets behind a formula.
std::string rule_in_names(const Recording& recording, const RecordedNode& node, const std::string& rule);
// The name of what an op takes there: that of its node, the number itself, or the op's own word for it.
std::string input_in_names(const Recording& recording, const RecordedNode& node, size_t input);

// What `from` sends its input `input`, when everything that the rule names is a scalar; else nothing.
std::string rule_with_numbers(const Recording& recording, const RecordedNode& from, size_t input, const Tensor& dy,
                              const Tensor& dx, int digits = 7);

// What an op keeps, in the names of the program.
std::string saved_in_names(const Recording& recording, const RecordedNode& node, const SavedTensor& saved);
// Of an op that keeps something else than its way back is written in, what that is: a sigmoid keeps its input, and the
// rule is y·(1 − y)·g. "" where both agree.
std::string saved_note(const RecordedNode& node);

// How a value came about, and how a gradient did: "c = a·b = 3·(−2) = −6", "∂a += b·g = −2·(−6) = 12, from c = mul".
std::string value_in_words(const Recording& recording, const RecordedNode& node);
std::string arrival_in_words(const Recording& recording, const RecordedNode& to, const Contribution& c);

}  // namespace skew::explorer
