// A lesson read: its programs run by the engine, its numbers computed.
#pragma once
#include <string>

#include "apps/explorer/lessons/book.h"

namespace skew::explorer {

// The lesson with every program's output and every number in its place. Throws Error where a program fails or a number
// cannot be computed: a mistake of the book.
Lesson read_lesson(const Lesson& lesson);

// Ready to be shown:
std::string lesson_text(const Lesson& read, bool styled = false);  // for a terminal: at most 80 columns
std::string lesson_markdown(const Lesson& read);                   // answers at the end
std::string lessons_html(const std::vector<Lesson>& read);         // one page for screen and paper, with the pictures
std::string lesson_json(const Lesson& read);                       // for the page: as book.h holds it

}  // namespace skew::explorer
