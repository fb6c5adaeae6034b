// Words out of people's files, and words for their shells.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace skew {

std::string lower_case(std::string_view text);     // ASCII letters
std::string plain_letters(std::string_view name);  // "Image Index" → "imageindex": lower case, without blanks and signs
std::string shell_word(const std::string& text);  // as one word of a shell: in quotes where it has to be

// Of `known` what `word` is a slip of, as unknown_word (core/error.h) finds it; "" where nothing is near.
std::string nearest(const std::string& word, const std::vector<std::string>& known);
// The same as "; did you mean 'relu'?", for lists that are too long to be said.
std::string suggestion(const std::string& word, const std::vector<std::string>& known);

}  // namespace skew
