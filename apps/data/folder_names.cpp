// A name is cut into words and numbers; lists of words say what each may mean.
#include "apps/data/folder_names.h"

#include <map>
#include <set>

#include "apps/formats/words.h"
#include "core/text.h"

namespace skew {
namespace {

using Names = std::vector<std::string>;

}  // namespace

std::vector<std::string> name_parts(const std::string& name) {
  Names out;
  char last = 0;
  for (const char c : lower_case(name)) {
    const bool digit = c >= '0' && c <= '9', letter = (c >= 'a' && c <= 'z') || uint8_t(c) >= 0x80;
    const char kind = digit ? '1' : 'a';
    if (!digit && !letter) last = 0;
    else if (kind == last) out.back() += c;
    else out.push_back(std::string(1, c));
    if (digit || letter) last = kind;
  }
  return out;
}

bool names_storage(const Names& folders) {
  static const std::set<std::string> words = {
      "part",  "parts",       "images",  "image",   "imgs", "img",  "pictures", "photos", "data",  "batch",
      "chunk", "shard",       "volume",  "archive", "jpg",  "jpeg", "png",      "raw",    "files", "labels",
      "masks", "annotations", "resized", "folder",  "fold", "dir",  "disk",     "set"};
  std::map<std::string, size_t> shared;
  for (const std::string& folder : folders) {
    const Names parts = name_parts(folder);
    for (const std::string& part : std::set<std::string>(parts.begin(), parts.end())) ++shared[part];
  }
  bool any = false;
  for (const std::string& folder : folders)
    for (const std::string& part : name_parts(folder)) {
      const bool word = words.contains(part), number = parse_whole(part).has_value();
      const bool common = folders.size() > 1 && shared[part] == folders.size();
      any = any || word;
      if (!word && !number && !common && !parse_split(part)) return false;
    }
  return any;
}

}  // namespace skew
