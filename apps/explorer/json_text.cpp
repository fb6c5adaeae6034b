// Commas, quotes, escapes.
#include "apps/explorer/json_text.h"

#include <cmath>

#include "apps/formats/utf8.h"
#include "core/text.h"

namespace skew::explorer {

void JsonText::comma() {
  if (!first_) out_ += ',';
  first_ = false;
}

JsonText& JsonText::open(char bracket) {
  comma();
  out_ += bracket;
  first_ = true;
  return *this;
}

JsonText& JsonText::close(char bracket) {
  out_ += bracket;
  first_ = false;
  return *this;
}

JsonText& JsonText::key(std::string_view name) {
  value(name);
  out_ += ':';
  first_ = true;
  return *this;
}

JsonText& JsonText::value(std::string_view words) {
  comma();
  out_ += '"';
  std::string_view rest = words;
  while (true) {
    const size_t end = rest.find('\n');
    for (const char c : report::encode(report::decode_printable(rest.substr(0, end)))) {
      if (c == '"' || c == '\\') out_ += '\\';
      if (c == '<') out_ += "\\u003c";
      else out_ += c;
    }
    if (end == rest.npos) break;
    out_ += "\\n";
    rest.remove_prefix(end + 1);
  }
  out_ += '"';
  return *this;
}

JsonText& JsonText::value(double number) {
  if (std::isnan(number)) return value("nan");
  if (std::isinf(number)) return value(number > 0 ? "inf" : "-inf");
  comma();
  out_ += shortest(number);
  return *this;
}

JsonText& JsonText::value(bool flag) {
  comma();
  out_ += flag ? "true" : "false";
  return *this;
}

JsonText& JsonText::null() {
  comma();
  out_ += "null";
  return *this;
}

}  // namespace skew::explorer
