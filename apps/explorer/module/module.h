// What throw.cpp remembers of an error for module.cpp.
#pragma once
#include <string>

#include "apps/explorer/place.h"

namespace skew::explorer {

struct Thrown {
  std::string words;
  bool is_program_error = false;  // with its place and caret in the words already
  Place place{};
};
inline Thrown thrown;

}  // namespace skew::explorer
