// Fifty programs with a mistake each.
#pragma once
#include <vector>

namespace skew::explorer {

struct Mistake {
  const char* program;
  int line, column;
  const char* words;  // that the message holds
};

// Shapes and numbers in the engine's own words; the rest in the language's.
inline const std::vector<Mistake>& mistakes() {
  static const std::vector<Mistake> all = {
      // ---- words and signs
      {"a = 3.0 $ 2", 1, 9, "'$' means nothing here"},
      {"a = 3.0\nb = a +", 2, 8, "expected a value, found the end of the line"},
      {"a = (3.0", 1, 5, "this bracket is never closed"},
      {"a = 3.0)", 1, 8, "')' closes nothing"},
      {"a = [1, 2)", 1, 10, "')' closes a '['; expected ']'"},
      {"a = 'x", 1, 5, "this text is never closed"},
      {"a = 1.2.3", 1, 8, "expected the end of the line or ';', found '0.3'"},
      {"a = 12ab", 1, 5, "'12a' is no number; a product is written 12*…"},
      {"a = 3.0^2", 1, 8, "'^' means nothing here; a power is `**`, as in x**2"},
      {"a = 3.0 b = 2.0", 1, 9, "expected the end of the line or ';', found 'b'"},
      {"3.0 = a", 1, 1, "only a name, or a tensor's .data or .grad, can be assigned to"},
      {"a = b = 1.0", 1, 7, "assign to one name a statement"},
      {"a =", 1, 4, "expected a value, found the end of the line"},
      {"  a = 1.0", 1, 3, "this line is indented, but belongs to no block"},
      {"for i in range(3):\na = 1.0", 2, 1, "expected an indented line: what the loop does"},
      {"for i in range(2):\n    a = 1.0\n  b = 2.0", 3, 3, "this line is indented like none of the blocks above it"},
      {"f(1, 2", 1, 2, "this bracket is never closed"},
      {"a = relu(1.0 2.0)", 1, 14, "expected ',' or ')', found '2.0'"},
      // ---- Python that is not here
      {"while True:\n  a = 1.0", 1, 1, "loops are `for NAME in range(n):` here, so that each one ends"},
      {"if a > 1:\n  b = 2.0", 1, 1, "choose between tensors with where(condition, a, b)"},
      {"a = 1.0 if b else 2.0", 1, 9, "choose between tensors with where(condition, a, b)"},
      {"class Net:\n  pass", 1, 1, "there are no classes: write functions with `def`"},
      {"f = lambda x: x", 1, 5, "write a function with `def`"},
      {"a = [i for i in range(3)]", 1, 8, "write a `for` loop of its own"},
      {"a = 1.0\nb = a and a", 2, 7, "there is no `and` and no `or`"},
      {"def f(x):\n  for i in range(3):\n    x = x*2\n  return x", 2, 3, "a function's body is straight"},
      {"def f(x, k=2):\n  return x", 1, 11, "parameters have no defaults here"},
      {"@property\ndef f(x): return x", 1, 2, "the only decorator is @backward"},
      // ---- names
      {"a = 1.0\nb = rleu(a)", 2, 5, "unknown name 'rleu'; did you mean 'relu'?"},
      {"a = 1.0\nb = a.tnah()", 2, 7, "a tensor has no .tnah; did you mean 'tanh'?"},
      {"alpha = 1.0\nb = aplha * 2", 2, 5, "unknown name 'aplha'; did you mean 'alpha'?"},
      {"b = torch.optimm(1.0)", 1, 11, "unknown name 'torch.optimm'"},
      {"a = 1.0\na.relu", 2, 1, "names a function and does not call it"},
      {"a = 1.0\na(2)", 2, 1, "only functions can be called; this is a tensor"},
      {"return 3", 1, 1, "'return' stands in no function"},
      // ---- arguments
      {"x = randn(1, 1, 4, 4)\ny = conv2d(x, x, strid=2)", 2, 5,
       "conv2d: unknown argument 'strid'; did you mean 'stride'?"},
      {"a = 1.0\nb = relu(a, 1, 2, 3)", 2, 5, "relu: too many arguments; it takes x"},
      {"a = 1.0\nb = add(a, a, a=a)", 2, 5, "add: a is given twice"},
      {"a = 1.0\nb = add(a, 'x')", 2, 5, "add: expected a tensor for b, got a text"},
      {"a = 1.0\nb = mul(a)", 2, 5, "mul: expected an input named 'b'"},
      {"x = randn(2.5)", 1, 5, "randn: expected whole lengths ≥ 0, got 2.5"},
      {"a = [[1, 2], [3]]", 1, 1, "list: expected rows of one length, got 2 and 1"},
      {"def f(x): return x\na = f(1.0, 2.0)", 2, 5, "f takes 1 arguments, got 2"},
      {"L = ral([[1.0]], [[1]], gamma_neg=-1)", 1, 5, "gamma_neg"},
      // ---- shapes and types, in the engine's words
      {"a = param(zeros(2, 3))\nb = param(zeros(4))\nc = a + b", 3, 7,
       "add: expected shapes that broadcast, got [2, 3] and [4]"},
      {"a = param(zeros(2, 3))\nc = a @ a", 2, 7, "matmul: "},
      {"x = zeros(1, 3, 4, 4)\nw = param(zeros(2, 4, 3, 3))\ny = conv2d(x, w)", 3, 5,
       "conv2d: expected weights for 3 input channels a group"},
      {"x = param(zeros(2, 3))\ny = x.reshape(4, 2)", 2, 7, "reshape: expected 6 elements"},
      {"x = zeros(3)\ny = x[5]", 2, 7, "index 5 is outside axis 0 of [3]"},
      {"a = 1.0\nb = sin(a)", 2, 5, "unknown name 'sin'; see `skew info`"},
      {"a = 1.0\nb = torch.sin(a)", 2, 11, "unknown name 'torch.sin'; see `skew info`"},
      {"a = 1.0\nb = a.sin()", 2, 7, "a tensor has no .sin; see `skew info`"},
      // ---- gradients
      {"a = param([1.0, 2.0])\na.backward()", 2, 3,
       "backward: expected a scalar, got [2]; reduce it first, or pass its gradient"},
      {"a = tensor(1.0)\nb = a*2\nb.backward()", 3, 3, "was not computed from anything that requires a gradient"},
      {"a = 1.0\na.grad = 5", 2, 3, "a gradient can be forgotten (None or 0), and comes from backward() alone"},
      {"a = 1.0\nb = a.grad * 2", 2, 12, "there is no gradient yet; call backward() first"},
  };
  return all;
}

}  // namespace skew::explorer
