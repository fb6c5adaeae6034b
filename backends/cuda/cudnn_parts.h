// Whether the cuDNN that was loaded is whole, one, and new enough.
#pragma once
#include <string>

namespace skew::gpu {

// cuDNN is a small library that loads its parts by their names when they are needed, from wherever the loader finds
// them first; where one is missing, or of another version, that shows in the middle of a training, or ends the program.
// So they are looked for before the first call. One sentence with the file and a next step; empty where all is well.
std::string why_no_cudnn();

}  // namespace skew::gpu
