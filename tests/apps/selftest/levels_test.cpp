// The documentation's table of levels is the one that the committed records make, and a record counts for what it
// shows.
#include "apps/selftest/levels.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "core/registry.h"

using namespace skew;
using selftest::Json;
using selftest::Levels;

namespace {

std::string contents(const std::string& path) {
  std::stringstream all;
  all << std::ifstream(path).rdbuf();
  return all.str();
}

// What stands between the marks of docs/cuda.md.
std::string committed_table() {
  const std::string page = contents(SKEW_SOURCE_DIR "/docs/cuda.md"), open = "<!-- levels -->\n";
  const size_t begin = page.find(open), end = page.find("<!-- end of levels -->");
  REQUIRE(begin < end);
  REQUIRE(end < page.size());
  return page.substr(begin + open.size(), end - begin - open.size());
}

Json record(const std::string& level, const std::string& gpu) {
  return {{"record", "skew selftest"},
          {"level", level},
          {"gpu", gpu},
          {"sections",
           {{{"name", "ops"}, {"details", {{"passed", {"relu", "conv2d"}}, {"differs", {"add"}}}}},
            {{"name", "special"}, {"details", {{"passed", {"relu"}}, {"differs", {"conv2d"}}}}}}}};
}

}  // namespace

TEST_CASE("the table of docs/cuda.md is made from the records of docs/hardware") {
  const std::vector<Json> records = selftest::read_records(SKEW_SOURCE_DIR "/docs/hardware");
  CHECK(committed_table() == selftest::levels_markdown(selftest::levels_of(records)));
  CHECK(records == selftest::built_in_records());
}

TEST_CASE("the committed records have every op of the registry") {
  const Levels levels = selftest::levels_of(selftest::read_records(SKEW_SOURCE_DIR "/docs/hardware"));
  for (const auto& [name, row] : registered_ops()) {
    INFO(name << ": docs/hardware/README.md says how the records are made anew");
    CHECK_FALSE(levels.at(name).compiled.empty());
    CHECK_FALSE(levels.at(name).emulated.empty());
  }
}

TEST_CASE("a level is what a record of that level shows") {
  const Levels none = selftest::levels_of({});
  CHECK(none.size() == registered_ops().size());
  for (const auto& [name, found] : none) CHECK(selftest::highest_level(found) == "–");

  const Levels emulated = selftest::levels_of({record("emulated", "H100")});
  CHECK(selftest::highest_level(emulated.at("relu")) == "emulated");
  CHECK(emulated.at("relu").hardware.empty());
  CHECK(selftest::highest_level(emulated.at("conv2d")) == "–");  // its special values differed
  CHECK(selftest::highest_level(emulated.at("add")) == "–");

  const Levels both =
      selftest::levels_of({record("emulated", "H100"), record("hardware", "GPU 1"), record("hardware", "GPU 2")});
  CHECK(both.at("relu").hardware == "GPU 1; GPU 2");
  CHECK(both.at("relu").emulated == "a CPU");
  CHECK(selftest::highest_level(both.at("relu")) == "hardware");

  CHECK(selftest::highest_level(selftest::levels_of({record("cpu", "")}).at("relu")) == "–");
}

TEST_CASE("a convolution has a level where its own section passed, whole") {
  const auto level = [](const Json& convolutions) {
    Json r = record("hardware", "GPU");
    r["sections"][1]["details"]["differs"] = Json::array();
    if (!convolutions.is_null()) r["sections"].push_back(convolutions);
    const Levels levels = selftest::levels_of({r});
    CHECK(levels.at("relu").hardware == "GPU");
    return levels.at("conv2d").hardware;
  };
  CHECK(level({{"name", "convolutions"}, {"verdict", "passed"}}) == "GPU");
  CHECK(level({}).empty());
  CHECK(level({{"name", "convolutions"}, {"verdict", "differs"}}).empty());
  CHECK(level({{"name", "convolutions"}, {"verdict", "left out"}}).empty());
  CHECK(level({{"name", "convolutions"}, {"verdict", "passed"}, {"partial", true}}).empty());
}
