// Statements, line by line; expressions: expression_parser.h.
#include "apps/explorer/parser.h"

#include "apps/explorer/expression_parser.h"

namespace skew::explorer {
namespace {

class Parser : ExpressionParser {
 public:
  Parser(std::string_view source, std::vector<Token> words) : ExpressionParser(source, std::move(words)) {}

  std::vector<Statement> program() {
    std::vector<Statement> out;
    while (now().kind != TokenKind::end) line(out);
    return out;
  }

 private:
  void line(std::vector<Statement>& out) {
    const Deeper deeper(*this);
    if (now().kind == TokenKind::line_end) {
      ++at_;
      return;
    }
    if (now().kind == TokenKind::indent) wrong("this line is indented, but belongs to no block");
    if (now().is("@") || now().is_word("def")) return out.push_back(function());
    if (now().is_word("for")) return out.push_back(loop());
    if (now().is_word("with")) return out.push_back(with());
    simple(out);
  }

  // a = 1; b = 2
  void simple(std::vector<Statement>& out) {
    do {
      if (now().kind == TokenKind::line_end) break;
      out.push_back(small());
    } while (take(";"));
    if (now().kind != TokenKind::line_end) unexpected("the end of the line or ';'");
    ++at_;
  }

  Statement small() {
    const Place place = now().place;
    if (now().is_word("import") || now().is_word("from")) return import();
    if (now().is_word("pass")) {
      ++at_;
      return {Statement::Kind::nothing, place};
    }
    if (now().is_word("return")) {
      ++at_;
      Statement s{Statement::Kind::result, place};
      if (now().kind != TokenKind::line_end && !now().is(";")) s.value = expressions();
      return s;
    }
    if (now().kind == TokenKind::name && foreign_words().contains(now().words)) unexpected("a statement");
    ExpressionPtr first = expressions();
    if (now().is(":") && now(1).kind == TokenKind::name) {  // a hint of a type says nothing here: a: Tensor = …
      at_ += 2;
    }
    if (now().is("=")) return assignment(std::move(first), place);
    for (const char* sign : {"+=", "-=", "*=", "/=", "**=", "@="})
      if (take(sign)) {
        Statement s{Statement::Kind::augment, place};
        s.words = std::string(sign).substr(0, std::string_view(sign).size() - 1);
        check_target(*first);
        s.target = std::move(first);
        s.value = expressions();
        return s;
      }
    Statement s{Statement::Kind::evaluate, place};
    s.value = std::move(first);
    return s;
  }

  Statement assignment(ExpressionPtr target, Place place) {
    expect("=");
    if (now().kind == TokenKind::line_end) unexpected("a value");
    check_target(*target);
    Statement s{Statement::Kind::assign, place};
    s.target = std::move(target);
    s.value = expressions();
    if (now().is("=")) wrong("assign to one name a statement: a = 1; b = 1");
    return s;
  }

  void check_target(const Expression& e) const {
    if (e.kind == Expression::Kind::tuple || e.kind == Expression::Kind::list) {
      for (const ExpressionPtr& part : e.parts) check_target(*part);
      return;
    }
    if (e.kind != Expression::Kind::name && e.kind != Expression::Kind::attribute)
      fail(source_, e.place, "only a name, or a tensor's .data or .grad, can be assigned to");
  }

  // import torch.nn as nn; from micrograd.engine import Value
  Statement import() {
    Statement s{Statement::Kind::import, now().place};
    const bool from = words_[at_++].words == "from";
    const auto path = [&] {
      std::string words = name("the name of a module");
      while (take(".")) words += "." + name("the name of a module");
      return words;
    };
    std::string module = path();
    if (from) {
      if (!now().is_word("import")) unexpected("'import'");
      ++at_;
      if (take("*")) return s;
    }
    const bool brackets = from && take("(");
    do {
      std::string meaning = from ? module + "." + name("a name") : module;
      if (!from && !s.names.empty()) meaning = path();
      std::string called = from ? meaning.substr(meaning.rfind('.') + 1) : meaning.substr(0, meaning.find('.'));
      const bool renamed = now().is_word("as");
      if (renamed) {
        ++at_;
        called = name("a name");
      }
      s.names.push_back(called);
      s.names.push_back(from || renamed ? meaning : called);  // `import torch.nn` makes torch known
    } while (take(","));
    if (brackets) expect(")");
    return s;
  }

  // The lines below a colon, or what follows it on its line.
  std::vector<Statement> block(const char* of) {
    expect(":");
    std::vector<Statement> body;
    if (now().kind != TokenKind::line_end) {
      simple(body);
      return body;
    }
    ++at_;
    if (now().kind != TokenKind::indent) wrong(text("expected an indented line: what ", of, " does"));
    ++at_;
    while (now().kind != TokenKind::dedent && now().kind != TokenKind::end) line(body);
    if (now().kind == TokenKind::dedent) ++at_;
    return body;
  }

  Statement loop() {
    Statement s{Statement::Kind::loop, now().place};
    ++at_;
    s.words = name("the loop's variable");
    if (!now().is_word("in")) unexpected("'in'");
    ++at_;
    s.value = expression();
    s.body = block("the loop");
    return s;
  }

  Statement with() {
    Statement s{Statement::Kind::with, now().place};
    ++at_;
    s.value = expression();
    s.body = block("the block");
    return s;
  }

  Statement function() {
    Statement s{Statement::Kind::define, now().place};
    if (take("@")) {
      const Place place = now().place;
      if (name("backward") != "backward")
        fail(source_, place, "the only decorator is @backward, for a rule of your own");
      s.rule = true;
      if (take("(")) {
        if (now().kind != TokenKind::string) unexpected("the name of an op, in quotes");
        s.rule_of = words_[at_++].words;
        expect(")");
      }
      if (now().kind == TokenKind::line_end) ++at_;
      if (!now().is_word("def")) unexpected("'def'");
    }
    ++at_;
    s.words = name("the function's name");
    expect("(");
    while (!now().is(")")) {
      s.names.push_back(name("a parameter"));
      if (take(":")) name("a type");
      if (now().is("=")) wrong("parameters have no defaults here; pass every one");
      if (!take(",")) break;
    }
    expect(")");
    if (take("->")) name("a type");
    if (in_function_) wrong("functions stand beside each other, not within one another");
    in_function_ = true;
    s.body = block("the function");
    in_function_ = false;
    for (const Statement& inside : s.body)
      if (inside.kind == Statement::Kind::loop)
        fail(source_, inside.place, "a function's body is straight: loop outside and call it there");
    return s;
  }

  bool in_function_ = false;
};

}  // namespace

std::vector<Statement> parse(std::string_view program) { return Parser(program, tokens(program)).program(); }

}  // namespace skew::explorer
