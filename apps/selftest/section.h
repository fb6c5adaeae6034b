// What a section of the self-test is given: the device, how large it may be, and where it says what it found.
// A section is a function `void name(Section&)` in a file of its own; the list is in selftest.cpp.
#pragma once
#include <string>

#include "apps/selftest/record.h"
#include "core/device.h"
#include "core/error.h"

namespace skew::selftest {

struct Section {
  SectionRecord& record;
  Device device;
  bool toy;                                   // an emulated device: small sizes, and no speed
  bool tf32;                                  // products and convolutions with rounded inputs, too
  int64_t memory_total = 0, memory_free = 0;  // bytes of the device; 0: the machine's
  std::string capability = {}, cudnn = {};    // of a GPU: "9.0"; the library's version

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
};

// Whole numbers in [-most, most] by a seed: their products and short sums are exact in float, in TF32, in any order.
std::vector<float> whole_numbers(size_t count, int most, uint64_t seed);
std::vector<float> normal_numbers(size_t count, uint64_t seed);
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
