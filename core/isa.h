// Which instruction set the vectorised kernels use: the best the machine has, or the one SKEW_ISA names.
// Kernels in backends/cpu/vector are compiled once per set; their dispatchers ask here.
#pragma once
#include <string_view>

namespace skew {

enum class Isa { baseline, avx2, avx512 };  // x86-64; + AVX2, FMA, F16C, BMI2; + AVX-512 F, BW, CD, DQ, VL

// Decided at the first call and then fixed. The environment variable SKEW_ISA=baseline|avx2|avx512 overrides.
// Throws ValueError for another word and for a set that this machine lacks.
Isa isa();
std::string_view isa_name();           // "baseline", "avx2" or "avx512"
Isa isa_from(const char* wanted);      // what isa() does for one value of SKEW_ISA; nullptr or "": the best

}  // namespace skew
