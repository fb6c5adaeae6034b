// Each maker draws its numbers so that a person can do it with a pencil: small whole numbers and halves, no zero
// factor. Draws are statements of their own: in which order a call's arguments are computed is each compiler's choice.
#include "apps/explorer/lessons/exercise_makers.h"

#include <cmath>

#include "apps/explorer/lessons/exercise_parts.h"

namespace skew::explorer {
namespace {

using namespace exercise_parts;

// ---- 1: a number that remembers

Exercise value_of_program(Generator& r) {
  const double a = whole(r, 2, 6), b = whole(r, 2, 6), c = whole(r, 1, 9);
  const std::string last = picked(r, {"e * 2.0", "e - a", "e * b"});
  return guess(leaf("a", a) + leaf("b", b) + leaf("c", c) + "d = a*b\ne = d + c\nL = " + last + "\nL.backward()\n", "L",
               "What is the value of L?", "Forward, each op is computed once, in the order of the lines.");
}

Exercise slope_of_product(Generator& r) {
  const double a = whole(r, 2, 9), b = whole(r, 2, 9);
  const bool of_a = r.below(2) == 0;
  return guess(leaf("a", a) + leaf("b", b) + "L = a*b\nL.backward()\n", of_a ? "a.grad" : "b.grad",
               of_a ? "What is the gradient of a?" : "What is the gradient of b?",
               "The slope of a product along one factor is the other factor.");
}

Exercise slope_of_square(Generator& r) {
  const double a = whole(r, 2, 9), k = whole(r, 1, 5);
  return guess(leaf("a", a) + "L = a**2 " + (k < 0 ? "- " : "+ ") + words_of(std::abs(k)) + "\nL.backward()\n",
               "a.grad", "What is the gradient of a?", "The square's slope is 2a; a constant that is added has none.");
}

// ---- 2: the chain rule as a walk

Exercise chain_of_two(Generator& r) {
  const double a = whole(r, 1, 4), b = whole(r, 2, 5), c = whole(r, 1, 6);
  const std::string asked = picked(r, {"a.grad", "b.grad", "c.grad"});
  return guess(
      leaf("a", a) + leaf("b", b) + leaf("c", c) + "d = a*b + c\nL = d**2\nL.backward()\n", asked,
      "What is the gradient of " + asked.substr(0, 1) + "?",
      "Start with 1 at L and multiply by one slope a step: 2d, then 1 through the sum, then the other factor.");
}

Exercise gradient_in_between(Generator& r) {
  const double a = whole(r, 2, 5), b = whole(r, 2, 5), k = whole(r, 2, 4);
  return guess(leaf("a", a) + leaf("b", b) + "c = a + b\nd = c * " + words_of(k) + "\nL = d**2\nL.backward()\n",
               "c.grad", "What is the gradient of c, in the middle of the way?",
               "What arrives at d, 2d, times the slope of d along c.");
}

Exercise rule_of_product(Generator& r) {
  const double a = whole(r, 2, 5);
  const double b = whole(r, 2, 5);
  return rule("mul", "g, a, b", "g*b, g*a", leaf("a", a) + leaf("b", b), "L = (a*b)**2\n",
              "g times the other factor: without g it is right only where g is 1.");
}

Exercise rule_of_tanh(Generator& r) {
  const double x = whole(r, 1, 2);
  return rule("tanh", "g, y", "g*(1 - y**2)", "x = param([0.5, " + shortest(x) + "])\n",
              "L = (tanh(x) * [2.0, 3.0]).sum()\n", "Its slope can be said by its result y: 1 − y².");
}

Exercise broken_chain(Generator& r) {
  const double a = whole(r, 2, 5);
  const double b = whole(r, 2, 5);
  const double c = whole(r, 1, 5);
  return broken(
      r, leaf("a", a) + leaf("b", b) + leaf("c", c) + "d = a*b\ne = d + c\nf = e**2\nL = f / 2.0\nL.backward()\n",
      {"mul", "add", "pow", "div"});
}

// ---- 3: why gradients add up

Exercise used_twice(Generator& r) {
  const double a = whole(r, 2, 6), b = whole(r, 2, 6);
  const std::string sign = picked(r, {"+", "-"});
  return guess(leaf("a", a) + leaf("b", b) + "c = a*b\nL = c " + sign + " a\nL.backward()\n", "a.grad",
               "What is the gradient of a, which is used twice?",
               "Two routes lead back to a; what they bring is added.");
}

Exercise backward_twice(Generator& r) {
  const double a = whole(r, 2, 6), b = whole(r, 2, 6);
  const int64_t calls = 2 + r.below(2);
  std::string program = leaf("a", a) + leaf("b", b) + "L = a*b\n";
  for (int64_t i = 0; i < calls; ++i) program += "L.backward()\n";
  return guess(program, "a.grad", "What is the gradient of a at the end?",
               "Each call of backward() adds once more to what is there already.");
}

Exercise zero_between(Generator& r) {
  const double a = whole(r, 2, 6), b = whole(r, 2, 6), c = whole(r, 2, 6);
  const std::string forget = picked(r, {"a.zero_grad()\n", "a.grad = None\n", "b.zero_grad()\n"});
  const bool of_a = forget.starts_with("a");
  return guess(
      leaf("a", a) + leaf("b", b) + leaf("c", c) + "L = a*b\nL.backward()\n" + forget + "M = a*c\nM.backward()\n",
      "a.grad", "What is the gradient of a at the end?",
      of_a ? "What L had brought to a is forgotten; only M's part, c, is left."
           : "Only b's gradient was forgotten: a has both parts, L's, which is b, and M's, which is c.");
}

Exercise broken_reuse(Generator& r) {
  const double a = whole(r, 2, 4);
  const double b = whole(r, 2, 4);
  return broken(r, leaf("a", a) + leaf("b", b) + "c = a*b\nd = c + a\ne = d - b\nL = e**2\nL.backward()\n",
                {"mul", "add", "sub", "pow"});
}

// ---- 4: one step down

Exercise one_step(Generator& r) {
  const double w = whole(r, 1, 6), t = whole(r, 1, 6) + 10;
  const std::string rate = picked(r, {"0.1", "0.25", "0.5"});
  return guess(leaf("w", w) + "L = (w - " + words_of(t) + ")**2\nL.backward()\nw -= " + rate + " * w.grad\n", "w",
               "What is w after the step?", "w − rate·w.grad, and w.grad is 2(w − target).");
}

Exercise two_steps(Generator& r) {
  const double w = whole(r, 1, 6);
  return guess(
      leaf("w", w) + "for i in range(2):\n    L = w**2\n    L.backward()\n    w -= 0.25 * w.grad\n    w.zero_grad()\n",
      "w", "What is w after two steps?", "The gradient is 2w, so each step takes half of w away.");
}

Exercise steps_without_zero(Generator& r) {
  const double w = 4 * whole(r, 1, 4);
  return guess(leaf("w", w) + "for i in range(2):\n    L = w**2\n    L.backward()\n    w -= 0.25 * w.grad\n", "w",
               "What is w after two steps? The gradient is not cleared between them.",
               "The second step goes along the sum of both gradients: it goes too far.");
}

Exercise broken_step(Generator& r) {
  const double w = whole(r, 1, 4);
  const double b = whole(r, 1, 4);
  return broken(r, leaf("w", w) + leaf("b", b) + "x = tensor(2.0)\ny = w*x + b\ne = y - 3.0\nL = e**2\nL.backward()\n",
                {"mul", "add", "sub", "pow"});
}

// ---- 5: broadcasting

Exercise broadcast_number(Generator& r) {
  const int n = 3 + int(r.below(2));
  const std::string x = numbers(r, {n}, 5);
  const double w = whole(r, 2, 5);
  return guess("x = tensor(" + x + ")\nw = " + words_of(w) + "\nL = (x * w).sum()\nL.backward()\n", "w.grad",
               "What is the gradient of w, which was stretched to all elements of x?",
               "Each copy of w gets the x beside it; on the way back the copies are added.");
}

Exercise broadcast_row(Generator& r) {
  const std::string x = numbers(r, {2, 3}, 4);
  const std::string weights = numbers(r, {2, 3}, 4);
  const int64_t i = r.below(3);
  return guess("x = tensor(" + x + ")\nb = param(zeros(3))\nL = ((x + b) * " + weights + ").sum()\nL.backward()\n",
               "b.grad[" + std::to_string(i) + "]", "What is the gradient of this element of b?",
               "b stood in both rows, so its gradient is the sum of g over the rows.");
}

Exercise broadcast_mean(Generator& r) {
  const int lengths[] = {2, 4, 5};
  const int n = lengths[r.below(3)];
  const std::string x = numbers(r, {n}, 6);
  return guess("x = param(" + x + ")\nL = (x * 10.0).mean()\nL.backward()\n", "x.grad[0]",
               "What is the gradient of the first element of x?", "mean() divides g among its elements.");
}

Exercise rule_of_sub(Generator& r) {
  const std::string a = numbers(r, {2, 2}, 4);
  const std::string b = numbers(r, {2, 2}, 4);
  return rule("sub", "g, a, b", "g, -g", "a = param(" + a + ")\nb = param(" + b + ")\n",
              "L = ((a - b) * [[1, 2], [3, 4]]).sum()\n", "b is taken away, so its gradient changes sign.");
}

// ---- 6: matrices

Exercise product_element(Generator& r) {
  const int64_t i = r.below(2), j = r.below(2);
  const std::string x = numbers(r, {2, 3}, 4);
  const std::string W = numbers(r, {3, 2}, 4);
  return guess("x = tensor(" + x + ")\nW = param(" + W + ")\ny = x @ W\nL = y.sum()\nL.backward()\n",
               "y[" + std::to_string(i) + "][" + std::to_string(j) + "]", "What is this element of y?",
               "A row of x times a column of W, summed.");
}

Exercise weight_gradient(Generator& r) {
  const std::string x = numbers(r, {2, 2}, 4);
  const std::string W = numbers(r, {2, 2}, 3);
  const std::string weights = numbers(r, {2, 2}, 3);
  const int64_t i = r.below(2);
  const int64_t j = r.below(2);
  return guess(
      "x = tensor(" + x + ")\nW = param(" + W + ")\ny = x @ W\nL = (y * " + weights + ").sum()\nL.backward()\n",
      "W.grad[" + std::to_string(i) + "][" + std::to_string(j) + "]", "What is the gradient of this element of W?",
      "W.grad = xᵀ @ g: a column of x times a column of g.");
}

Exercise rule_of_matmul(Generator& r) {
  const std::string a = numbers(r, {2, 3}, 3);
  const std::string b = numbers(r, {3, 2}, 3);
  return rule("matmul", "g, a, b", "g @ b.T, a.T @ g", "a = param(" + a + ")\nb = param(" + b + ")\n",
              "L = ((a @ b) * [[1, 2], [3, 4]]).sum()\n",
              "a[i][k] is used in every y[i][j], times b[k][j]: summed over j that is g @ b.T; likewise a.T @ g.");
}

Exercise bias_gradient(Generator& r) {
  const std::string x = numbers(r, {3, 2}, 3);
  const std::string W = numbers(r, {2, 2}, 3);
  const std::string weights = numbers(r, {3, 2}, 4);
  const int64_t i = r.below(2);
  return guess("x = tensor(" + x + ")\nW = param(" + W + ")\nb = param(zeros(2))\ny = linear(x, W, b)\nL = (y * " +
                   weights + ").sum()\nL.backward()\n",
               "b.grad[" + std::to_string(i) + "]", "What is the gradient of this element of the bias?",
               "The bias is added to every row: its gradient is the sum of g over the rows.");
}

// ---- 7: convolution

Exercise convolution_value(Generator& r) {
  const std::string x = numbers(r, {3, 3}, 3);
  const std::string w = numbers(r, {2, 2}, 3);
  const int64_t i = r.below(2);
  const int64_t j = r.below(2);
  return guess("x = tensor([[" + x + "]])\nw = param([[" + w + "]])\ny = conv2d(x, w)\nL = y.sum()\nL.backward()\n",
               "y[0][0][" + std::to_string(i) + "][" + std::to_string(j) + "]", "What is this element of the result?",
               "Lay the window on x there, multiply what lies on each other, add.");
}

Exercise kernel_gradient(Generator& r) {
  const std::string x = numbers(r, {3, 3}, 4);
  const std::string w = numbers(r, {2, 2}, 3);
  const int64_t i = r.below(2);
  const int64_t j = r.below(2);
  return guess("x = tensor([[" + x + "]])\nw = param([[" + w + "]])\ny = conv2d(x, w)\nL = y.sum()\nL.backward()\n",
               "w.grad[0][0][" + std::to_string(i) + "][" + std::to_string(j) + "]",
               "What is the gradient of this weight?",
               "Where g is 1, it is the sum of all elements of x that this weight lay on.");
}

Exercise image_gradient(Generator& r) {
  const std::string x = numbers(r, {3, 3}, 3);
  const std::string w = numbers(r, {2, 2}, 4);
  const int64_t i = r.below(3);
  const int64_t j = r.below(3);
  return guess("x = param([[" + x + "]])\nw = param([[" + w + "]])\ny = conv2d(x, w)\nL = y.sum()\nL.backward()\n",
               "x.grad[0][0][" + std::to_string(i) + "][" + std::to_string(j) + "]",
               "What is the gradient of this element of x?",
               "Where g is 1, it is the sum of all weights that lay on this element.");
}

Exercise broken_convolution(Generator& r) {
  const std::string x = numbers(r, {2, 2}, 2);
  const double w = whole(r, 1, 3);
  return broken(r,
                "x = param([[" + x + "]])\nw = param([[[[" + words_of(w) +
                    "]]]])\ny = conv2d(x, w)\nz = y * 2.0\nL = z.sum()\nL.backward()\n",
                {"conv2d", "mul", "sum"});
}

// ---- 8: batch norm

Exercise beta_gradient(Generator& r) {
  const std::string x = numbers(r, {3, 2}, 5);
  const std::string weights = numbers(r, {3, 2}, 4);
  const int64_t i = r.below(2);
  return guess("x = param(" + x +
                   ")\ngamma = param(ones(2)); beta = param(zeros(2))\ny = batch_norm(x, gamma, beta)\nL = (y * " +
                   weights + ").sum()\nL.backward()\n",
               "beta.grad[" + std::to_string(i) + "]", "What is the gradient of this element of beta?",
               "beta is added to every row of its column: the sum of g over them.");
}

Exercise mean_after(Generator& r) {
  const std::string x = numbers(r, {4, 1}, 9);
  const double gamma = whole(r, 1, 3);
  const double beta = whole(r, 1, 9);
  return guess(
      "x = param(" + x + ")\ngamma = param([" + words_of(gamma) + "])\nbeta = param([" + words_of(beta) +
          "])\ny = batch_norm(x, gamma, beta)\nm = y.mean()\nm.backward()\n",
      "m", "What is m, the mean of y?",
      "The normalised channel has the mean 0; gamma leaves that, beta is added: what is left is beta, whatever x was.");
}

Exercise sum_of_gradients(Generator& r) {
  const std::string x = numbers(r, {4, 1}, 9);
  const std::string power = picked(r, {"2", "3"});
  return guess("x = param(" + x +
                   ")\ngamma = param(ones(1)); beta = param(zeros(1))\ny = batch_norm(x, gamma, beta)\nL = (y**" +
                   power + ").mean()\nL.backward()\n",
               "x.grad.sum()", "What do the four gradients of x add up to?",
               "Adding the same number to all of x changes nothing behind the mean, so the slope along it is 0.");
}

// ---- 9: vanish, explode, die

Exercise sigmoid_chain(Generator& r) {
  const int64_t k = 1 + r.below(3);
  std::string program = "x = 0.0\n";
  std::string before = "x";
  for (int64_t i = 0; i < k; ++i) {
    const std::string name = "h" + std::to_string(i + 1);
    program += name + " = sigmoid(" + before + ") - 0.5\n";
    before = name;
  }
  const double scale = whole(r, 1, 2);
  return guess(program + "L = " + before + " * " + words_of(scale * 64) + "\nL.backward()\n", "x.grad",
               "What is the gradient of x?",
               "At 0 the sigmoid's slope is 1/4, its steepest; each layer divides by four.");
}

Exercise dead_units(Generator& r) {
  const int n = 5;
  const std::string x = numbers(r, {n}, 6);
  return guess("x = param(" + x + ")\nL = (relu(x) * 2.0).sum()\nL.backward()\n", "x.grad.sum()",
               "What do the gradients of x add up to?", "Where x is below 0 relu sends nothing back; elsewhere g.");
}

Exercise rule_of_relu(Generator& r) {
  const double open = whole(r, 2, 4);
  const int64_t shut = r.below(3);
  return rule("relu", "g, x", "where(x > 0, g, 0)",
              "x = param([" + words_of(open) + ", -0.5, 0.05, " + words_of(-1 - double(shut)) + "])\n",
              "L = (relu(x) * [1.0, 2.0, 3.0, 4.0]).sum()\n",
              "g where x was above 0, and 0 elsewhere: relu is a gate.");
}

Exercise growth(Generator& r) {
  const double k = 2 + double(r.below(2));
  const int64_t steps = 3 + r.below(3);
  return guess("x = 1.0\nh = x\nfor i in range(" + std::to_string(steps) + "):\n    h = h * " + words_of(k) +
                   "\nL = h\nL.backward()\n",
               "x.grad", "What is the gradient of x?", "A factor each step: their product grows like a power.");
}

// ---- 10: losses

Exercise bce_slope(Generator& r) {
  const int64_t y = r.below(2);
  const double k = 2 * double(1 + r.below(4));
  return guess("z = param([0.0])\nL = bce(z, [" + std::to_string(y) + "]).sum() * " + words_of(k) + "\nL.backward()\n",
               "z.grad[0]", "What is the gradient of the logit z, the number before the sigmoid?",
               "p − t, t the label; at z = 0 p = sigmoid(z) is ½; then the factor behind it.");
}

Exercise rule_of_sigmoid(Generator& r) {
  const double z = whole(r, 1, 3);
  return rule("sigmoid", "g, y", "g*y*(1 - y)", "z = param([0.5, " + words_of(z) + "])\n",
              "L = (sigmoid(z) * [2.0, 3.0]).sum()\n", "By its result: y(1 − y), at most ¼.");
}

Exercise rule_of_softplus(Generator& r) {
  const double z = whole(r, 1, 3);
  return rule("softplus", "g, x", "g*sigmoid(x)", "z = param([-1.0, " + words_of(z) + "])\n",
              "L = (softplus(z) * [2.0, 3.0]).sum()\n", "log(1 + eˣ) has the slope eˣ/(1 + eˣ), which is the sigmoid.");
}

Exercise broken_loss(Generator& r) {
  const double z = whole(r, 1, 2);
  return broken(r, leaf("z", z) + "p = sigmoid(z)\nq = 1.0 - p\nl = log(q)\nL = l * (-2.0)\nL.backward()\n",
                {"sigmoid", "sub", "log", "mul"});
}

}  // namespace

const std::vector<std::vector<ExerciseMaker>>& exercise_makers() {
  static const std::vector<std::vector<ExerciseMaker>> all = {
      {value_of_program, slope_of_product, slope_of_square},
      {chain_of_two, rule_of_product, gradient_in_between, broken_chain, rule_of_tanh},
      {used_twice, backward_twice, zero_between, broken_reuse},
      {one_step, two_steps, steps_without_zero, broken_step},
      {broadcast_number, broadcast_row, rule_of_sub, broadcast_mean},
      {product_element, weight_gradient, rule_of_matmul, bias_gradient},
      {convolution_value, kernel_gradient, image_gradient, broken_convolution},
      {beta_gradient, mean_after, sum_of_gradients},
      {sigmoid_chain, dead_units, rule_of_relu, growth},
      {bce_slope, rule_of_sigmoid, broken_loss, rule_of_softplus}};
  return all;
}

}  // namespace skew::explorer
