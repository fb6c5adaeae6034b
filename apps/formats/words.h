// Words out of people's files, and words for their shells.
#pragma once
#include <string>
#include <string_view>

namespace skew {

std::string lower_case(std::string_view text);     // ASCII letters
std::string plain_letters(std::string_view name);  // "Image Index" → "imageindex": lower case, without blanks and signs
std::string shell_word(const std::string& text);  // as one word of a shell: in quotes where it has to be

}  // namespace skew
