// Formatting numbers for tables and figures.
#include "apps/report/number_text.h"

#include <charconv>
#include <cmath>
#include <cstdio>

namespace skew::report {
namespace {

constexpr size_t longest = 400;  // the largest double has 309 digits before the point

std::string printed(const char* format, int digits, double value) {
  char buffer[longest];
  const int n = std::snprintf(buffer, sizeof buffer, format, digits, value);
  return std::string(buffer, size_t(n));
}

// .5 for 0.5
std::string without_zero(std::string number) {
  if (number.starts_with("0.")) number.erase(0, 1);
  if (number.starts_with("-0.")) number.erase(1, 1);
  return number;
}

}  // namespace

std::string fixed(double value, int digits) { return std::isnan(value) ? "–" : printed("%.*f", digits, value); }

std::string share(double value, int digits) { return without_zero(fixed(value, digits)); }

std::string gain(double value, int digits) {
  std::string out = share(std::abs(value), digits);
  if (std::isnan(value) || out.find_first_of("123456789") == out.npos) return out;  // no sign before nothing
  return (value < 0 ? "−" : "+") + out;
}

std::string significant(double value, int digits) { return std::isnan(value) ? "–" : printed("%.*g", digits, value); }
std::string in_figure(double value, int digits) { return without_zero(significant(value, digits)); }

std::string exact(double value) {
  char buffer[longest];
  return std::isnan(value) ? "" : std::string(buffer, std::to_chars(buffer, buffer + longest, value).ptr);
}

std::string grouped(int64_t value) {
  std::string out = std::to_string(value);
  const size_t first = value < 0 ? 1 : 0;
  for (size_t at = out.size(); at > first + 3;) out.insert(at -= 3, 1, ',');
  return out;
}

std::string aligned(std::string number, size_t width) {
  if (number.size() < width) number.insert(0, width - number.size(), ' ');
  return number;
}

std::string counted(int64_t n, const std::string& one, const std::string& many) {
  return grouped(n) + ' ' + (n == 1 ? one : many);
}

}  // namespace skew::report
