// What a name can stand for while a program runs. Numbers stay numbers until they meet a tensor.
#pragma once
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "apps/explorer/syntax.h"
#include "core/tensor.h"

namespace skew::explorer {

struct Value;
using Values = std::vector<Value>;

struct Number {
  double value = 0;
  bool whole = false;  // written without a point
};
struct List {
  std::shared_ptr<const Values> items;
  bool tuple = false;
  int depth = 1;  // of lists within lists: limited, so that none of them exhausts the stack
};
// torch, math, F; or a function known by name: relu, torch.randn (dotted = "torch.randn").
struct Known {
  std::string dotted;
  std::string last() const { return dotted.substr(dotted.rfind('.') + 1); }
};
struct Function {
  const Statement* definition;
};
// x.relu, L.backward: what stands before the point, and the word behind it.
struct Method {
  std::shared_ptr<Value> self;
  std::string name;
};
// with scope("…"), with no_grad()
struct Block {
  enum class Kind { scope, no_grad } kind;
  std::string name;
};

struct Value {
  std::variant<std::nullptr_t, bool, Number, std::string, List, Tensor, Known, Function, Method, Block> is = nullptr;

  template <class T> const T* as() const { return std::get_if<T>(&is); }
  bool none() const { return std::holds_alternative<std::nullptr_t>(is); }
};

// Throws ValueError for lists nested more than deepest_list times.
constexpr int deepest_list = 16;
List list_of(Values items, bool tuple = false);

const char* kind_of(const Value& value);  // "a number": for messages

}  // namespace skew::explorer
