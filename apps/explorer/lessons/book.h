// The book of the explorer, docs/lessons/*.md, as data: one source for the terminal, the page and paper. What of
// Markdown it uses: headings, paragraphs, lists, fenced code, `code`, **bold**, *emphasis*, links, and
// <details><summary>question</summary> answer </details>.
//
// A fence that begins with ```python run holds a program of the explorer's language; further words say what of it is to
// be seen: `table`, `check`, `explain=a`; `more` goes on with the program before (alone: shows more of it). Code that
// ends with " = ?" asks what its expression is after the program before it: no computed number stands in the text. Read
// next: reader.h.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "apps/explorer/recording.h"

namespace skew::explorer {

struct Span {
  enum class Kind { text, code, strong, emphasis, link, number };
  Kind kind = Kind::text;
  std::string words;     // of a number: the expression; once read, "expression = value"
  std::string target{};  // of a link
};

struct Passage {
  enum class Kind { heading, paragraph, item, code, program, question };
  Kind kind = Kind::paragraph;
  int level = 0;              // of a heading 1, 2, …; of an item its number, or 0
  std::vector<Span> spans{};  // of a question what is asked
  std::string text{};         // code, program: as it stands in the book
  std::string whole{};        // program: with those it goes on from
  int lines_before = 0;       // program: of those
  std::vector<std::string> views{};
  std::vector<Passage> answer{};                 // of a question
  std::string output{};                          // program, once read: what it printed, then its views
  std::shared_ptr<const Recording> recording{};  // program, once read
};

struct Lesson {
  int number = 0;
  std::string file, title;  // "3-why-gradients-add-up.md", "Why gradients add up, and zero_grad"
  std::vector<Passage> passages{};
};

// A lesson's text. Throws ValueError, with the file's line, for what is none of the above.
Lesson parse_lesson(const std::string& file, std::string_view text);

// The book in its order, not yet read.
const std::vector<Lesson>& lessons();
// Throws ValueError for a number that the book has not.
const Lesson& lesson_numbered(int64_t number);

// The files as the build put them into the program.
struct BookFile {
  const char *name, *text;
};
extern const std::vector<BookFile> book_files;

}  // namespace skew::explorer
