// The buffers.
#include "apps/module/words.h"

#include <utility>

// A buffer of so many bytes for the words of the next call.
EXPORT(text_buffer) char* text_buffer(int bytes) {
  skew::words.assign(size_t(bytes), '\0');
  return skew::words.data();
}

namespace skew {

const char* answered(std::string text) {
  static std::string answer;
  answer = std::move(text);
  return answer.c_str();
}

}  // namespace skew
