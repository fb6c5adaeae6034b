// Sentences in lines.
#include "apps/formats/utf8.h"
#include "apps/report/table.h"

namespace skew::report {
namespace {

// Where the word that begins at `at` ends: at a blank, but not within a command in backticks.
size_t end_of_word(std::string_view text, size_t at) {
  bool inside = false;
  for (; at < text.size(); ++at) {
    if (text[at] == '`') inside = !inside && text.find('`', at + 1) != text.npos;
    if (text[at] == '\n' || (text[at] == ' ' && !inside)) break;
  }
  return at;
}

}  // namespace

std::string wrapped(std::string_view text, int indent, int columns) {
  std::string out;
  int column = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t end = end_of_word(text, at);
    const std::string_view word = text.substr(at, end - at);
    const int width = column_width(word);
    if (column > indent && column + width > columns) {
      while (out.ends_with(' ')) out.pop_back();
      out += '\n' + std::string(size_t(indent), ' ');
      column = indent;
    }
    out += word;
    column += width;
    if (end < text.size()) {
      out += text[end];
      column = text[end] == '\n' ? 0 : column + 1;
    }
    at = end + 1;
  }
  return out;
}

}  // namespace skew::report
