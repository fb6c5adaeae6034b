// The book and its exercises for a page. The page keeps an instance of the module for these calls alone: they run
// programs of their own, and an error in one leaves the other instance as it was.
#include "apps/explorer/json_text.h"
#include "apps/explorer/lessons/exercise.h"
#include "apps/explorer/lessons/reader.h"
#include "apps/module/words.h"
#include "core/error.h"

using namespace skew;
using namespace skew::explorer;

namespace {

Exercise exercise_of(int lesson, double seed, int number) {
  if (!(seed >= 0 && seed <= 0x1p53)) throw ValueError(text("expected a seed from 0 to 2^53, got ", seed));
  return make_exercise(lesson, uint64_t(seed), number);
}

}  // namespace

// [{"number", "title", "exercises"}]: the last says after how many the exercises begin again.
EXPORT(contents) const char* contents() {
  JsonText json;
  json.open('[');
  for (const Lesson& lesson : lessons())
    json.open('{')
        .key("number")
        .value(lesson.number)
        .key("title")
        .value(lesson.title)
        .key("file")
        .value(lesson.file)
        .key("exercises")
        .value(exercise_kinds(lesson.number))
        .close('}');
  json.close(']');
  return answered(json.str());
}

// A lesson as lesson_json() says it, its numbers computed.
EXPORT(lesson) const char* lesson(int number) { return answered(lesson_json(read_lesson(lesson_numbered(number)))); }

// {"kind", "task", "program", "asked", "near", "head", "use", "options", "shown", "why"}
EXPORT(exercise) const char* exercise(int lesson, double seed, int number) {
  constexpr const char* kinds[] = {"guess", "rule", "broken"};
  const Exercise e = exercise_of(lesson, seed, number);
  JsonText json;
  json.open('{').key("kind").value(kinds[int(e.kind)]).key("task").value(e.task).key("program").value(e.program);
  json.key("asked").value(e.asked).key("near").value(near_enough).key("head").value(e.head);
  json.key("use").value(e.use).key("shown").value(e.shown).key("why").value(e.why).key("options").open('[');
  for (const std::string& option : e.options) json.value(option);
  json.close(']').close('}');
  return answered(json.str());
}

// What is said of the answer in the words: {"right", "words"}. A rule that does not run is an error here.
EXPORT(mark_answer) const char* mark_answer(int lesson, double seed, int number) {
  const Mark m = mark(exercise_of(lesson, seed, number), words);
  JsonText json;
  json.open('{').key("right").value(m.right).key("words").value(m.words).close('}');
  return answered(json.str());
}

// {"answer", "program"}: what revealed() says, and a program to go on with.
EXPORT(reveal) const char* reveal(int lesson, double seed, int number) {
  const Exercise e = exercise_of(lesson, seed, number);
  JsonText json;
  json.open('{').key("answer").value(revealed(e)).key("program").value(solved_program(e)).close('}');
  return answered(json.str());
}
