// What a section of the self-test is given: the device, how large it may be, and where it says what it found.
// A section is a function `void name(Section&)` in a file of its own; the list is in selftest.cpp.
#pragma once
#include <chrono>
#include <cmath>
#include <string>

#include "apps/selftest/record.h"
#include "core/device.h"
#include "core/error.h"

namespace skew::selftest {

using Clock = std::chrono::steady_clock;

struct Section {
  SectionRecord& record;
  Device device;
  bool toy;                                   // an emulated device: small sizes, and no speed
  bool tf32;                                  // products and convolutions with rounded inputs, too
  int64_t memory_total = 0, memory_free = 0;  // bytes of the device; 0: the machine's
  std::string capability = {}, cudnn = {};    // of a GPU: "9.0"; the library's version
  Clock::time_point deadline = Clock::time_point::max();

  bool late() const { return Clock::now() >= deadline; }

  // Counts a check; one that fails is said in these words, of which the record keeps the first.
  template <class... Words> bool check(bool good, const Words&... words) {
    ++record.checks;
    if (!good) differ(text(words...));
    return good;
  }
  void differ(const std::string& words) {
    constexpr size_t most = 30;
    ++record.differences;
    record.verdict = SectionVerdict::differs;
    if (record.differing.size() < most) record.differing.push_back(words);
  }
  template <class... Words> void note(const Words&... words) { record.notes.push_back(text(words...)); }
  void rate(const std::string& what, double value, const std::string& unit) {
    record.rates.push_back({what, value, unit});
  }
  // What cannot be asked of this device. The whole section where nothing else was asked.
  void leave_out(const std::string& why) {
    note("left out: ", why);
    if (record.checks > 0 || record.verdict == SectionVerdict::differs) return;
    record.verdict = SectionVerdict::left_out;
    record.why = why;
  }
  // What there was no time for.
  void cut(const std::string& what) {
    record.partial = true;
    leave_out(what + ": no time was left for it");
  }
};

// Whole numbers in [-most, most] by a seed: their products and short sums are exact in float, in TF32, in any order.
std::vector<float> whole_numbers(size_t count, int most, uint64_t seed);
std::vector<float> normal_numbers(size_t count, uint64_t seed);
std::vector<float> with_a_large_one(size_t count, uint64_t seed);  // normal ones, the first 1e5: beyond fp16's range
bool all_finite(const std::vector<double>& numbers);

// A sum of k products of normal numbers is of the size √k. By that, inputs rounded to TF32's 10 bits of mantissa are
// off by 2.9e-4 at the root mean square (7.3e-4 if they are cut off), to bf16's 7 bits by 2.3e-3; sums in strict float
// by 2⁻²⁴·√k/2.4, of which twenty times is never seen.
constexpr double rounded_rms = 1.4e-3;
inline double strict_largest(double k) { return 4 * 0x1p-23 * std::sqrt(k); }
double rms_difference(const std::vector<double>& a, const std::vector<double>& b);  // its root mean square
// The largest difference; infinity for unequal counts, or where one is NaN and the other not.
double largest_difference(const std::vector<double>& a, const std::vector<double>& b);

void copies(Section&);
void ops(Section&);
void special(Section&);
void convolutions(Section&);
void gemm(Section&);
void training(Section&);
void checkpoints(Section&);
void memory(Section&);
void sanitizer(Section&);
void speed(Section&);

}  // namespace skew::selftest
