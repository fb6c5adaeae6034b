// The files that the page is made of, as the build put them into the program (apps/studio/parts.cpp.in).
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace skew::studio {

std::string_view html_part();
std::string_view css_part();
std::string_view js_part();
std::string_view module_bytes();  // packed by gzip; empty where the build had no WebAssembly compiler
extern const std::vector<std::string> module_losses;  // by their index in the module

}  // namespace skew::studio
