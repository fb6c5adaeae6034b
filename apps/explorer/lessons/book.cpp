// Markdown, as far as the book uses it.
#include "apps/explorer/lessons/book.h"

#include <algorithm>
#include <cstdlib>

#include "core/error.h"

namespace skew::explorer {
namespace {

constexpr std::string_view asks = " = ?";

bool is_blank(std::string_view line) { return line.find_first_not_of(" \t") == line.npos; }

// "12. words" → 12; 0: no numbered item.
int item_number(std::string_view line) {
  const size_t end = line.find_first_not_of("0123456789");
  if (end == 0 || end == line.npos || line.substr(end, 2) != ". ") return 0;
  return std::atoi(std::string(line).c_str());
}

std::vector<std::string> words_of_line(std::string_view line) {
  std::vector<std::string> out;
  while (!is_blank(line)) {
    line.remove_prefix(line.find_first_not_of(' '));
    const size_t end = std::min(line.find(' '), line.size());
    out.emplace_back(line.substr(0, end));
    line.remove_prefix(end);
  }
  return out;
}

// What stands between two marks: the mark at `at`, then words, then the mark again. Empty: it is never closed.
std::string_view between(std::string_view text, size_t at, std::string_view mark) {
  const size_t from = at + mark.size(), end = text.find(mark, from);
  return end == text.npos ? std::string_view() : text.substr(from, end - from);
}

Span code_span(std::string_view code) {
  if (!code.ends_with(asks)) return {Span::Kind::code, std::string(code)};
  return {Span::Kind::number, std::string(code.substr(0, code.size() - asks.size()))};
}

std::vector<Span> spans_of(std::string_view text) {
  std::vector<Span> out;
  std::string plain;
  const auto add = [&](Span span) {
    if (!plain.empty()) out.push_back({Span::Kind::text, std::move(plain)});
    plain.clear();
    out.push_back(std::move(span));
  };
  for (size_t i = 0; i < text.size();) {
    if (const std::string_view code = between(text, i, "`"); text[i] == '`' && !code.empty()) {
      add(code_span(code));
      i += code.size() + 2;
    } else if (const std::string_view bold = between(text, i, "**"); text.substr(i, 2) == "**" && !bold.empty()) {
      add({Span::Kind::strong, std::string(bold)});
      i += bold.size() + 4;
    } else if (const std::string_view soft = between(text, i, "*"); text[i] == '*' && !soft.empty()) {
      add({Span::Kind::emphasis, std::string(soft)});
      i += soft.size() + 2;
    } else if (const size_t middle = text.find("](", i); text[i] == '[' && middle != text.npos) {
      const size_t end = std::min(text.find(')', middle), text.size());
      add({Span::Kind::link, std::string(text.substr(i + 1, middle - i - 1)),
           std::string(text.substr(middle + 2, end - middle - 2))});
      i = end + 1;
    } else {
      plain += text[i++];
    }
  }
  if (!plain.empty()) out.push_back({Span::Kind::text, plain});
  return out;
}

class LessonParser {
 public:
  LessonParser(const std::string& file, std::string_view text) : file_(file) {
    while (!text.empty()) {
      const size_t end = std::min(text.find('\n'), text.size());
      lines_.push_back(text.substr(0, end));
      text.remove_prefix(std::min(end + 1, text.size()));
    }
  }

  // Up to a line that is `end`, or to the end of the file.
  std::vector<Passage> passages(std::string_view end = "") {
    std::vector<Passage> out;
    while (at_ < lines_.size()) {
      const std::string_view line = lines_[at_];
      if (!end.empty() && line == end) return ++at_, out;
      if (is_blank(line)) ++at_;
      else if (line.starts_with("```")) out.push_back(code());
      else if (line.starts_with("#")) out.push_back(heading());
      else if (line == "<details>") out.push_back(question());
      else if (line.starts_with("- ") || item_number(line)) out.push_back(item());
      else out.push_back({.spans = spans_of(joined_lines(0))});
    }
    if (!end.empty()) wrong(text("expected ", end));
    return out;
  }

 private:
  [[noreturn]] void wrong(const std::string& why) const { throw ValueError(text(file_, ":", at_, ": ", why)); }

  Passage heading() {
    const std::string_view line = lines_[at_++];
    const size_t level = line.find_first_not_of('#');
    if (level == line.npos || line[level] != ' ') wrong("expected a blank and a title after #");
    return {.kind = Passage::Kind::heading, .level = int(level), .spans = spans_of(line.substr(level + 1))};
  }

  Passage item() {
    const std::string_view line = lines_[at_];
    const int number = item_number(line);
    return {.kind = Passage::Kind::item, .level = number, .spans = spans_of(joined_lines(line.find(' ') + 1))};
  }

  // A paragraph's or an item's lines as one, the first from column `from` on.
  std::string joined_lines(size_t from) {
    std::string out(lines_[at_++].substr(from));
    while (at_ < lines_.size()) {
      const std::string_view line = lines_[at_];
      const bool ends = is_blank(line) || line.starts_with("```") || line.starts_with("#") || line.starts_with("<") ||
                        line.starts_with("- ") || item_number(line);
      if (ends) break;
      out += ' ' + std::string(line.substr(line.find_first_not_of(' ')));
      ++at_;
    }
    return out;
  }

  Passage code() {
    std::vector<std::string> words = words_of_line(lines_[at_++].substr(3));
    Passage out{.kind = Passage::Kind::code};
    while (at_ < lines_.size() && lines_[at_] != "```") out.text += std::string(lines_[at_++]) + '\n';
    if (at_++ == lines_.size()) wrong("this code is never closed");
    if (words.size() < 2 || words[0] != "python" || words[1] != "run") return out;
    out.kind = Passage::Kind::program;
    words.erase(words.begin(), words.begin() + 2);
    const bool goes_on = !words.empty() && words[0] == "more";
    if (goes_on) words.erase(words.begin());
    for (const std::string& view : words)
      if (view != "table" && view != "check" && !view.starts_with("explain="))
        wrong(unknown_word("word after ```python run", view, {"more", "table", "check", "explain=NAME"}));
    out.views = std::move(words);
    const std::string before = goes_on ? last_program_ : "";
    out.lines_before = int(std::count(before.begin(), before.end(), '\n'));
    out.whole = before + out.text;
    last_program_ = out.whole;
    return out;
  }

  Passage question() {
    constexpr std::string_view open = "<summary>", close = "</summary>";
    if (++at_ == lines_.size() || !lines_[at_].starts_with(open) || !lines_[at_].ends_with(close))
      wrong("expected <summary>the question</summary> in one line");
    std::string_view asked = lines_[at_++].substr(open.size());
    asked.remove_suffix(close.size());
    return {.kind = Passage::Kind::question, .spans = spans_of(asked), .answer = passages("</details>")};
  }

  const std::string& file_;
  std::vector<std::string_view> lines_;
  size_t at_ = 0;
  std::string last_program_;
};

}  // namespace

Lesson parse_lesson(const std::string& file, std::string_view text) {
  Lesson out{.number = std::atoi(file.c_str()), .file = file, .title = ""};
  out.passages = LessonParser(file, text).passages();
  const bool titled = !out.passages.empty() && out.passages[0].level == 1 && !out.passages[0].spans.empty();
  if (!titled) throw ValueError(skew::text(file, ":1: expected a title: # 1. Words"));
  for (const Span& span : out.passages[0].spans) out.title += span.words;
  if (item_number(out.title) != out.number)
    throw ValueError(skew::text(file, ":1: expected the title to begin with ", out.number, ". "));
  out.title.erase(0, out.title.find(' ') + 1);
  out.passages.erase(out.passages.begin());
  return out;
}

const std::vector<Lesson>& lessons() {
  static const std::vector<Lesson> all = [] {
    std::vector<Lesson> out;
    for (const BookFile& file : book_files) out.push_back(parse_lesson(file.name, file.text));
    std::sort(out.begin(), out.end(), [](const Lesson& a, const Lesson& b) { return a.number < b.number; });
    return out;
  }();
  return all;
}

const Lesson& lesson_numbered(int64_t number) {
  for (const Lesson& lesson : lessons())
    if (lesson.number == number) return lesson;
  throw ValueError(text("there is no lesson ", number, "; the book has 1 to ", lessons().size(),
                        ": `skew autograd lesson` lists them"));
}

}  // namespace skew::explorer
