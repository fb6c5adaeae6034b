// Every figure the program can make, of classes and names that are hard to draw.
#pragma once
#include <string>
#include <vector>

namespace skew::figures {

struct NamedFigure {
  std::string name;  // "pr, 100 classes, arabic": letters, digits, blanks and commas
  std::string svg;
};

// Kinds of class names: long (40 letters, different only at the end), chinese, arabic, emoji.
const std::vector<std::string>& scripts();

// labels, sampled labels, confusion, PR, ROC, reliability, contact sheet, results, race: of `classes` classes.
std::vector<NamedFigure> class_figures(size_t classes, const std::string& script);

// Functions over a number, heat maps, shares, graphs: what has no classes.
std::vector<NamedFigure> other_figures();

}  // namespace skew::figures
