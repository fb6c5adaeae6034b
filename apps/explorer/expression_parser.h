// The part of the parser that reads expressions; parser.cpp adds statements. A function for each rule of the grammar,
// tightest binding last. The depth is limited, so that no program exhausts the stack.
#pragma once
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "apps/explorer/lexer.h"
#include "apps/explorer/syntax.h"

namespace skew::explorer {

// What Python has and this language has not: the word, and what to write instead.
const std::map<std::string, std::string>& foreign_words();

class ExpressionParser {
 public:
  ExpressionParser(std::string_view source, std::vector<Token> words) : source_(source), words_(std::move(words)) {}
  ExpressionPtr alone();  // of an expression that is all there is

 protected:
  // ---- words
  const Token& now(size_t ahead = 0) const { return words_[std::min(at_ + ahead, words_.size() - 1)]; }
  bool take(std::string_view sign);
  void expect(std::string_view sign);
  std::string name(const char* what);
  [[noreturn]] void wrong(const std::string& reason) const { fail(source_, now().place, reason); }
  [[noreturn]] void unexpected(const std::string& wanted) const;

  // As deep as functions call each other here: brackets within brackets count once for each.
  struct Deeper {
    ExpressionParser& parser;
    explicit Deeper(ExpressionParser& parser) : parser(parser) {
      if (++parser.depth_ > 200) parser.wrong("this is nested too deeply; give parts of it names");
    }
    ~Deeper() { --parser.depth_; }
  };

  // ---- rules
  ExpressionPtr expressions();  // a, b
  ExpressionPtr expression();

  std::string_view source_;
  std::vector<Token> words_;
  size_t at_ = 0;

 private:
  ExpressionPtr comparison();
  ExpressionPtr sum();
  ExpressionPtr product();
  ExpressionPtr unary();
  ExpressionPtr power();
  ExpressionPtr postfix();
  ExpressionPtr atom();
  ExpressionPtr list();
  ExpressionPtr text_of(const Token& token);
  ExpressionPtr format(const Token& token);
  ExpressionPtr value_in(const Token& token, size_t open, size_t close);
  ExpressionPtr from_the_left(std::initializer_list<const char*> signs, ExpressionPtr (ExpressionParser::*next)());
  void arguments(Expression& call);
  void subscripts(Expression& subscript);

  int depth_ = 0;
  bool in_text_ = false;
};

}  // namespace skew::explorer
