// Numbers as people read them: fixed digits, shares without the leading zero, thousands with commas, `–` for undefined.
#pragma once
#include <cstdint>
#include <string>

namespace skew::report {

// All give "–" for NaN.
std::string fixed(double value, int digits);            // 0.0412
std::string share(double value, int digits = 3);        // .412, 1.000, -.050: metrics in [-1, 1]
std::string gain(double value, int digits = 3);         // +.041, −.050, .000: a share more or less, for people
std::string significant(double value, int digits = 4);  // 0.0008, 12.5, 3e-07
std::string in_figure(double value, int digits = 3);    // the same as shares are written: .104, 12.5, 3e-07

// For files: the shortest text that reads back the same; nothing for NaN.
std::string exact(double value);

std::string grouped(int64_t value);  // 78,014

std::string aligned(std::string number, size_t width);  // blanks before it, up to `width` characters

// "1 class", "14 classes": for sentences.
std::string counted(int64_t n, const std::string& one, const std::string& many);

}  // namespace skew::report
