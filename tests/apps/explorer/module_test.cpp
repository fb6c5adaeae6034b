// The WebAssembly module computes what the program computes: Node runs both on the examples, 500 generated programs and
// the mistakes, and compares every number and every word.
#include <fstream>
#include <nlohmann/json.hpp>

#include "apps/explorer/examples.h"
#include "apps/explorer/lessons/exercise.h"
#include "apps/explorer/lessons/reader.h"
#include "apps/explorer/views.h"
#include "tests/apps/data/scratch_folder.h"
#include "tests/apps/explorer/generated.h"
#include "tests/apps/explorer/mistakes.h"
#include "tests/apps/explorer/programs.h"

using namespace skew;
using namespace skew::explorer;

namespace {

nlohmann::json native(const std::string& program) {
  Recording r = run_program(program);
  if (!r.failed) {
    check_leaves(r);
    check_rules(r, r.own_rules);
    name_culprits(r);
  }
  return {{"program", program}, {"json", json_text(r)}};
}

// Runs a script of this folder on the module and the cases; whether Node found no difference, what it said, or a skip.
void compare(const char* script, const nlohmann::json& cases) {
  const std::string module = SKEW_BINARY_DIR "/explorer_module/module.wasm";
  const ScratchFolder folder;
  std::ofstream(folder.path() / "cases.json") << cases;
  const std::string out = (folder.path() / "out.txt").string();
  const int code = std::system((std::string("node '" SKEW_SOURCE_DIR "/tests/apps/explorer/") + script + "' '" +
                                module + "' '" + (folder.path() / "cases.json").string() + "' > '" + out + "' 2>&1")
                                   .c_str());
  std::ifstream in(out);
  const std::string said((std::istreambuf_iterator<char>(in)), {});
  std::printf("module: %s", said.c_str());
  INFO(said);
  CHECK(code == 0);
}

bool can_compare(const char* what) {
  if (std::ifstream(SKEW_BINARY_DIR "/explorer_module/module.wasm").good() &&
      std::system("node --version > /dev/null 2>&1") == 0)
    return true;
  std::printf("SKIPPED: %s: needs node and the WebAssembly packages of cmake/SkewModule.cmake\n", what);
  return false;
}

void add_programs(nlohmann::json& cases, const std::vector<Passage>& passages) {
  for (const Passage& passage : passages) {
    if (passage.kind == Passage::Kind::program) cases.push_back(native(passage.whole));
    add_programs(cases, passage.answer);
  }
}

// An exercise and what is said to a right answer and to some wrong ones.
nlohmann::json with_answers(int lesson, uint64_t seed, int number) {
  const Exercise e = make_exercise(lesson, seed, number);
  nlohmann::json answers;
  for (const std::string& said :
       {e.solution, std::string("0.123"), std::string("g"), std::string("("), std::string("add")}) {
    const Mark m = mark(e, said);
    answers.push_back({{"said", said}, {"right", m.right}, {"words", m.words}});
  }
  return {{"lesson", lesson},     {"seed", seed},     {"number", number}, {"task", e.task},
          {"program", e.program}, {"asked", e.asked}, {"head", e.head},   {"use", e.use},
          {"options", e.options}, {"shown", e.shown}, {"why", e.why},     {"revealed", revealed(e)},
          {"answers", answers}};
}

}  // namespace

TEST_CASE("the module in Node and the native program agree, in numbers and in words") {
  if (!can_compare("the module agrees with the program")) return;
  nlohmann::json cases;
  for (const Example& example : examples()) cases.push_back(native(example.program));
  for (const Lesson& lesson : lessons()) add_programs(cases, lesson.passages);
  for (uint64_t seed = 0; seed < 500; ++seed) cases.push_back(native(generated(seed)));
  for (const Mistake& mistake : mistakes()) cases.push_back(native(mistake.program));
  compare("module.mjs", cases);
}

TEST_CASE("lessons and exercises are the same in the module, and so are the marks") {
  if (!can_compare("lessons and exercises are the same in the module")) return;
  nlohmann::json read, exercises;
  for (const Lesson& lesson : lessons()) {
    read.push_back(nlohmann::json::parse(lesson_json(read_lesson(lesson))));
    for (int number = 0; number < exercise_kinds(lesson.number); ++number)
      for (uint64_t seed = 0; seed < 5; ++seed) exercises.push_back(with_answers(lesson.number, seed, number));
  }
  compare("lessons.mjs", {{"lessons", read}, {"exercises", exercises}});
}
