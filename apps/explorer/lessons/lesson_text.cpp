// A lesson for a terminal: answers stand at its end, where they are not read by accident.
#include <utility>

#include "apps/explorer/lessons/reader.h"
#include "apps/report/table.h"
#include "core/text.h"

namespace skew::explorer {
namespace {

class TerminalPage {
 public:
  explicit TerminalPage(bool styled) : styled_(styled) {}

  std::string str(const Lesson& lesson) {
    out_ = bold(text(lesson.number, ". ", lesson.title)) + "\n";
    put(lesson.passages);
    if (!answers_.empty()) out_ += "\n" + bold("Answers") + "\n";
    for (size_t i = 0; i < answers_.size(); ++i) {
      out_ += text("\n(", i + 1, ")");
      put(*answers_[i]);
    }
    return out_;
  }

 private:
  std::string bold(const std::string& words) const { return styled_ ? "\x1b[1m" + words + "\x1b[0m" : words; }

  std::string words_of(const std::vector<Span>& spans) const {
    std::string out;
    for (const Span& span : spans) out += span.words;
    return out;
  }

  void put(const std::vector<Passage>& passages) {
    bool item = false;
    for (const Passage& passage : passages) {
      const bool was_item = std::exchange(item, passage.kind == Passage::Kind::item);
      if (!(item && was_item)) out_ += '\n';
      put(passage);
    }
  }

  void put(const Passage& passage) {
    const std::string words = words_of(passage.spans);
    switch (passage.kind) {
      case Passage::Kind::heading: out_ += bold(words) + '\n'; break;
      case Passage::Kind::paragraph: out_ += report::wrapped(words, 0) + '\n'; break;
      case Passage::Kind::item: {
        const std::string mark = passage.level ? text(passage.level, ". ") : "- ";
        out_ += report::wrapped(mark + words, int(mark.size())) + '\n';
        break;
      }
      case Passage::Kind::code:
      case Passage::Kind::program: put_lines(passage.text, "    "); break;
      case Passage::Kind::question:
        answers_.push_back(&passage.answer);
        out_ += report::wrapped(text("(", answers_.size(), ") ", words), 4) + '\n';
        break;
    }
    if (!passage.output.empty()) {
      out_ += '\n';
      put_lines(passage.output, "");
    }
  }

  void put_lines(std::string_view lines, std::string_view before) {
    while (!lines.empty()) {
      const size_t end = lines.find('\n');
      if (end > 0) out_ += std::string(before) + std::string(lines.substr(0, end));
      out_ += '\n';
      lines.remove_prefix(end + 1);
    }
  }

  const bool styled_;
  std::string out_;
  std::vector<const std::vector<Passage>*> answers_;
};

}  // namespace

std::string lesson_text(const Lesson& read, bool styled) { return TerminalPage(styled).str(read); }

}  // namespace skew::explorer
