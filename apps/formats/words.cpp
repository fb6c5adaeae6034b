// Bytes beyond ASCII stay as they are.
#include "apps/formats/words.h"

#include <algorithm>
#include <cstdint>

#include "core/error.h"

namespace skew {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

}  // namespace

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = char(c - 'A' + 'a');
  return out;
}

std::string plain_letters(std::string_view name) {
  std::string out = lower_case(name);
  std::erase_if(out, [](char c) { return !is_letter(c) && !is_digit(c) && uint8_t(c) < 0x80; });
  return out;
}

std::string shell_word(const std::string& text) {
  const bool plain = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {  // libc++ 14 has no ranges
    return is_letter(c) || is_digit(c) || std::string_view("_./+-,@%:=").find(c) != std::string_view::npos;
  });
  if (plain) return text;
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string nearest(const std::string& word, const std::vector<std::string>& known) {
  constexpr std::string_view opens = "did you mean '";
  const std::string found = unknown_word("", word, known);
  const size_t from = found.find(opens);
  if (from == found.npos) return "";
  for (const std::string& name : known)  // names may hold quotes
    if (found.compare(from + opens.size(), name.size() + 2, name + "'?") == 0) return name;
  return "";
}

std::string suggestion(const std::string& word, const std::vector<std::string>& known) {
  const std::string name = nearest(word, known);
  return name.empty() ? "" : "; did you mean '" + name + "'?";
}

}  // namespace skew
