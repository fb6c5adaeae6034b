// Names that came out equal are compared with each other: what all begin and end with gives way first.
#include "apps/report/short_names.h"

#include <algorithm>
#include <map>

#include "apps/formats/utf8.h"
#include "apps/report/svg.h"
#include "core/error.h"

namespace skew::report {
namespace {

using Fit = std::function<std::string(std::string_view)>;

bool is_break(char32_t c) { return c == U' ' || c == U'_' || c == U'-' || c == U'/' || c == U','; }

// How many code points all have at their beginning, to the end of a word where one is near.
size_t shared_head(const std::vector<std::u32string>& names) {
  constexpr size_t near = 12;
  size_t n = names[0].size();
  for (const std::u32string& name : names) {
    const auto differs = std::mismatch(names[0].begin(), names[0].end(), name.begin(), name.end());
    n = std::min(n, size_t(differs.first - names[0].begin()));
  }
  for (size_t k = n; k > 0 && n - k < near; --k)
    if (is_break(names[0][k - 1])) return k;
  while (n > 0 && n < names[0].size() && column_width(names[0][n]) == 0) --n;  // a mark without its letter
  return n;
}

// The same of their ends, of what is behind `head`.
size_t shared_tail(const std::vector<std::u32string>& names, size_t head) {
  std::vector<std::u32string> turned;
  for (const std::u32string& name : names) turned.emplace_back(name.rbegin(), name.rend() - ptrdiff_t(head));
  return shared_head(turned);
}

// The first h code points, what is between, the last t.
std::string with_middle(const std::u32string& name, size_t head, size_t tail, size_t h, size_t t) {
  std::u32string out = name.substr(0, h);
  if (h < head) out += U"…";
  out += name.substr(head, name.size() - head - tail);
  if (t < tail) out += U"…";
  return encode(out + name.substr(name.size() - t));
}

bool fits(const Fit& fit, const std::string& words) { return fit(words) == words; }

// The middle, and as much of both ends as there is room for; "" where the middle alone has none.
std::string middle_kept(const std::u32string& name, size_t head, size_t tail, const Fit& fit) {
  size_t h = 0, t = 0;
  if (!fits(fit, with_middle(name, head, tail, h, t))) return "";
  for (bool grown = true; grown;) {
    grown = t < tail && fits(fit, with_middle(name, head, tail, h, t + 1));
    t += grown;
    if ((t > 0 || tail == 0) && h < head && fits(fit, with_middle(name, head, tail, h + 1, t))) {
      ++h;
      grown = true;
    }
  }
  return with_middle(name, head, tail, h, t);
}

// The name cut so that a number has room behind it.
std::string numbered(const std::u32string& name, size_t number, const Fit& fit) {
  const std::string end = text("… ", number);
  for (size_t n = name.size(); n > 0; --n)
    if (fits(fit, encode(name.substr(0, n)) + end)) return encode(name.substr(0, n)) + end;
  return end;
}

using Shortened = std::map<std::string, std::string>;  // by the whole name

// The whole names that share a short one.
std::vector<std::vector<std::string>> equal_ones(const Shortened& all) {
  std::map<std::string, std::vector<std::string>> by_short;
  for (const auto& [name, short_name] : all) by_short[short_name].push_back(name);
  std::vector<std::vector<std::string>> out;
  for (auto& [short_name, names] : by_short)
    if (names.size() > 1) out.push_back(std::move(names));
  return out;
}

// Each of `names` with what tells it from the others of them; "" where one has no room.
std::vector<std::string> told_apart(const std::vector<std::string>& names, const Fit& fit) {
  std::vector<std::u32string> code_points;
  for (const std::string& name : names) code_points.push_back(decode_printable(name));
  const size_t head = shared_head(code_points), tail = shared_tail(code_points, head);
  std::vector<std::string> out;
  for (const std::u32string& name : code_points) out.push_back(middle_kept(name, head, tail, fit));
  return out;
}

// The shortened names that begin as `names` do: "left" alone would not tell "upper left" from "lower left".
std::vector<std::string> relatives(const Shortened& all, const std::vector<std::string>& names) {
  std::vector<std::string> out;
  for (const auto& [name, short_name] : all)
    if (name != short_name && shared_head({decode_printable(name), decode_printable(names[0])}) > 0)
      out.push_back(name);
  return out;
}

void tell_apart(Shortened& all, const std::vector<std::string>& equal, const Fit& fit) {
  for (const std::vector<std::string>& names : {relatives(all, equal), equal}) {
    const std::vector<std::string> kept = told_apart(names, fit);
    if (std::find(kept.begin(), kept.end(), "") != kept.end()) continue;
    for (size_t i = 0; i < names.size(); ++i) all[names[i]] = kept[i];
    return;
  }
}

}  // namespace

std::vector<std::string> shortened_together(const std::vector<std::string>& names, const Fit& fit) {
  Shortened all;
  for (const std::string& name : names) all[name] = fit(name);
  constexpr int tries = 3;  // names of a group may still be equal, or have become equal to one outside
  for (int i = 0; i < tries; ++i)
    for (const std::vector<std::string>& equal : equal_ones(all)) tell_apart(all, equal, fit);
  size_t number = 0;
  for (const std::vector<std::string>& equal : equal_ones(all))
    for (const std::string& name : equal) all[name] = numbered(decode_printable(name), ++number, fit);
  std::vector<std::string> out;
  for (const std::string& name : names) out.push_back(all[name]);
  return out;
}

std::vector<std::string> fit_names(const std::vector<std::string>& names, double width, double font_size) {
  return shortened_together(names, [&](std::string_view name) { return fit_name(name, width, font_size); });
}

std::vector<std::string> fit_all_columns(const std::vector<std::string>& names, int columns) {
  return shortened_together(names, [&](std::string_view name) { return fit_columns(name, columns); });
}

}  // namespace skew::report
