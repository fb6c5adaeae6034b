// Running a lesson's programs in their order, and answering what stands between them.
#include "apps/explorer/lessons/reader.h"

#include <optional>

#include "apps/explorer/check.h"
#include "apps/explorer/interpreter.h"
#include "apps/explorer/routes.h"
#include "apps/explorer/views.h"
#include "core/error.h"

namespace skew::explorer {
namespace {

class LessonReader {
 public:
  void read(std::vector<Passage>& passages) {
    for (Passage& passage : passages) {
      if (passage.kind == Passage::Kind::program) run(passage);
      for (Span& span : passage.spans)
        if (span.kind == Span::Kind::number) span.words += " = " + answer(span.words);
      read(passage.answer);
    }
  }

 private:
  void run(Passage& passage) {
    interpreter_.reset();  // watches end in the reverse order of their beginning
    interpreter_.emplace(passage.whole, ProgramOptions{});
    interpreter_->run();
    Recording recording = interpreter_->recorder().recording();
    check_leaves(recording);
    check_rules(recording, recording.own_rules);
    name_culprits(recording);
    Recording shown = recording;  // without what the programs before it printed
    std::erase_if(shown.events, [&](const Event& event) {
      return event.kind == Event::Kind::print && event.place.line <= passage.lines_before;
    });
    const bool table = !passage.views.empty() && passage.views[0] == "table";
    for (const Event& event : shown.events)
      if (event.kind == Event::Kind::print && !table) passage.output += event.words + '\n';
    for (const std::string& view : passage.views) {
      if (view == "table") passage.output += table_text(shown);
      else if (view == "check") passage.output += check_text(shown);
      else passage.output += explanation_text(shown, explain(shown, view.substr(view.find('=') + 1)));
    }
    passage.output.erase(0, passage.output.find_first_not_of('\n'));
    recording_ = std::make_shared<const Recording>(std::move(recording));
    passage.recording = recording_;
  }

  std::string answer(const std::string& asked) {
    if (!interpreter_) throw ValueError(text("'", asked, " = ?' has no program before it"));
    const std::optional<std::string> known = fact(asked);
    return known ? *known : interpreter_->said(asked);
  }

  // What is no expression of the language: bytes(y), bytes(), nodes(), routes(a), not_finite().
  std::optional<std::string> fact(const std::string& asked) const {
    const size_t open = asked.find('(');
    if (open == asked.npos || !asked.ends_with(')')) return {};
    const std::string name = asked.substr(0, open), of = asked.substr(open + 1, asked.size() - open - 2);
    const Recording& r = *recording_;
    if (name == "nodes" && of.empty()) return text(r.nodes.size());
    if (name == "not_finite" && of.empty())
      return r.first_not_finite < 0 ? "nowhere" : r.nodes[size_t(r.first_not_finite)].label();
    if (name == "routes") return explain(r, of).routes.str();
    if (name != "bytes") return {};
    size_t bytes = 0;
    for (const RecordedNode& node : r.nodes)
      if (of.empty() || node.id == r.find(of)) bytes += node.bytes;
    return text(bytes);
  }

  std::optional<Interpreter> interpreter_;
  std::shared_ptr<const Recording> recording_;
};

}  // namespace

Lesson read_lesson(const Lesson& lesson) {
  Lesson out = lesson;
  LessonReader().read(out.passages);
  return out;
}

}  // namespace skew::explorer
