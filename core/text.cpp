// Lists, whole numbers, and printing by to_chars: exact, and the same in every locale.
#include "core/text.h"

#include <charconv>
#include <cmath>

namespace skew {

std::optional<int64_t> parse_whole(std::string_view word) {
  constexpr double most = 0x1p53;
  const std::optional<double> value = parse_number(word);
  if (!value || !(std::abs(*value) <= most) || *value != std::floor(*value)) return {};
  return int64_t(*value);
}

std::string shortest(double value) {
  char digits[32];
  const auto result = std::to_chars(digits, digits + sizeof digits, value);
  return std::string(digits, result.ptr);
}

std::vector<std::string> split_list(std::string_view list, char at) {
  std::vector<std::string> items;
  if (list.empty()) return items;
  items.emplace_back();
  bool quoted = false, item_begins = true;
  for (size_t i = 0; i < list.size(); ++i) {
    const char c = list[i];
    if (quoted && c == '"' && i + 1 < list.size() && list[i + 1] == '"') {
      items.back() += c;
      ++i;
    } else if (c == '"' && (quoted || item_begins)) {
      quoted = !quoted;
    } else if (c == at && !quoted) {
      items.emplace_back();
      item_begins = true;
      continue;
    } else {
      items.back() += c;
    }
    item_begins = false;
  }
  return items;
}

std::string quoted_list(const std::vector<std::string>& items) {
  std::vector<std::string> written;
  for (const std::string& item : items) {
    const bool plain = item.find_first_of(",\"") == std::string::npos && !(item.empty() && items.size() == 1);
    std::string& out = written.emplace_back(plain ? item : "\"");
    if (plain) continue;
    for (const char c : item) out.append(c == '"' ? 2 : 1, c);
    out += '"';
  }
  return joined(written);
}

std::string joined(const std::vector<std::string>& items, std::string_view between) {
  std::string list;
  for (size_t i = 0; i < items.size(); ++i) {
    if (i > 0) list += between;
    list += items[i];
  }
  return list;
}

}  // namespace skew
