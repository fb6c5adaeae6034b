// Every figure the program can make, of classes and names that are hard to draw.
#pragma once
#include <string>
#include <vector>

namespace skew::figures {

struct NamedFigure {
  std::string name;  // "pr, 100 classes, arabic": letters, digits, blanks and commas
  std::string svg;
};

// Kinds of class names: long (40 letters, different only at the end), middle (different only there), chinese, arabic,
// emoji.
const std::vector<std::string>& scripts();

// labels, sampled labels, PR, ROC, reliability, comparison, confusion, contact sheet: of `classes` classes.
std::vector<NamedFigure> class_figures(size_t classes, const std::string& script);

// Results of training, races, graphs: what has no classes. The figures of `skew loss` are made by the program itself.
std::vector<NamedFigure> other_figures();

}  // namespace skew::figures
