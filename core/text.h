// Numbers and lists as text, for everything that reads or writes them: options, settings files, tables, arguments.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace skew {

// The number that is the whole of `word` (".5", "-3", "1e-3", "nan", "inf"); nothing for any other text.
std::optional<double> parse_number(std::string_view word);
// Likewise for a whole number in ±2^53; "1e3" and "2.0" are whole too.
std::optional<int64_t> parse_whole(std::string_view word);
// The shortest text that reads back as the same number.
std::string shortest(double value);
// "a,b" → a, b. Empty items stay: "a," → a and "". The empty text is no item at all. An item in double quotes may hold
// commas, and quotes written twice: "left, ""upper""",right.
std::vector<std::string> split_list(std::string_view list, char at = ',');
std::string joined(const std::vector<std::string>& items, std::string_view between = ",");
std::string quoted_list(const std::vector<std::string>& items);  // what split_list reads back, quoted where needed

}  // namespace skew
