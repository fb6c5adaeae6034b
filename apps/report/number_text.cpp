// Formatting numbers for tables and figures.
#include "apps/report/number_text.h"

#include <charconv>
#include <cmath>
#include <cstdio>

namespace skew::report {
namespace {

constexpr size_t longest = 400;  // the largest double has 309 digits before the point

#ifdef __wasm__  // the web page prints; printf and to_chars would be three quarters of its module
extern "C" __attribute__((import_module("page"), import_name("print"))) int print(double, char, int, char*);
std::string printed(char style, int digits, double value) {
  char buffer[longest];
  return std::string(buffer, size_t(print(value, style, digits, buffer)));
}
#else
std::string printed(char style, int digits, double value) {
  char buffer[longest];
  if (style == 'r') return std::string(buffer, std::to_chars(buffer, buffer + longest, value).ptr);
  const char format[] = {'%', '.', '*', style, '\0'};
  const int n = std::snprintf(buffer, sizeof buffer, format, digits, value);
  return std::string(buffer, static_cast<size_t>(n));
}
#endif

}  // namespace

std::string fixed(double value, int digits) { return std::isnan(value) ? "–" : printed('f', digits, value); }

std::string share(double value, int digits) {
  std::string out = fixed(value, digits);
  if (out.starts_with("0.")) out.erase(0, 1);
  if (out.starts_with("-0.")) out.erase(1, 1);
  return out;
}

std::string significant(double value, int digits) { return std::isnan(value) ? "–" : printed('g', digits, value); }

std::string exact(double value) { return std::isnan(value) ? "" : printed('r', 0, value); }

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
