// The book: each program runs and agrees with differences, each number is computed, each link leads somewhere; as text,
// Markdown, HTML and JSON. That Node computes the same: module_test.cpp.
#include <filesystem>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>

#include "apps/explorer/lessons/reader.h"
#include "apps/formats/utf8.h"
#include "core/error.h"
#include "tests/apps/explorer/programs.h"

using namespace skew;
using namespace skew::explorer;
using Catch::Matchers::Contains;
namespace fs = std::filesystem;

namespace {

const fs::path book = SKEW_SOURCE_DIR "/docs/lessons";

std::string words_of_file(const fs::path& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Every passage, those of answers too.
void each(const std::vector<Passage>& passages, const std::function<void(const Passage&)>& look) {
  for (const Passage& passage : passages) {
    look(passage);
    each(passage.answer, look);
  }
}

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> out;
  for (std::string line; std::getline(in, line);) out.push_back(line);
  return out;
}

std::vector<std::shared_ptr<const Recording>> recordings_of(const Lesson& read) {
  std::vector<std::shared_ptr<const Recording>> out;
  each(read.passages, [&](const Passage& p) {
    if (p.recording) out.push_back(p.recording);
  });
  return out;
}

}  // namespace

TEST_CASE("ten lessons: programs run, gradients agree with differences, numbers are computed") {
  REQUIRE(lessons().size() == 10);
  size_t programs = 0, numbers = 0, questions = 0;
  for (const Lesson& lesson : lessons()) {
    INFO(lesson.file);
    const Lesson read = read_lesson(lesson);
    size_t of_this = 0;
    each(read.passages, [&](const Passage& p) {
      questions += p.kind == Passage::Kind::question;
      for (const Span& span : p.spans) {
        if (span.kind != Span::Kind::number) continue;
        ++numbers;
        INFO(span.words);
        CHECK(span.words.find(" = ") != std::string::npos);
        CHECK(span.words.find('?') == std::string::npos);
        CHECK_FALSE(span.words.ends_with(" = "));
      }
      if (p.kind != Passage::Kind::program) return;
      ++of_this;
      REQUIRE(p.recording);
      CHECK_FALSE(p.recording->failed);
      if (p.recording->first_not_finite < 0) CHECK(all_ok(*p.recording));
    });
    CHECK(of_this >= 3);
    programs += of_this;
  }
  CHECK(numbers >= 40);
  CHECK(questions >= 30);
  std::printf("lessons: %zu programs, %zu numbers, %zu questions\n", programs, numbers, questions);
}

TEST_CASE("a lesson in a terminal is 80 columns wide at most, and plain where nobody wants colour") {
  for (const Lesson& lesson : lessons()) {
    const std::string plain = lesson_text(read_lesson(lesson)), styled = lesson_text(read_lesson(lesson), true);
    for (const std::string& line : lines_of(plain)) {
      INFO(lesson.file << ": " << line);
      CHECK(report::column_width(line) <= 80);
    }
    CHECK(plain.find('\x1b') == std::string::npos);
    CHECK(styled.find("\x1b[1m") != std::string::npos);
    CHECK(plain.find(" = ?") == std::string::npos);
    CHECK_THAT(plain, Contains("Questions") && Contains("\nAnswers\n"));
  }
}

TEST_CASE("a number with a point in the text stands in a program of the lesson: none was computed by hand") {
  const std::regex number(R"(\d+\.\d+)");
  for (const Lesson& lesson : lessons()) {
    std::string programs;
    each(lesson.passages, [&](const Passage& p) { programs += p.text; });
    each(lesson.passages, [&](const Passage& p) {
      for (const Span& span : p.spans) {
        if (span.kind == Span::Kind::number || span.kind == Span::Kind::link) continue;
        for (std::sregex_iterator at(span.words.begin(), span.words.end(), number), end; at != end; ++at) {
          INFO(lesson.file << ": " << at->str());
          CHECK(programs.find(at->str()) != std::string::npos);
        }
      }
    });
  }
}

TEST_CASE("every link of the book leads to a file, every lesson to the next") {
  const std::regex link(R"(\]\(([^)]+)\))");
  size_t links = 0;
  for (const auto& entry : fs::directory_iterator(book)) {
    const std::string text = words_of_file(entry.path());
    for (std::sregex_iterator at(text.begin(), text.end(), link), end; at != end; ++at) {
      const std::string target = (*at)[1];
      INFO(entry.path().filename().string() << " → " << target);
      CHECK(fs::exists(book / target));
      ++links;
    }
  }
  CHECK(links >= 30);
  const std::string contents = words_of_file(book / "README.md");
  for (size_t i = 0; i < lessons().size(); ++i) {
    CHECK(lessons()[i].number == int(i) + 1);
    CHECK_THAT(contents, Contains(text(i + 1, ". [", lessons()[i].title, "](", lessons()[i].file, ")")));
    if (i > 0) CHECK_THAT(words_of_file(book / lessons()[i - 1].file), Contains("(" + lessons()[i].file + ")"));
  }
}

TEST_CASE("the book in the program is the book in the folder") {
  for (const BookFile& file : book_files) CHECK(words_of_file(book / file.name) == file.text);
}

TEST_CASE("RAL in twelve ops and in one: the same loss, the same gradients, fewer bytes") {
  const auto all = recordings_of(read_lesson(lesson_numbered(10)));
  const Recording &small = *all[0], &fused = *all[1];
  const auto count_and_bytes = [](const Recording& r) {
    std::pair<size_t, size_t> out;
    for (const RecordedNode& node : r.nodes) {
      out.first += node.kind == RecordedNode::Kind::op;
      out.second += node.bytes;
    }
    return out;
  };
  CHECK(count_and_bytes(small).first == 12);
  CHECK(count_and_bytes(fused).first == 1);
  CHECK(count_and_bytes(small).second > 4 * count_and_bytes(fused).second);
  const auto grads = [](const Recording& r) { return r.nodes[size_t(r.find("z"))].grad.doubles(); };
  CHECK(value_of(small, "L") == Approx(value_of(fused, "L")).epsilon(1e-12));
  for (size_t i = 0; i < 4; ++i) CHECK(grads(small)[i] == Approx(grads(fused)[i]).epsilon(1e-12));
}

TEST_CASE("what a lesson's Markdown means, and what is wrong with it") {
  const std::string head = "# 7. Title\n\n", program = "```python run\na = 3.0\nL = a*a\nprint(1)\nL.backward()\n```\n";
  const auto parsed = [&](const std::string& body) { return parse_lesson("7-x.md", head + body); };
  const Lesson l = read_lesson(parsed(
      program +
      "One **two** *three* `f(x)` [five](6-y.md)\nsix `a.grad = ?`, `routes(a) = ?`, `bytes() = ?`.\n\n- x\n- y\n"
      "  z\n1. one\n\n```python run more check\nprint(2)\n```\n<details>\n<summary>Why?</summary>\n\n"
      "`nodes() = ?`\n\n</details>\n"));
  CHECK(l.title == "Title");
  REQUIRE(l.passages.size() == 7);
  std::string kinds, words;
  for (const Span& span : l.passages[1].spans) {
    kinds += "tcsel#"[int(span.kind)];
    words += span.words;
  }
  CHECK(kinds == "tstetctlt#t#t#t");
  CHECK(words == "One two three f(x) five six a.grad = 6, routes(a) = 2, bytes() = 16.");
  CHECK(l.passages[3].spans[0].words == "y z");
  CHECK(l.passages[4].level == 1);
  CHECK(l.passages[0].output == "1\n");
  CHECK(l.passages[5].output.starts_with("2\ncheck"));  // and not what the program before it printed
  CHECK(l.passages[5].whole.ends_with("L.backward()\nprint(2)\n"));
  CHECK(l.passages[6].answer[0].spans[0].words == "nodes() = 2");
  const std::vector<std::pair<std::string, const char*>> mistakes = {
      {"```python run\na = 1.0\n", "7-x.md:5: this code is never closed"},
      {"```python run tabel\n```\n", "unknown word after ```python run 'tabel'; did you mean 'table'?"},
      {"<details>\nx\n</details>\n", "expected <summary>the question</summary> in one line"},
      {"<details>\n<summary>x</summary>\n\ny\n", "expected </details>"},
      {"##x\n", "expected a blank and a title after #"}};
  for (const auto& [body, message] : mistakes) CHECK_THROWS_WITH(parsed(body), Contains(message));
  CHECK_THROWS_WITH(parse_lesson("7-x.md", "# 8. Title\n"), Contains("expected the title to begin with 7. "));
  CHECK_THROWS_WITH(parse_lesson("7-x.md", "Title\n"), Contains("expected a title"));
  CHECK_THROWS_WITH(read_lesson(parsed("`a = ?`\n")), Contains("has no program before it"));
  CHECK_THROWS_WITH(read_lesson(parsed(program + "`b.grad = ?`\n")), Contains("unknown name 'b'"));
  CHECK_THROWS_WITH(read_lesson(parsed("```python run\na = (\n```\n")), Contains("never closed"));
  CHECK_THROWS_WITH(lesson_numbered(11), Contains("there is no lesson 11; the book has 1 to 10"));
}

TEST_CASE("the book as one page, as Markdown and as JSON holds what the terminal shows") {
  std::vector<Lesson> read;
  for (const Lesson& lesson : lessons()) read.push_back(read_lesson(lesson));
  const std::string html = lessons_html(read);
  for (const char* outside : {"<script", "https://", " src=", "@import", "url("})
    CHECK(html.find(outside) == html.npos);
  for (const Lesson& lesson : read) {
    CHECK_THAT(html, Contains(text("<section id=\"lesson", lesson.number, "\">")));
    const nlohmann::json json = nlohmann::json::parse(lesson_json(lesson));
    CHECK(json["passages"].size() == lesson.passages.size());
    CHECK(json["title"] == lesson.title);
    const std::string markdown = lesson_markdown(lesson);
    CHECK(markdown.find(" = ?") == markdown.npos);
    CHECK_THAT(markdown, Contains("## Answers"));
  }
  const std::regex target("href=\"#([^\"]+)\"");
  for (std::sregex_iterator at(html.begin(), html.end(), target), end; at != end; ++at)
    CHECK(html.find("id=\"" + (*at)[1].str() + "\"") != html.npos);
  Lesson hostile = read[0];
  hostile.title = hostile.passages[0].spans[0].words = "<img src=x onerror=hit=1>";
  CHECK(lessons_html({hostile}).find("<img") == std::string::npos);
  std::printf("book.html: %zu bytes\n", html.size());
}
