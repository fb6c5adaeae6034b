// Look inside autograd: micrograd's first example, with every vertex of the graph printed before the way back.
// g++ -std=c++20 -I. docs/examples/trace_graph.cpp -Lbuild -lskew -Wl,-rpath,build -o trace && ./trace
#include <cstdio>

#include "core/backward.h"
#include "core/node.h"
#include "ops/arithmetic.h"
#include "ops/pointwise.h"

using namespace skew;

int main() {
  Tensor a = Tensor::full({}, 3, DType::float64, Device::reference).set_requires_grad();
  Tensor b = Tensor::full({}, -2, DType::float64, Device::reference).set_requires_grad();
  const Tensor c = mul(a, b), d = add(c, a), l = square(d);
  print_graph(l);
  backward(l);
  std::printf("L = %g   dL/da = %g (12 by way of c, -6 directly)   dL/db = %g\n", l.item(), a.grad().item(),
              b.grad().item());
}
