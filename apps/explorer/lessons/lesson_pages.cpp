// Lessons for a screen and for paper: HTML with the graphs, Markdown with the numbers.
#include <utility>

#include "apps/explorer/lessons/reader.h"
#include "apps/explorer/picture.h"
#include "apps/report/svg.h"
#include "core/text.h"

namespace skew::explorer {
namespace {

std::string escaped_lines(std::string_view lines) {
  std::string out;
  while (!lines.empty()) {
    const size_t end = std::min(lines.find('\n'), lines.size());
    out += report::escape(lines.substr(0, end)) + '\n';
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  return out;
}

// ---- HTML

// Of a link of the book: within the page where it is another lesson, else none, for the file lies elsewhere.
std::string link_html(const Span& span) {
  const int lesson = std::atoi(span.target.c_str());
  const std::string words = report::escape(span.words);
  return lesson > 0 ? text("<a href=\"#lesson", lesson, "\">", words, "</a>") : words;
}

std::string spans_html(const std::vector<Span>& spans) {
  std::string out;
  for (const Span& span : spans) {
    const std::string words = report::escape(span.words);
    switch (span.kind) {
      case Span::Kind::text: out += words; break;
      case Span::Kind::code:
      case Span::Kind::number: out += "<code>" + words + "</code>"; break;
      case Span::Kind::strong: out += "<b>" + words + "</b>"; break;
      case Span::Kind::emphasis: out += "<i>" + words + "</i>"; break;
      case Span::Kind::link: out += link_html(span); break;
    }
  }
  return out;
}

std::string program_html(const Passage& passage) {
  std::string out;  // without text it shows more of the program before
  if (!passage.text.empty()) out += "<pre class=\"program\">" + escaped_lines(passage.text) + "</pre>\n";
  if (!passage.text.empty() && passage.recording && passage.recording->nodes.size() <= 40)
    out += "<figure tabindex=\"0\">\n" + graph_svg(*passage.recording) + "</figure>\n";
  if (!passage.output.empty()) out += "<pre tabindex=\"0\">" + escaped_lines(passage.output) + "</pre>\n";
  return out;
}

std::string passages_html(const std::vector<Passage>& passages) {
  std::string out, list;  // the list that is open
  for (const Passage& passage : passages) {
    const std::string words = spans_html(passage.spans);
    const char* const wanted = passage.level > 0 ? "ol" : "ul";
    const std::string inside = passage.kind == Passage::Kind::item ? wanted : "";
    if (list != inside) {
      if (!list.empty()) out += "</" + list + ">\n";
      if (!inside.empty()) out += "<" + inside + ">\n";
      list = inside;
    }
    switch (passage.kind) {
      case Passage::Kind::heading:
        out += text("<h", passage.level + 1, ">", words, "</h", passage.level + 1, ">\n");
        break;
      case Passage::Kind::paragraph: out += "<p>" + words + "</p>\n"; break;
      case Passage::Kind::item: out += "<li>" + words + "</li>\n"; break;
      case Passage::Kind::code: out += "<pre>" + escaped_lines(passage.text) + "</pre>\n"; break;
      case Passage::Kind::program: out += program_html(passage); break;
      case Passage::Kind::question:
        out += "<details><summary>" + words + "</summary>\n" + passages_html(passage.answer) + "</details>\n";
        break;
    }
  }
  if (!list.empty()) out += "</" + list + ">\n";
  return out;
}

// ---- Markdown

std::string spans_markdown(const std::vector<Span>& spans) {
  std::string out;
  for (const Span& span : spans) {
    switch (span.kind) {
      case Span::Kind::text: out += span.words; break;
      case Span::Kind::code:
      case Span::Kind::number: out += "`" + span.words + "`"; break;
      case Span::Kind::strong: out += "**" + span.words + "**"; break;
      case Span::Kind::emphasis: out += "*" + span.words + "*"; break;
      case Span::Kind::link: out += "[" + span.words + "](" + span.target + ")"; break;
    }
  }
  return out;
}

void put_markdown(std::string& out, const std::vector<Passage>& passages,
                  std::vector<const std::vector<Passage>*>& answers) {
  bool item = false;
  for (const Passage& passage : passages) {
    const std::string words = spans_markdown(passage.spans);
    const bool was_item = std::exchange(item, passage.kind == Passage::Kind::item);
    if (!(item && was_item)) out += '\n';
    switch (passage.kind) {
      case Passage::Kind::heading: out += std::string(size_t(passage.level), '#') + ' ' + words + '\n'; break;
      case Passage::Kind::paragraph: out += words + '\n'; break;
      case Passage::Kind::item: out += (passage.level ? text(passage.level, ". ") : "- ") + words + '\n'; break;
      case Passage::Kind::code: out += "```\n" + passage.text + "```\n"; break;
      case Passage::Kind::program:
        if (!passage.text.empty()) out += "```python\n" + passage.text + "```\n";
        break;
      case Passage::Kind::question:
        answers.push_back(&passage.answer);
        out += text("**Question ", answers.size(), ".** ", words, '\n');
        break;
    }
    if (!passage.output.empty()) out += "\n```text\n" + passage.output + "```\n";
  }
}

}  // namespace

std::string lessons_html(const std::vector<Lesson>& read) {
  std::string out =
      "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n<title>How autograd works</title>\n"
      "<style>body{margin:0 auto;max-width:46rem;padding:1rem;font:17px/1.55 system-ui,sans-serif;background:#fff;"
      "color:#1c2128}figure{margin:0;overflow-x:auto}pre{overflow-x:auto;font-size:14px;line-height:1.4}"
      ".program{border-left:4px solid #2f6fb5;padding-left:.8rem}details{margin:1rem 0}summary{font-weight:600}"
      "@media(prefers-color-scheme:dark){body{background:#14171b;color:#e6e9ed}a{color:#7db4ee}}"
      "@media print{section{break-before:page}pre{white-space:pre-wrap}}</style>\n";
  for (const Lesson& lesson : read)
    out += text("<section id=\"lesson", lesson.number, "\">\n<h1>", lesson.number, ". ", report::escape(lesson.title),
                "</h1>\n") +
           passages_html(lesson.passages) + "</section>\n";
  return out + "</html>\n";
}

std::string lesson_markdown(const Lesson& read) {
  std::string out = text("# ", read.number, ". ", read.title, "\n");
  std::vector<const std::vector<Passage>*> answers;
  put_markdown(out, read.passages, answers);
  if (!answers.empty()) out += "\n## Answers\n";
  for (size_t i = 0; i < answers.size(); ++i) {
    out += text("\n**", i + 1, ".**");
    std::vector<const std::vector<Passage>*> none;
    put_markdown(out, *answers[i], none);
  }
  return out;
}

}  // namespace skew::explorer
