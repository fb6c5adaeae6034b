// The house rules that a compiler does not know: who may include whom, where threads start, how long a file may be.
// std ← core ← ops ← {losses, models} ← apps; backends → {core, ops, losses}; nobody includes backends/; tests → all.
// Inside apps: formats ← data ← evaluation ← training ← race ← cli; op_trials ← selftest ← cli.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

namespace fs = std::filesystem;

namespace {

using Rooms = std::set<std::string>;
// A room is a folder of the root, or of apps/. What it may include beside itself:
const std::map<std::string, Rooms> may_include = [] {
  std::map<std::string, Rooms> arrows = {
      {"core", {}},
      {"ops", {"core"}},
      {"losses", {"core", "ops"}},
      {"models", {"core", "ops"}},
      {"backends", {"core", "ops", "losses"}},
  };
  const std::map<std::string, Rooms> inside_apps = {
      {"formats", {}},
      {"data", {"formats"}},
      {"metrics", {}},
      {"loss_lab", {}},
      {"report", {"formats", "metrics"}},
      {"module", {}},
      {"studio", {"formats", "loss_lab", "module", "report"}},
      {"explorer", {"formats", "metrics", "module", "report"}},
      {"evaluation", {"data", "formats", "loss_lab", "metrics", "report"}},
      {"training", {"formats", "data", "metrics", "evaluation", "explorer", "report"}},
      {"race", {"formats", "data", "metrics", "report", "evaluation", "training"}},
      {"op_trials", {}},
      {"selftest", {"op_trials", "report"}},
      {"cli",
       {"formats", "data", "metrics", "loss_lab", "report", "studio", "explorer", "evaluation", "training", "race",
        "selftest"}},
  };
  Rooms all;
  for (const auto& [room, allowed] : arrows) all.insert(room);
  for (const auto& [room, allowed] : inside_apps) {
    Rooms& rooms = arrows["apps/" + room] = {"core", "ops", "losses", "models"};
    for (const std::string& other : allowed) rooms.insert("apps/" + other);
    all.insert("apps/" + room);
  }
  arrows["tests"] = all;
  return arrows;
}();

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
    for (const char* folder : {"cmake", "core", "ops", "losses", "models", "backends", "apps", "tests"})
      for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
        const std::string name = entry.path().filename().string();
        for (const char* end : {".h", ".cpp", ".cu", ".cuh", ".in", ".cmake", "CMakeLists.txt"})
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

std::string room_of(const std::string& path) {
  const size_t first = path.find('/');
  return path.substr(0, path.starts_with("apps/") ? path.find('/', first + 1) : first);
}

// The path between quotes of an #include, or nothing.
std::string included(const std::string& words) {
  const size_t hash = words.find_first_not_of(" \t");
  if (hash == std::string::npos || words[hash] != '#' || words.find("include", hash) == std::string::npos) return {};
  const size_t open = words.find('"');
  return open == std::string::npos ? "" : words.substr(open + 1, words.find('"', open + 1) - open - 1);
}

// What an include line of a file does wrong, or nothing.
std::string wrong_arrow(const std::string& file, const std::string& words) {
  const std::string target = included(words), from = room_of(file), to = room_of(target);
  if (target.empty() || !may_include.contains(from) || from == to || may_include.at(from).contains(to)) return {};
  return may_include.contains(to) ? from + " may not include " + to : "includes go by path from the root";
}

// Every folder of apps/ is a room of the list.
std::string unknown_room(const std::string& file) {
  const std::string room = room_of(file);
  return file.starts_with("apps/") && !may_include.contains(room) ? room + " is not in this test's list of rooms" : "";
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
  CHECK(wrong_arrow("models/optim/sgd.h", "#include \"apps/cli/run.h\"") == "models may not include apps/cli");
  CHECK(wrong_arrow("backends/cuda/conv2d.cu", "#include \"models/optim/sgd.h\"") == "backends may not include models");
  CHECK(wrong_arrow("apps/race/cell.cpp", "#include \"apps/training/trainer.h\"").empty());
  CHECK(wrong_arrow("apps/training/trainer.cpp", "#include \"apps/race/cell.h\"") ==
        "apps/training may not include apps/race");
  CHECK(wrong_arrow("apps/formats/csv.cpp", "#include \"apps/report/table.h\"") ==
        "apps/formats may not include apps/report");
  CHECK(wrong_arrow("tests/apps/cli/data_test.cpp", "#include \"apps/cli/command.h\"").empty());
  CHECK(unknown_room("apps/attic/box.cpp") == "apps/attic is not in this test's list of rooms");
  CHECK(wrong_arrow("core/op.cpp", "#include \"op.h\"") == "includes go by path from the root");
}

TEST_CASE("every include follows the arrows of the house") {
  std::vector<std::string> wrong;
  std::map<std::string, int> includes;
  for (const Line& line : lines()) {
    includes[room_of(line.file)] += !included(line.words).empty();
    if (const std::string why = wrong_arrow(line.file, line.words); !why.empty())
      wrong.push_back(line.where() + ": " + why + ": " + line.words);
    if (line.number == 1 && !unknown_room(line.file).empty()) wrong.push_back(unknown_room(line.file));
  }
  expect_none(wrong);
  for (const auto& [room, allowed] : may_include) CHECK(includes[room] > 0);
}

TEST_CASE("threads start in core/parallel alone, and floating point keeps its rules") {
  std::vector<std::string> wrong;
  const std::string omp = "pragma omp", fast = "fast-math",
                    unsafe =
                        "-fun"
                        "safe";  // split, so that this file passes
  bool found = false;
  for (const Line& line : lines()) {
    const std::string code = line.words.substr(0, line.words.find("//"));
    const bool in_library = !line.file.starts_with("apps/") && !line.file.starts_with("tests/");
    const bool thread = code.find("std::thread") != std::string::npos && in_library;
    found |= thread;
    if (thread && !line.file.starts_with("core/parallel.")) wrong.push_back(line.where() + ": " + line.words);
    if (code.find("#" + omp) != std::string::npos) wrong.push_back(line.where() + ": " + line.words);
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
  for (const auto& [file, n] : length) {
    const std::string stem = fs::path(file).stem().string();
    const bool header = file.ends_with(".h") || file.ends_with(".cuh"), test = file.starts_with("tests/");
    const bool source = file.ends_with(".cpp") || file.ends_with(".cu");
    if (header && n > 250) wrong.push_back(file + ": " + std::to_string(n) + " lines, a header has at most 250");
    if (source && n > 400) wrong.push_back(file + ": " + std::to_string(n) + " lines, a source has at most 400");
    if (Rooms{"utils", "util", "common", "misc", "helpers", "helper"}.contains(stem))
      wrong.push_back(file + ": name the thing");
    if ((header || source) && !test && !first[file].starts_with("//"))
      wrong.push_back(file + ": begins without saying what it is for");
  }
  expect_none(wrong);
}
