// JSON as it is written, piece by piece; small enough for the WebAssembly module. Numbers are shortest texts; NaN and
// infinities, which JSON has not, are the strings "nan", "inf", "-inf". `<` is escaped, so that it may stand in a page.
#pragma once
#include <string>
#include <string_view>

namespace skew::explorer {

class JsonText {
 public:
  JsonText& open(char bracket);   // { or [
  JsonText& close(char bracket);  // } or ]
  JsonText& key(std::string_view name);
  JsonText& value(std::string_view words);
  JsonText& value(const char* words) { return value(std::string_view(words)); }
  JsonText& value(double number);
  JsonText& value(int number) { return value(double(number)); }
  JsonText& value(bool flag);
  JsonText& null();
  const std::string& str() const { return out_; }

 private:
  void comma();
  std::string out_;
  bool first_ = true;
};

}  // namespace skew::explorer
