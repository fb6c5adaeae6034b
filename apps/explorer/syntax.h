// A program as a tree: what the parser makes of words, and the interpreter runs. Read next: parser.h, interpreter.h.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "apps/explorer/place.h"

namespace skew::explorer {

struct Expression;
using ExpressionPtr = std::unique_ptr<Expression>;

// An argument of a call: by place, or by name.
struct Argument {
  std::string name;  // empty: by place
  ExpressionPtr value;
  Place place;
};

struct Expression {
  enum class Kind {
    number,     // number, whole
    string,     // words
    format,     // parts: strings and expressions, the latter with the format in their `words` (".4f")
    constant,   // words: None, True, False
    name,       // words
    list,       // parts
    tuple,      // parts
    unary,      // words: - + not; parts[0]
    binary,     // words: + - * / // % ** @ < <= > >= == !=; parts[0], parts[1]
    call,       // parts[0] called with arguments
    attribute,  // parts[0] . words
    subscript,  // parts[0] [ parts[1] …]
    slice,      // parts: start, stop, step, each or null; only within a subscript
  };
  Kind kind;
  Place place;
  std::string words{};
  double number = 0;
  bool whole = false;
  std::vector<ExpressionPtr> parts{};
  std::vector<Argument> arguments{};
};

struct Statement {
  enum class Kind {
    assign,    // target = value; several targets: a tuple taken apart
    augment,   // target words value, where words is + - * / ** @
    evaluate,  // value
    import,    // words: the names that now stand for modules or functions
    with,      // value; body
    loop,      // words, the variable; value, what it runs over; body
    define,    // words, the function; names, its parameters; body; rule: whether it is a way back (@backward)
    result,    // return value, or none
    nothing,   // pass
  };
  Kind kind;
  Place place;
  std::string words{};
  std::vector<std::string> names{};
  ExpressionPtr target{}, value{};
  std::vector<Statement> body{};
  bool rule = false;
  std::string rule_of{};  // the op named in @backward("mul"); empty: told by the function's name, d_mul
};

}  // namespace skew::explorer
