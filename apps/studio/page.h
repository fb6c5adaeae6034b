// The studio: one HTML file in which a person turns the parameters of two losses and sees what changes. It needs no
// network and no installation; the curves come from the loss headers themselves, compiled to WebAssembly (module.cpp).
// Read next: page.js, module.cpp.
#pragma once
#include <string>
#include <vector>

namespace skew::studio {

// Scores of a trained model, drawn as histograms below the curves: of positives, of negatives, of unknown.
struct Scores {
  enum class Truth { no, yes, unknown };
  std::vector<std::string> classes;
  std::vector<std::vector<double>> p;     // of each class, in [0, 1]
  std::vector<std::vector<Truth>> truth;  // of each class; unknown where the table has no labels
};

// From the predictions.csv that `skew eval` and `skew predict` write: path, then one probability a class;
// true labels beside them split them, calibrated risks are left out.
// Throws FileError for a missing file, a table without a column of probabilities, a cell that is none (with its line).
Scores read_scores(const std::string& path);

// Whether this build holds the module; without it the page shows figures drawn beforehand and says so.
bool has_module();

// The whole page. Names and scores are inert in it, whatever they contain. Without the module it holds figures.
std::string page(const Scores& scores = {}, bool with_module = has_module());

}  // namespace skew::studio
