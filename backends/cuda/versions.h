// Versions of what this process has loaded, which may be newer than what it was built with; for people.
#pragma once
#include <cstddef>
#include <string>

namespace skew::gpu {

std::string version_text(int cuda);            // 13000: "13.0"
std::string dnn_version_text(size_t version);  // 91900: "9.19.0"

std::string driver_version();   // the newest CUDA that the driver knows; "0.0" without one
std::string runtime_version();  // CUDA's
std::string cudnn_version();    // "0.0.0" where it cannot be used
std::string cublas_version();

const char* built_for();  // architectures: "80-real 90-real"

}  // namespace skew::gpu
