// <sys/mman.h> for the WebAssembly module, where memory has pages of one kind: advice is not taken.
#pragma once
#include <cstddef>

constexpr int MADV_HUGEPAGE = 14;
inline int madvise(void*, size_t, int) { return 0; }
