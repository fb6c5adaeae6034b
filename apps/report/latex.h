// Names and numbers as LaTeX writes them. Tables themselves belong to whoever fills them.
#pragma once
#include <string>

namespace skew::report {

std::string latex_text(const std::string& words);  // names: special characters escaped
std::string latex_number(double value);            // in math mode: 0.558, 1.2\cdot10^{-5}

}  // namespace skew::report
