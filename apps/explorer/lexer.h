// The words of a program: Python's, as far as a lecture needs them. Indentation becomes tokens of its own; line ends
// inside brackets count for nothing. Read next: syntax.h, parser.h.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "apps/explorer/place.h"

namespace skew::explorer {

enum class TokenKind { name, number, string, format, sign, line_end, indent, dedent, end };

struct Token {
  TokenKind kind;
  std::string words;  // a string's contents; of a format string (f"…") what stands between the quotes, unread
  double number = 0;
  bool whole = false;  // a number without point and exponent
  Place place{};

  bool is(std::string_view sign) const { return kind == TokenKind::sign && words == sign; }
  bool is_word(std::string_view word) const { return kind == TokenKind::name && words == word; }
};

constexpr size_t longest_program = 65536;  // bytes

// Ends with a line_end, the dedents that are open, and `end`. `from`: where the text stands in the program `source`
// that errors show (a part of a format string). Throws ProgramError.
std::vector<Token> tokens(std::string_view program);
std::vector<Token> tokens(std::string_view part, std::string_view source, Place from);

// For messages: "'foo'", "the end of the line".
std::string words_of(const Token& token);

}  // namespace skew::explorer
