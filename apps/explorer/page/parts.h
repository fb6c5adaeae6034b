// The files that the page is made of, as the build put them into the program (apps/explorer/page/parts.cpp.in).
#pragma once
#include <string_view>

namespace skew::explorer {

std::string_view html_part();
std::string_view css_part();
std::string_view js_part();
std::string_view packed_module();  // by gzip; empty where the build had no WebAssembly compiler

}  // namespace skew::explorer
