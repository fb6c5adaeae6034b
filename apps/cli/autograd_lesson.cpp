// skew autograd lesson: the book, with its programs run and its numbers computed.
#include <iostream>

#include "apps/cli/autograd.h"
#include "apps/explorer/lessons/reader.h"
#include "apps/report/number_text.h"
#include "apps/report/table.h"
#include "core/error.h"
#include "core/file.h"

namespace skew {
namespace {

struct LessonArgs {
  int number = 0;
  std::string out;
};

std::string contents() {
  std::string out;
  for (const explorer::Lesson& lesson : explorer::lessons())
    out += text(lesson.number < 10 ? " " : "", lesson.number, "  ", lesson.title, '\n');
  return out +
         "\nread    `skew autograd lesson 1`\n"
         "print   `skew autograd lesson -o book.html`\n"
         "        `skew autograd lesson 1 -o lesson.md`\n"
         "try     `skew autograd quiz --lesson 1`\n";
}

std::vector<explorer::Lesson> read(int number) {
  if (number > 0) return {read_lesson(explorer::lesson_numbered(number))};
  std::vector<explorer::Lesson> all;
  for (const explorer::Lesson& lesson : explorer::lessons()) all.push_back(read_lesson(lesson));
  return all;
}

int write(const LessonArgs& a) {
  const bool html = a.out.ends_with(".html");
  if (!html && !a.out.ends_with(".md"))
    throw UsageError(text("-o ", a.out, ": expected a name that ends with .html or .md"));
  const std::vector<explorer::Lesson> lessons = read(a.number);
  std::string pages;
  if (html) pages = explorer::lessons_html(lessons);
  else
    for (const explorer::Lesson& lesson : lessons) pages += (pages.empty() ? "" : "\n") + lesson_markdown(lesson);
  write_file(a.out, pages);
  std::cout << a.out << ": " << report::counted(int64_t(lessons.size()), "lesson", "lessons")
            << ", numbers computed by this engine\n";
  return 0;
}

int lesson(const LessonArgs& a) {
  if (a.number > 0) explorer::lesson_numbered(a.number);  // before a file is made
  if (!a.out.empty()) return write(a);
  if (a.number == 0) {
    std::cout << contents();
    return 0;
  }
  std::cout << lesson_text(read(a.number)[0], report::wants_style(stdout)) << "\nthen    `skew autograd quiz --lesson "
            << a.number << "`";
  if (size_t(a.number) < explorer::lessons().size()) std::cout << "    `skew autograd lesson " << a.number + 1 << "`";
  std::cout << '\n';
  return 0;
}

}  // namespace

void add_autograd_lesson(Command& autograd) {
  auto a = std::make_shared<LessonArgs>();
  Command& command = autograd.add("lesson", "ten lessons on how autograd works, computed as they are shown",
                                  [a] { return lesson(*a); });
  command.option("number", a->number, "which one; without it they are listed", {.as = "N", .low = 1});
  command.option("-o,--out", a->out, "a page (.html) or Markdown (.md), for paper; without N all lessons",
                 {.as = "FILE"});
  command.example("skew autograd lesson 1", "its numbers computed as it is shown");
  command.example("skew autograd lesson -o book.html", "all ten, for paper");
}

}  // namespace skew
