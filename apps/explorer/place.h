// Where something stands in a program, and the error that shows the place: what is wrong, then the line with a caret
// below it.
#pragma once
#include <string>
#include <string_view>

#include "apps/formats/words.h"
#include "core/error.h"

namespace skew::explorer {

struct Place {
  int line = 1, column = 1;  // from 1, columns in characters
};

// A program that cannot be read or run. what() is the whole message with line, column, source and caret.
struct ProgramError : Error {
  ProgramError(const std::string& whole, std::string reason, Place place)
      : Error(whole), reason(std::move(reason)), place(place) {}
  std::string reason;
  Place place;
};

// "line 2, column 5: REASON", the line and a caret.
std::string located(std::string_view source, Place place, std::string_view reason);

[[noreturn]] void fail(std::string_view source, Place place, const std::string& reason);

}  // namespace skew::explorer
