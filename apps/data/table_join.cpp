// Names are compared as text: the second table may have been written for another place of the same images.
#include "apps/data/table_join.h"

#include <algorithm>
#include <filesystem>
#include <unordered_set>

#include "core/error.h"

namespace skew {
namespace fs = std::filesystem;
namespace {

constexpr int64_t none = -1, several = -2;

using Places = std::unordered_map<std::string, int64_t>;

void note(Places& places, const std::string& name, int64_t row) {
  if (const auto [at, fresh] = places.try_emplace(name, row); !fresh && at->second != row) at->second = several;
}

std::string stem_of(std::string_view path) { return fs::path(path).stem().string(); }

std::string slashes(std::string_view name) {
  std::string out(trimmed(name));
  std::ranges::replace(out, '\\', '/');
  if (out.starts_with("./")) out.erase(0, 2);
  return out;
}

// f of every end of a path, the longest first, until it gives a row.
template <class F> int64_t first_end(const std::string& path, F f) {
  for (size_t at = 0; at != path.npos; at = path.find('/', at + 1))
    if (const int64_t row = f(path.substr(at == 0 ? 0 : at + 1)); row != none) return row;
  return none;
}

int64_t found(const Places& places, const std::string& name) {
  const auto at = places.find(name);
  return at == places.end() ? none : at->second;
}

}  // namespace

TableJoin::TableJoin(const CsvTable& table, int64_t path, const std::function<std::string(int64_t)>& value,
                     const std::string& verb, const std::vector<std::string>& paths, bool whole_names) {
  Places whole, ends, stems, own_stems;
  for (int64_t row = 0; row < table.rows(); ++row) {
    const std::string name = slashes(table.at(row, path));
    if (name.empty()) continue;
    const auto [at, fresh] = whole.try_emplace(name, row);
    if (!fresh && value(at->second) != value(row))
      throw FileError(text(table.where(row), ": ", name, " ", verb, " ", value(row), " here and ",
                           verb.substr(verb.rfind(' ') + 1), " ", value(at->second), " on line ",
                           table.line(at->second), "; keep one row an image"));
    if (!fresh) continue;
    first_end(name, [&](const std::string& end) {
      note(ends, end, row);
      return none;
    });
    note(stems, stem_of(name), row);
  }
  for (size_t i = 0; i < paths.size(); ++i) note(own_stems, stem_of(slashes(paths[i])), int64_t(i));
  for (const std::string& written : paths) {
    const std::string name = slashes(written), stem = stem_of(name);
    if (whole_names) {
      rows_.push_back(found(whole, name));
      continue;
    }
    int64_t row = first_end(name, [&](const std::string& end) {
      return end == name || end.find('/') != end.npos ? found(whole, end) : none;
    });
    if (row == none) row = found(ends, name);
    if (row < 0 && found(own_stems, stem) >= 0) row = found(stems, stem);
    rows_.push_back(std::max(row, none));
  }
}

int64_t TableJoin::known() const {
  return std::ranges::count_if(rows_, [](int64_t row) { return row >= 0; });
}

int64_t column_naming(const CsvTable& table, const std::vector<std::string>& paths) {
  std::unordered_set<std::string> names, stems;
  for (const std::string& path : paths) {
    names.insert(fs::path(slashes(path)).filename().string());
    stems.insert(stem_of(slashes(path)));
  }
  int64_t best = none;
  size_t most = 0;
  for (int64_t c = 0; c < std::ssize(table.columns()); ++c) {
    std::unordered_set<std::string> met, met_stems;
    for (int64_t row = 0; row < table.rows(); ++row) {
      const fs::path cell = slashes(table.at(row, c));
      if (names.contains(cell.filename().string())) met.insert(cell.filename().string());
      if (stems.contains(cell.stem().string())) met_stems.insert(cell.stem().string());
    }
    const size_t score = 2 * met.size() + met_stems.size();  // 12.png is a surer name than 12
    if (score > most) {
      most = score;
      best = c;
    }
  }
  return best;
}

}  // namespace skew
