// The programs.
#include "apps/explorer/examples.h"

#include "core/error.h"

namespace skew::explorer {

const std::vector<Example>& examples() {
  static const std::vector<Example> all = {
      {"chain", "one leaf, used twice", R"(a = 3.0; b = -2.0
c = a * b
d = c + a
L = d**2
L.backward()
)"},
      {"micrograd", "the example of its front page", R"(from micrograd.engine import Value

a = Value(-4.0)
b = Value(2.0)
c = a + b
d = a * b + b**3
c += c + 1
c += 1 + c + (-a)
d += d * 2 + (b + a).relu()
d += 3 * d + (b - a).relu()
e = c - d
f = e**2
g = f / 2.0
g += 10.0 / f
print(f'{g.data:.4f}') # prints 24.7041, the outcome of this forward pass
g.backward()
print(f'{a.grad:.4f}') # prints 138.8338, i.e. the numerical value of dg/da
print(f'{b.grad:.4f}') # prints 645.5773, i.e. the numerical value of dg/db
)"},
      {"neuron", "two inputs, a bias, tanh", R"(x1 = 2.0; x2 = 0.0
w1 = -3.0; w2 = 1.0
b = 6.8813735870195432
n = x1*w1 + x2*w2 + b
o = tanh(n)
o.backward()
)"},
      {"mlp", "two linear layers, four points", R"(x = [[0, 0], [0, 1], [1, 0], [1, 1]]
y = [[0], [1], [1], [0]]
W1 = param(randn(8, 2, seed=1)); b1 = param(zeros(8))
W2 = param(randn(1, 8, seed=2)); b2 = param(zeros(1))
with scope("hidden"):
    h = tanh(linear(x, W1, b1))
with scope("output"):
    z = linear(h, W2, b2)
L = bce(z, y)
L.backward()
)"},
      {"regression", "a line, twenty steps down", R"(import torch
torch.manual_seed(0)
x = torch.randn(16, 1)
y = 3 * x + 2 + 0.1 * torch.randn(16, 1)
w = torch.randn(1, 1, requires_grad=True)
b = torch.zeros(1, requires_grad=True)
for i in range(20):
    loss = ((x @ w + b - y)**2).mean()
    loss.backward()
    with torch.no_grad():
        w -= 0.1 * w.grad
        b -= 0.1 * b.grad
        w.grad.zero_()
        b.grad.zero_()
print(f"w {w.item():.3f}  b {b.item():.3f}  loss {loss.item():.4f}")
)"},
      {"conv", "a convolution, relu, mean", R"(x = randn(1, 1, 4, 4, seed=1)
w = param(randn(1, 1, 3, 3, seed=2))
b = param(zeros(1))
y = conv2d(x, w, b, padding=1)
r = relu(y)
L = mean(r)
L.backward()
)"},
      {"batchnorm", "what it keeps for its way back", R"(x = param(randn(4, 2, 3, 3, seed=1))
gamma = param(ones(2)); beta = param(zeros(2))
y = batch_norm(x, gamma, beta)
L = (y**3).mean()
L.backward()
)"},
      {"ral", "a robust loss as one op", R"(z = param([[2.0, -1.0, 0.5]])
L = ral(z, [[1, 0, 0]], gamma_neg=4)
L.backward()
)"},
      {"rule", "a way back of one's own: of a product", R"(@backward
def d_mul(g, a, b):
    return g*b, g*a

a = param([3.0, 1.0]); b = param([-2.0, 4.0])
L = (a * b).sum()
L.backward()
)"},
  };
  return all;
}

const Example& example_named(const std::string& name) { return row_named("example", name, examples()); }

}  // namespace skew::explorer
