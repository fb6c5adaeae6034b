// What every figure must be: balanced XML of allowed elements, finite numbers, nothing that runs or loads.
// For the tests of apps/report alone.
#pragma once
#include <set>
#include <string>
#include <string_view>
#include <vector>

// The first fault found, or "".
inline std::string xml_fault(std::string_view xml) {
  static const std::set<std::string, std::less<>> allowed{"svg",  "title", "desc",   "style", "text",
                                                          "line", "rect",  "circle", "path",  "g"};
  std::vector<std::string> open;
  while (!xml.empty()) {
    const size_t begin = xml.find('<');
    if (begin == std::string_view::npos) break;
    const size_t end = xml.find('>', begin);
    if (end == std::string_view::npos) return "a tag is not closed";
    std::string_view tag = xml.substr(begin + 1, end - begin - 1);
    xml.remove_prefix(end + 1);
    if (tag.find('<') != std::string_view::npos) return "'<' within a tag";
    const bool closing = tag.starts_with('/'), empty = tag.ends_with('/');
    if (closing) tag.remove_prefix(1);
    const std::string name(tag.substr(0, tag.find_first_of(" /")));
    if (!allowed.contains(name)) return "element " + name;
    for (const std::string_view bad : {"nan", "inf", "href", "onload", "onclick", "javascript"}) {
      if (tag.find(bad) != std::string_view::npos) return std::string(tag);
    }
    if (closing) {
      if (open.empty() || open.back() != name) return "</" + name + "> does not close its element";
      open.pop_back();
    } else if (!empty) {
      open.push_back(name);
    }
  }
  return open.empty() ? "" : open.back() + " stays open";
}
