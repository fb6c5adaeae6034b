// A lesson for the page.
#include "apps/explorer/json_text.h"
#include "apps/explorer/lessons/reader.h"

namespace skew::explorer {
namespace {

void put_spans(JsonText& json, const std::vector<Span>& spans) {
  constexpr const char* kinds[] = {"text", "code", "strong", "emphasis", "link", "number"};
  json.key("spans").open('[');
  for (const Span& span : spans)
    json.open('{')
        .key("kind")
        .value(kinds[int(span.kind)])
        .key("words")
        .value(span.words)
        .key("target")
        .value(span.target)
        .close('}');
  json.close(']');
}

void put_passages(JsonText& json, const std::vector<Passage>& passages) {
  constexpr const char* kinds[] = {"heading", "paragraph", "item", "code", "program", "question"};
  json.open('[');
  for (const Passage& passage : passages) {
    json.open('{').key("kind").value(kinds[int(passage.kind)]).key("level").value(passage.level);
    put_spans(json, passage.spans);
    json.key("text").value(passage.text).key("whole").value(passage.whole).key("output").value(passage.output);
    json.key("answer");
    put_passages(json, passage.answer);
    json.close('}');
  }
  json.close(']');
}

}  // namespace

std::string lesson_json(const Lesson& read) {
  JsonText json;
  json.open('{').key("number").value(read.number).key("title").value(read.title).key("passages");
  put_passages(json, read.passages);
  json.close('}');
  return json.str();
}

}  // namespace skew::explorer
