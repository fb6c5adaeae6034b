// Which instruction set the vectorised kernels use: the best the machine has, or the one SKEW_ISA names.
// The sources in backends/cpu/vector are compiled once per set (cmake/SkewVectorKernels.cmake), each time in another
// namespace; what they offer is declared and chosen here.
#pragma once
#include <string_view>

namespace skew {

enum class Isa { baseline, avx2, avx512 };  // x86-64; + AVX2, FMA, F16C, BMI2; + AVX-512 F, BW, CD, DQ, VL

// Decided at the first call and then fixed. The environment variable SKEW_ISA=baseline|avx2|avx512 overrides.
// Throws ValueError for another word and for a set that this machine lacks.
Isa isa();
std::string_view isa_name();       // "baseline", "avx2" or "avx512"
Isa isa_from(const char* wanted);  // what isa() does for one value of SKEW_ISA; nullptr or "": the best

// Declares what each of the three copies defines: SKEW_PER_ISA(UpdateLoops update_loops();)
#define SKEW_PER_ISA(...)  \
  namespace isa_baseline { \
  __VA_ARGS__              \
  }                        \
  namespace isa_avx2 {     \
  __VA_ARGS__              \
  }                        \
  namespace isa_avx512 {   \
  __VA_ARGS__              \
  }

// The copy for this machine: by_isa(isa_baseline::update_loops, isa_avx2::update_loops, isa_avx512::update_loops).
template <class T> T by_isa(T baseline, T avx2, T avx512) {
  const Isa best = isa();
  if (best == Isa::avx512) return avx512;
  return best == Isa::avx2 ? avx2 : baseline;
}

}  // namespace skew
