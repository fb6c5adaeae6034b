// How this room's messages name an option. To a C++ program it is a field of DataOptions, PixelSize, LoaderOptions;
// whoever offers these under other names, as the command line does its flags, says so once, before anything is opened.
#pragma once
#include <string>
#include <string_view>

namespace skew {

// "path_col"; with a value "bad_images = skip". Or as name_options says: "--path-col", "--bad-images skip".
std::string option(std::string_view field, std::string_view value = "");

using OptionWords = std::string (*)(std::string_view field, std::string_view value);
void name_options(OptionWords words);

// The end of messages about images that cannot be read.
std::string skip_advice();

}  // namespace skew
