// Names and numbers of a recording as people read them.
#include "apps/explorer/recording.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

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

std::string pretty(double value, int digits) {
  if (std::isnan(value)) return "nan";  // whose sign means nothing
  char written[32];
  std::snprintf(written, sizeof written, "%.*g", digits, value);
  std::string out;
  for (const char c : std::string_view(written)) out += c == '-' ? "−" : std::string(1, c);
  return out == "−0" ? "0" : out;
}

std::string summary(const Tensor& value) {
  if (!value.defined()) return "";
  const std::vector<double> v = value.doubles();
  if (v.size() == 1 && value.shape().rank() == 0) return pretty(v[0]);
  std::string out = text(value.shape()) + ' ';
  if (v.empty()) return out + "empty";
  if (v.size() <= 4) {
    for (size_t i = 0; i < v.size(); ++i) out += (i ? ", " : "") + pretty(v[i]);
    return out;
  }
  const auto [low, high] = std::minmax_element(v.begin(), v.end());
  const bool finite = std::all_of(v.begin(), v.end(), [](double x) { return std::isfinite(x); });
  return out + (finite ? pretty(*low) + " … " + pretty(*high) : std::string("not finite"));
}

}  // namespace skew::explorer
