// UTF-8 text as code points and terminal columns, made safe to print: for tables and figures.
// Not a full Unicode library: widths are those a terminal uses, grapheme clusters are not joined.
// Read next: apps/report/table.h, apps/report/svg.h.
#pragma once
#include <string>
#include <string_view>

namespace skew::report {

// Code points; a byte that belongs to no valid sequence becomes U+FFFD, control characters a space.
std::u32string decode_printable(std::string_view utf8);
bool is_utf8(std::string_view bytes);  // controls and NUL bytes too
std::string encode(std::u32string_view code_points);

// Terminal columns: 0 for combining marks, 2 for East Asian wide characters and emoji, otherwise 1.
int column_width(char32_t code_point);
int column_width(std::string_view utf8);

// Valid UTF-8 without control characters, shortened with '…' in its middle to at most `columns`: names often differ at
// their end.
std::string fit_columns(std::string_view utf8, int columns);
// The same, shortened at its end: numbers and formulas are read from the front.
std::string cut_columns(std::string_view utf8, int columns);

}  // namespace skew::report
