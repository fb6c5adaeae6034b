// Exercises on paper.
#include "apps/explorer/lessons/book.h"
#include "apps/explorer/lessons/exercise.h"
#include "core/text.h"

namespace skew::explorer {
namespace {

// What is to be filled in, below the exercise.
std::string room_for_answer(const Exercise& e) {
  switch (e.kind) {
    case Exercise::Kind::guess: return text("`", e.asked, "` = \\_\\_\\_\\_\\_\\_\\_\\_\\_\\_ (", near_enough, ")\n");
    case Exercise::Kind::rule: return text("`", e.head, "` \\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\n");
    case Exercise::Kind::broken: return "One of: `" + joined(e.options, "`, `") + "` (draw a ring around it)\n";
  }
  return "";
}

std::string question(const Exercise& e) {
  std::string out = e.task + "\n\n```python\n" + e.program;
  if (e.kind == Exercise::Kind::rule) out += "@backward\n" + e.head + " …\n" + e.use + "L.backward()\n";
  out += "```\n\n";
  if (!e.shown.empty()) out += "```text\n" + e.shown + "```\n\n";
  return out + room_for_answer(e);
}

}  // namespace

Worksheet worksheet(uint64_t seed, int lesson, int count) {
  const std::string of = lesson > 0 ? text("lesson ", lesson, ", ") : "";
  Worksheet out{
      text("# How autograd works: exercises\n\nName: \\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\n\n(", of,
           "seed ", seed, ")\n"),
      text("# How autograd works: the key\n\n(", of, "seed ", seed, ")\n")};
  int number = 0;
  for (const ExercisePlace& place : exercise_places(lesson, count)) {
    const Exercise e = make_exercise(place.lesson, seed, place.number);
    const std::string from = lesson > 0 ? "" : text(" (lesson ", place.lesson, ")");
    const std::string title = text("\n## Exercise ", ++number, from, "\n\n");
    const std::string answer = e.kind == Exercise::Kind::guess ? e.asked + " = " + e.solution : e.solution;
    out.questions += title + question(e);
    out.key += title + "`" + answer + "`: " + e.why + "\n";
  }
  return out;
}

}  // namespace skew::explorer
