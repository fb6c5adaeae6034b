// What the `skew loss` commands write with: folders, text files, numbers and names as LaTeX.
#pragma once
#include <string>

namespace skew {

void make_folder(const std::string& path);                         // and its parents; throws FileError
void write_text(const std::string& path, const std::string& all);  // throws FileError

std::string latex_text(const std::string& words);  // names: special characters escaped
std::string latex_number(double value);            // in math mode: 0.558, 1.2\cdot10^{-5}

}  // namespace skew
