// Expressions, by recursive descent.
#include "apps/explorer/expression_parser.h"

#include <algorithm>

namespace skew::explorer {
namespace {

using Form = Expression::Kind;

ExpressionPtr node(Form kind, Place place, std::string words = "") {
  auto e = std::make_unique<Expression>();
  e->kind = kind;
  e->place = place;
  e->words = std::move(words);
  return e;
}

ExpressionPtr with_parts(Form kind, Place place, std::string words, ExpressionPtr a, ExpressionPtr b = nullptr) {
  ExpressionPtr e = node(kind, place, std::move(words));
  e->parts.push_back(std::move(a));
  if (b) e->parts.push_back(std::move(b));
  return e;
}

}  // namespace

const std::map<std::string, std::string>& foreign_words() {
  static const std::map<std::string, std::string> words = {
      {"while", "loops are `for NAME in range(n):` here, so that each one ends"},
      {"if", "there is no `if`: choose between tensors with where(condition, a, b)"},
      {"class", "there are no classes: write functions with `def`"},
      {"lambda", "there is no `lambda`: write a function with `def`"},
      {"try", "there is no `try`: an error ends the program and is shown"},
      {"global", "functions see the names outside, and set none of them"},
      {"nonlocal", "functions see the names outside, and set none of them"},
      {"del", "names stay until the program ends"},
      {"assert", "there is no `assert`: `skew autograd check` compares gradients"},
      {"yield", "functions return tensors"},
      {"async", "there is no `async`"},
      {"else", "there is no `if`, and so no `else`: choose between tensors with where(condition, a, b)"},
      {"elif", "there is no `if`: choose between tensors with where(condition, a, b)"},
  };
  return words;
}

ExpressionPtr ExpressionParser::alone() {
  ExpressionPtr e = expressions();
  if (now().kind != TokenKind::line_end) unexpected("the end of the braces");
  return e;
}

// ---- words -------------------------------------------------------------------------------------------------------

bool ExpressionParser::take(std::string_view sign) {
  if (!now().is(sign)) return false;
  ++at_;
  return true;
}

void ExpressionParser::expect(std::string_view sign) {
  if (!take(sign)) unexpected(text("'", sign, "'"));
}

std::string ExpressionParser::name(const char* what) {
  if (now().kind != TokenKind::name) unexpected(what);
  return words_[at_++].words;
}

void ExpressionParser::unexpected(const std::string& wanted) const {
  const auto known = now().kind == TokenKind::name ? foreign_words().find(now().words) : foreign_words().end();
  if (known != foreign_words().end()) wrong(known->second);
  wrong(text("expected ", wanted, ", found ", words_of(now())));
}

// ---- rules -------------------------------------------------------------------------------------------------------

ExpressionPtr ExpressionParser::expressions() {  // a, b
  const Place place = now().place;
  ExpressionPtr first = expression();
  if (!now().is(",")) return first;
  ExpressionPtr all = with_parts(Form::tuple, place, "", std::move(first));
  while (take(",")) {
    if (now().kind == TokenKind::line_end || now().is("=") || now().is(")")) break;
    all->parts.push_back(expression());
  }
  return all;
}

ExpressionPtr ExpressionParser::expression() {
  const Deeper deeper(*this);
  ExpressionPtr e = comparison();
  if (now().is_word("if")) unexpected("the end of the line");
  if (now().is_word("and") || now().is_word("or"))
    wrong("there is no `and` and no `or`: multiply or add conditions inside where()");
  if (now().is_word("for")) wrong("write a `for` loop of its own; lists are written out here");
  return e;
}

ExpressionPtr ExpressionParser::comparison() {
  ExpressionPtr e = sum();
  for (const char* sign : {"<", "<=", ">", ">=", "==", "!="}) {
    const Place place = now().place;
    if (!take(sign)) continue;
    e = with_parts(Form::binary, place, sign, std::move(e), sum());
    break;
  }
  return e;
}

// One level of operators that group from the left.
ExpressionPtr ExpressionParser::from_the_left(std::initializer_list<const char*> signs,
                                              ExpressionPtr (ExpressionParser::*next)()) {
  ExpressionPtr e = (this->*next)();
  int operators = 0;
  for (bool more = true; more;) {
    more = false;
    for (const char* sign : signs) {
      const Place place = now().place;
      if (!take(sign)) continue;
      e = with_parts(Form::binary, place, sign, std::move(e), (this->*next)());
      if (++operators > 500) wrong("this is too long; give parts of it names");
      more = true;
    }
  }
  return e;
}

ExpressionPtr ExpressionParser::sum() { return from_the_left({"+", "-"}, &ExpressionParser::product); }
ExpressionPtr ExpressionParser::product() {
  return from_the_left({"*", "/", "@", "//", "%"}, &ExpressionParser::unary);
}

ExpressionPtr ExpressionParser::unary() {
  const Deeper deeper(*this);
  const Place place = now().place;
  for (const char* sign : {"-", "+"})
    if (take(sign)) return with_parts(Form::unary, place, sign, unary());
  return power();
}

// -a**2 is -(a**2), a**-2 works, a**b**c is a**(b**c)
ExpressionPtr ExpressionParser::power() {
  ExpressionPtr base = postfix();
  const Place place = now().place;
  return take("**") ? with_parts(Form::binary, place, "**", std::move(base), unary()) : std::move(base);
}

ExpressionPtr ExpressionParser::postfix() {
  ExpressionPtr e = atom();
  for (int links = 0;; ++links) {
    if (links > 100) wrong("this chain is too long; give parts of it names");
    const Place place = now().place;
    if (take("(")) {
      const Place called = e->place;
      e = with_parts(Form::call, called, "", std::move(e));
      arguments(*e);
    } else if (take("[")) {
      e = with_parts(Form::subscript, place, "", std::move(e));
      subscripts(*e);
    } else if (take(".")) {
      const Place at = now().place;
      e = with_parts(Form::attribute, at, name("a name after the point"), std::move(e));
    } else {
      return e;
    }
  }
}

void ExpressionParser::arguments(Expression& call) {
  while (!now().is(")")) {
    Argument argument;
    argument.place = now().place;
    if (now().is("*") || now().is("**")) wrong("arguments are written out here, without *");
    if (now().kind == TokenKind::name && now(1).is("=")) {
      argument.name = name("a name");
      expect("=");
    }
    argument.value = expression();
    call.arguments.push_back(std::move(argument));
    if (!take(",")) break;
  }
  if (!take(")")) unexpected("',' or ')'");
}

void ExpressionParser::subscripts(Expression& subscript) {
  do {
    if (now().is("]")) break;
    const Place place = now().place;
    if (take("...")) {
      subscript.parts.push_back(node(Form::constant, place, "..."));
      continue;
    }
    ExpressionPtr start = now().is(":") ? nullptr : expression();
    if (!now().is(":")) {
      subscript.parts.push_back(std::move(start));
      continue;
    }
    ExpressionPtr slice = node(Form::slice, place);
    slice->parts.push_back(std::move(start));
    for (int i = 0; i < 2; ++i) {
      const bool colon = take(":");
      const bool empty = !colon || now().is(":") || now().is(",") || now().is("]");
      slice->parts.push_back(empty ? nullptr : expression());
    }
    subscript.parts.push_back(std::move(slice));
  } while (take(","));
  if (!take("]")) unexpected("',' or ']'");
}

ExpressionPtr ExpressionParser::atom() {
  const Token token = now();
  switch (token.kind) {
    case TokenKind::number: {
      ++at_;
      ExpressionPtr e = node(Form::number, token.place, token.words);
      e->number = token.number;
      e->whole = token.whole;
      return e;
    }
    case TokenKind::string: {
      ++at_;
      ExpressionPtr e = node(Form::string, token.place, token.words);
      while (now().kind == TokenKind::string) e->words += words_[at_++].words;  // texts side by side are one
      return e;
    }
    case TokenKind::format: ++at_; return format(token);
    case TokenKind::name:
      if (foreign_words().contains(token.words) || token.words == "not") unexpected("a value");
      ++at_;
      if (token.words == "None" || token.words == "True" || token.words == "False")
        return node(Form::constant, token.place, token.words);
      return node(Form::name, token.place, token.words);
    default: break;
  }
  if (take("(")) {
    if (take(")")) return node(Form::tuple, token.place);
    ExpressionPtr e = expressions();
    if (!take(")")) unexpected("')'");
    return e;
  }
  if (take("[")) {
    ExpressionPtr e = node(Form::list, token.place);
    while (!now().is("]")) {
      e->parts.push_back(expression());
      if (!take(",")) break;
    }
    if (!take("]")) unexpected("',' or ']'");
    return e;
  }
  unexpected("a value");
}

// f"{a.grad:.4f}": texts and values in turn, {{ is a brace.
ExpressionPtr ExpressionParser::format(const Token& token) {
  ExpressionPtr e = node(Form::format, token.place);
  const std::string& words = token.words;
  std::string plain;
  const auto flush = [&] {
    if (!plain.empty()) e->parts.push_back(node(Form::string, token.place, plain));
    plain.clear();
  };
  for (size_t i = 0; i < words.size(); ++i) {
    const bool brace = words[i] == '{' || words[i] == '}';
    if (!brace) {
      plain += words[i];
    } else if (i + 1 < words.size() && words[i + 1] == words[i]) {
      plain += words[i++];
    } else {
      const size_t close = words.find('}', i);
      if (words[i] == '}') fail(source_, token.place, "a '}' without '{' in this text; write }} for a brace");
      if (close == words.npos) fail(source_, token.place, "a '{' without '}' in this text");
      if (close > i && words[close - 1] == '=') plain += words.substr(i + 1, close - i - 1);  // {x=} says its name, too
      flush();
      e->parts.push_back(value_in(token, i, close));
      i = close;
    }
  }
  flush();
  return e;
}

// What stands between two braces of a text: an expression and, behind a colon, its form.
ExpressionPtr ExpressionParser::value_in(const Token& token, size_t open, size_t close) {
  if (in_text_) fail(source_, token.place, "texts with values do not stand inside each other");
  std::string inside = token.words.substr(open + 1, close - open - 1), form;
  int depth = 0;
  for (size_t k = 0; k < inside.size(); ++k) {
    depth += inside[k] == '[' || inside[k] == '(';
    depth -= inside[k] == ']' || inside[k] == ')';
    if (inside[k] != ':' || depth != 0) continue;
    form = inside.substr(k + 1);
    inside.resize(k);
    break;
  }
  if (inside.ends_with('=')) inside.pop_back();
  ExpressionParser inner(source_, tokens(inside, source_, {token.place.line, token.place.column + 3 + int(open)}));
  inner.in_text_ = true;
  inner.depth_ = depth_;
  return with_parts(Form::format, token.place, form, inner.alone());
}

}  // namespace skew::explorer
