// Base64 (RFC 4648), and marks.
#include "apps/report/page_text.h"

#include <cstdint>

#include "core/error.h"

namespace skew::report {

std::string base64(std::string_view bytes) {
  constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t group = 0;
    for (size_t k = 0; k < 3; ++k) group = group << 8 | (i + k < bytes.size() ? uint8_t(bytes[i + k]) : 0);
    for (int k = 3; k >= 0; --k) out += i + size_t(3 - k) > bytes.size() ? '=' : digits[group >> (6 * k) & 63];
  }
  return out;
}

void replace_mark(std::string& page, std::string_view mark, std::string_view with) {
  const size_t at = page.find(mark);
  if (at == std::string::npos) throw ValueError(text("page: its template lacks ", mark));
  page.replace(at, mark.size(), with);
}

}  // namespace skew::report
