// The page's lessons and exercises, driven in a browser as a learner would.
#include <fstream>
#include <nlohmann/json.hpp>

#include "apps/explorer/lessons/exercise.h"
#include "apps/explorer/page/page.h"
#include "tests/apps/can_drive.h"
#include "tests/apps/data/scratch_folder.h"
#include "tests/apps/explorer/programs.h"

using namespace skew;
using namespace skew::explorer;

namespace {

constexpr uint64_t asked_seed = 4;

// The first exercise of a kind in a lesson, and its solution.
nlohmann::json solved(int lesson, Exercise::Kind kind) {
  for (int number = 0; number < exercise_kinds(lesson); ++number)
    if (const Exercise e = make_exercise(lesson, asked_seed, number); e.kind == kind)
      return {{"lesson", lesson}, {"number", number}, {"solution", e.solution}};
  return {};
}

}  // namespace

TEST_CASE("a learner can read, run and practise in the page") {
  if (!can_drive("a learner can read, run and practise in the page", has_module())) return;
  const ScratchFolder folder;
  std::ofstream(folder.path() / "autograd.html") << page();
  const nlohmann::json solutions = {{"seed", asked_seed},
                                    {"guess", solved(1, Exercise::Kind::guess)},
                                    {"rule", solved(2, Exercise::Kind::rule)},
                                    {"broken", solved(3, Exercise::Kind::broken)}};
  const char* shots = std::getenv("SKEW_SCREENSHOTS");
  const std::string command = "timeout 240 node --experimental-websocket --no-warnings '" SKEW_SOURCE_DIR
                              "/tests/apps/explorer/lessons_browser.mjs' '" +
                              (folder.path() / "autograd.html").string() + "' '" + solutions.dump() + "' " +
                              (shots ? shots : "");
  CHECK(std::system(command.c_str()) == 0);
}
