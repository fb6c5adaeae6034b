// Asking the processor, once.
#include "backends/cpu/isa.h"

#include <cstdlib>

#include "core/error.h"

namespace skew {
namespace {

constexpr std::string_view names[] = {"baseline", "avx2", "avx512"};

Isa best() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
  const bool avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
                      __builtin_cpu_supports("avx512vl");
  if (avx512) return Isa::avx512;
  return avx2 ? Isa::avx2 : Isa::baseline;
#else
  return Isa::baseline;
#endif
}

}  // namespace

Isa isa_from(const char* wanted) {
  if (!wanted || !*wanted) return best();
  for (int i = 0; i < 3; ++i) {
    if (names[i] != wanted) continue;
    if (Isa(i) > best())
      throw ValueError(text("SKEW_ISA: this machine has no ", wanted, ", its best is ", names[int(best())],
                            "; unset SKEW_ISA to use that"));
    return Isa(i);
  }
  throw ValueError(unknown_word("SKEW_ISA", wanted, {"baseline", "avx2", "avx512"}));
}

Isa isa() {
  static const Isa chosen = isa_from(std::getenv("SKEW_ISA"));
  return chosen;
}

std::string_view isa_name() { return names[int(isa())]; }

}  // namespace skew
