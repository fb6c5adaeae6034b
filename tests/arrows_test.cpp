// The house rules that a compiler does not know: who may include whom, where threads start, how long a file may be.
// std ← core ← ops ← {losses, models} ← apps; backends → {core, ops, losses}; nobody includes backends/; tests → all.
#include <catch2/catch.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

namespace fs = std::filesystem;

namespace {

using Rooms = std::set<std::string>;
const std::map<std::string, Rooms> may_include = {
    {"core", {"core"}},
    {"ops", {"core", "ops"}},
    {"losses", {"core", "ops", "losses"}},
    {"models", {"core", "ops", "models"}},
    {"backends", {"core", "ops", "losses", "backends"}},
    {"apps", {"core", "ops", "losses", "models", "apps"}},
    {"tests", {"core", "ops", "losses", "models", "backends", "apps", "tests"}},
};

struct Line {
  std::string file;  // from the root
  int number;
  std::string words;
  std::string where() const { return file + ":" + std::to_string(number); }
};

// All lines of our own sources and build files.
const std::vector<Line>& lines() {
  static const std::vector<Line> all = [] {
    std::vector<Line> list;
    const fs::path root = SKEW_SOURCE_DIR;
    auto read = [&](const fs::path& path) {
      std::ifstream in(path);
      std::string words;
      for (int n = 1; std::getline(in, words); ++n) list.push_back({fs::relative(path, root).string(), n, words});
    };
    std::vector<fs::path> folders = {root / "cmake"};
    for (const auto& [room, allowed] : may_include) folders.push_back(root / room);
    for (const fs::path& folder : folders)
      for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        const std::string name = entry.path().filename().string();
        for (const char* end : {".h", ".cpp", ".in", ".cmake", "CMakeLists.txt"})
          if (entry.is_regular_file() && name.ends_with(end)) {
            read(entry.path());
            break;
          }
      }
    read(root / "CMakeLists.txt");
    if (fs::exists(root / "CMakePresets.json")) read(root / "CMakePresets.json");
    return list;
  }();
  return all;
}

std::string room_of(const std::string& path) { return path.substr(0, path.find('/')); }

// The path between quotes of an #include, or nothing.
std::string included(const std::string& words) {
  const size_t hash = words.find_first_not_of(" \t");
  if (hash == std::string::npos || words[hash] != '#' || words.find("include", hash) == std::string::npos) return {};
  const size_t open = words.find('"');
  return open == std::string::npos ? "" : words.substr(open + 1, words.find('"', open + 1) - open - 1);
}

// What an include line of a file does wrong, or nothing.
std::string wrong_arrow(const std::string& file, const std::string& words) {
  const std::string target = included(words), from = room_of(file);
  if (target.empty() || !may_include.contains(from)) return {};
  if (may_include.at(from).contains(room_of(target))) return {};
  if (may_include.contains(room_of(target))) return from + " may not include " + room_of(target);
  return "includes go by path from the root";
}

void expect_none(const std::vector<std::string>& wrong) {
  std::string list;
  for (const std::string& w : wrong) list += "\n  " + w;
  INFO(list);
  CHECK(wrong.empty());
}

}  // namespace

TEST_CASE("the rule itself knows right from wrong") {
  CHECK(wrong_arrow("core/op.cpp", "#include \"core/op.h\"").empty());
  CHECK(wrong_arrow("core/op.cpp", "#include <vector>").empty());
  CHECK(wrong_arrow("core/op.cpp", "#include \"ops/conv2d.h\"") == "core may not include ops");
  CHECK(wrong_arrow("ops/conv2d.cpp", " # include \"backends/cpu/onednn.h\"") == "ops may not include backends");
  CHECK(wrong_arrow("losses/ral.h", "#include \"models/optim/sgd.h\"") == "losses may not include models");
  CHECK(wrong_arrow("models/optim/sgd.h", "#include \"apps/cli/run.h\"") == "models may not include apps");
  CHECK(wrong_arrow("core/op.cpp", "#include \"op.h\"") == "includes go by path from the root");
}

TEST_CASE("every include follows the arrows of the house") {
  std::vector<std::string> wrong;
  std::map<std::string, int> includes;
  for (const Line& line : lines()) {
    includes[room_of(line.file)] += !included(line.words).empty();
    if (const std::string why = wrong_arrow(line.file, line.words); !why.empty())
      wrong.push_back(line.where() + ": " + why + ": " + line.words);
  }
  expect_none(wrong);
  for (const auto& [room, allowed] : may_include) CHECK(includes[room] > 0);
}

TEST_CASE("threads start in core/parallel alone, and floating point keeps its rules") {
  std::vector<std::string> wrong;
  const std::string omp = "pragma omp", fast = "fast-math", unsafe = "-fun" "safe";  // split, so that this file passes
  bool found = false;
  for (const Line& line : lines()) {
    const std::string code = line.words.substr(0, line.words.find("//"));
    const bool region = code.find("#" + omp + " parallel") != std::string::npos;
    found |= region;
    if (region && !line.file.starts_with("core/parallel.")) wrong.push_back(line.where() + ": " + line.words);
    if (code.find("-f" + fast) != std::string::npos || code.find(unsafe) != std::string::npos)
      wrong.push_back(line.where() + ": " + line.words);
  }
  expect_none(wrong);
  CHECK(found);
}

TEST_CASE("files are short, named for what they hold, and begin with what they are for") {
  std::map<std::string, int> length;
  std::map<std::string, std::string> first;
  for (const Line& line : lines()) {
    length[line.file] = line.number;
    if (line.number == 1) first[line.file] = line.words;
  }
  std::vector<std::string> wrong;
  int described = 0, sources = 0;
  for (const auto& [file, n] : length) {
    const std::string stem = fs::path(file).stem().string();
    const bool header = file.ends_with(".h"), source = file.ends_with(".cpp"), test = file.starts_with("tests/");
    if (header && n > 250) wrong.push_back(file + ": " + std::to_string(n) + " lines, a header has at most 250");
    if (source && n > 400) wrong.push_back(file + ": " + std::to_string(n) + " lines, a source has at most 400");
    if (Rooms{"utils", "util", "common", "misc", "helpers", "helper"}.contains(stem)) wrong.push_back(file + ": name the thing");
    if (header && !test && !first[file].starts_with("//")) wrong.push_back(file + ": begins without saying what it is for");
    if (source && !test) ++sources, described += first[file].starts_with("//");
  }
  expect_none(wrong);
  std::printf("%zu files; %d of %d sources begin with what they are for\n", length.size(), described, sources);
}
