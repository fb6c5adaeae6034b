// A program's words as a tree. Every limit on a program's text stands here and in lexer.h.
#pragma once
#include <string_view>
#include <vector>

#include "apps/explorer/syntax.h"

namespace skew::explorer {

// Throws ProgramError with a caret: for what is no Python, and for Python that a lecture does not need (classes,
// `while`, `if`), with what to write in its place.
std::vector<Statement> parse(std::string_view program);

}  // namespace skew::explorer
