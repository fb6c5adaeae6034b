// What the `skew loss` commands write with: folders and text files.
#pragma once
#include <string>

namespace skew {

void make_folder(const std::string& path);                         // and its parents; throws FileError
void write_text(const std::string& path, const std::string& all);  // throws FileError

}  // namespace skew
