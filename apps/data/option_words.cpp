// One function pointer, set at the start of a program.
#include "apps/data/option_words.h"

namespace skew {
namespace {

std::string fields(std::string_view field, std::string_view value) {
  std::string words(field);
  if (!value.empty()) words.append(" = ").append(value);
  return words;
}

OptionWords words = fields;

}  // namespace

std::string option(std::string_view field, std::string_view value) { return words(field, value); }

void name_options(OptionWords chosen) { words = chosen; }

std::string skip_advice() { return "; to leave such images out of training: " + option("bad_images", "skip"); }

}  // namespace skew
