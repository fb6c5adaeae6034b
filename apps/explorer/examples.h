// Programs to begin with, by name: `--example micrograd`, and the page's list.
#pragma once
#include <string>
#include <vector>

namespace skew::explorer {

struct Example {
  const char* name;
  const char* about;
  const char* program;
};

const std::vector<Example>& examples();
// Throws ValueError with a suggestion.
const Example& example_named(const std::string& name);

}  // namespace skew::explorer
