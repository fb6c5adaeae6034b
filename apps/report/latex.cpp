// Escaping words and writing numbers for LaTeX.
#include "apps/report/latex.h"

#include <string_view>

#include "apps/report/number_text.h"

namespace skew::report {

std::string latex_text(const std::string& words) {
  std::string out;
  for (const char c : words) {
    if (c == '\\' || c == '~' || c == '^') {
      out += c == '\\' ? "\\textbackslash{}" : c == '~' ? "\\textasciitilde{}" : "\\textasciicircum{}";
      continue;
    }
    if (std::string_view("_%&#${}").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

std::string latex_number(double value) {
  const std::string plain = significant(value, 3);
  const size_t e = plain.find('e');
  if (e == std::string::npos) return plain;
  return plain.substr(0, e) + "\\cdot10^{" + std::to_string(std::stoi(plain.substr(e + 1))) + "}";
}

}  // namespace skew::report
