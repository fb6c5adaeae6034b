// How words go into a WebAssembly module and come out of it.
#pragma once
#include <string>

// What a page may call, under its own name.
#define EXPORT(name) extern "C" __attribute__((export_name(#name)))

namespace skew {

inline std::string words;  // of the next call: what the page wrote into text_buffer()

// A call's answer, valid until the next one; it ends with a zero.
const char* answered(std::string text);

}  // namespace skew
