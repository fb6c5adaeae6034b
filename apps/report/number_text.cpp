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

}  // namespace

std::string fixed(double value, int digits) { return std::isnan(value) ? "–" : printed("%.*f", digits, value); }

std::string share(double value, int digits) {
  std::string out = fixed(value, digits);
  if (out.starts_with("0.")) out.erase(0, 1);
  if (out.starts_with("-0.")) out.erase(1, 1);
  return out;
}

std::string significant(double value, int digits) { return std::isnan(value) ? "–" : printed("%.*g", digits, value); }

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

std::string counted(int64_t n, const std::string& one, const std::string& many) {
  return grouped(n) + ' ' + (n == 1 ? one : many);
}

}  // namespace skew::report
