// Names and numbers of a recording as people read them.
#include "apps/explorer/recording.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>

#include "core/text.h"

namespace skew::explorer {

std::string RecordedNode::label() const {
  if (name.empty()) return text('#', id);
  if (version == 1) return name;
  std::string below;
  for (const char digit : std::to_string(version)) below += text("\xe2\x82", char(0x80 + (digit - '0')));  // ₀ … ₉
  return name + below;
}

int Recording::find(const std::string& words) const {
  std::vector<std::string> known;
  for (auto at = names.rbegin(); at != names.rend(); ++at) {
    if (at->first == words) return at->second;
    known.push_back(at->first);
  }
  for (auto node = nodes.rbegin(); node != nodes.rend(); ++node)
    if (node->label() == words || text('#', node->id) == words || std::to_string(node->id) == words) return node->id;
  std::sort(known.begin(), known.end());
  known.erase(std::unique(known.begin(), known.end()), known.end());
  throw ValueError(unknown_word("name", words, known));
}

int Recording::result() const {
  if (!calls.empty()) return calls.back().node;
  for (auto node = nodes.rbegin(); node != nodes.rend(); ++node)
    if (node->kind == RecordedNode::Kind::op) return node->id;
  return nodes.empty() ? -1 : nodes.back().id;
}

std::string with_minus(std::string_view number) {
  std::string out;
  for (const char c : number) out += c == '-' ? "−" : std::string(1, c);
  return out;
}

std::string pretty(double value, int digits) {
  if (std::isnan(value)) return "nan";  // whose sign means nothing
  char written[32];
  std::snprintf(written, sizeof written, "%.*g", digits, value);
  const std::string out = with_minus(written);
  return out == "−0" ? "0" : out;
}

std::string shape_text(const Shape& shape) {
  if (shape.rank() == 0) return "scalar";
  std::string out = "shape ";
  for (int axis = 0; axis < shape.rank(); ++axis) out += text(axis > 0 ? "×" : "", shape[axis]);
  return out;
}

std::string nested_text(const Tensor& value, int digits) {
  const std::vector<double> v = value.doubles();
  const Shape& shape = value.shape();
  size_t next = 0;
  const std::function<std::string(int)> from_axis = [&](int axis) {
    if (axis == shape.rank()) return pretty(v[next++], digits);
    std::string out = "[";
    for (ptrdiff_t i = 0; i < shape[axis]; ++i) out += (i > 0 ? ", " : "") + from_axis(axis + 1);
    return out + "]";
  };
  return from_axis(0);
}

std::string summary(const Tensor& value, int digits) {
  if (!value.defined()) return "";
  if (value.count() <= 4 && value.count() > 0) return nested_text(value, digits);
  const std::string shape = shape_text(value.shape());
  const std::vector<double> v = value.doubles();
  if (v.empty()) return shape + ", empty";
  const auto [low, high] = std::minmax_element(v.begin(), v.end());
  const bool finite = std::all_of(v.begin(), v.end(), [](double x) { return std::isfinite(x); });
  return shape + ": " + (finite ? pretty(*low, digits) + " … " + pretty(*high, digits) : std::string("not finite"));
}

}  // namespace skew::explorer
