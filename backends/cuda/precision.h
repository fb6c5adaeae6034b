// How exactly products are computed here: of matrices and in convolutions.
#pragma once

namespace skew::gpu {

// --tf32: faster, inputs rounded to 10 bits of mantissa. For all threads; set while none computes.
inline bool tf32_allowed = false;

}  // namespace skew::gpu
