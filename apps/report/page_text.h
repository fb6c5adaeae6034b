// What pages that are one file are put together with: bytes as text, parts in the place of marks.
#pragma once
#include <string>
#include <string_view>

namespace skew::report {

std::string base64(std::string_view bytes);

// Throws ValueError where the page lacks the mark.
void replace_mark(std::string& page, std::string_view mark, std::string_view with);

}  // namespace skew::report
