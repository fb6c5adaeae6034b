// Programs made at random, to compare things on many.
#pragma once
#include <algorithm>
#include <string>
#include <vector>

#include "core/random.h"
#include "core/text.h"

namespace skew::explorer {

// A program of leaves, of sums, products and functions of earlier values, with broadcasts, reuse, several backward
// calls, steps and zero_grad.
inline std::string generated(uint64_t seed) {
  Generator random(seed, 77);
  const auto pick = [&](const std::vector<std::string>& from) {
    return from[size_t(random.below(int64_t(from.size())))];
  };
  std::string out;
  std::vector<std::string> names;
  const std::vector<std::string> shapes = {"", "3", "2, 3", "2, 1", "1, 3"};
  const bool scalars = random.below(2) == 0;
  for (int i = 0; i < 3; ++i) {
    const std::string name = "p" + std::to_string(i), shape = scalars ? "" : pick(shapes);
    if (shape.empty()) out += name + " = " + shortest(0.5 + random.uniform()) + "\n";
    else out += name + " = param(rand(" + shape + ", seed=" + std::to_string(random.below(1000)) + ") + 0.5)\n";
    names.push_back(name);
  }
  const int64_t ops = 3 + random.below(8);
  for (int64_t i = 0; i < ops; ++i) {
    const std::string a = pick(names), b = pick(names), name = random.below(4) ? "v" + std::to_string(i) : "v";
    const std::vector<std::string> forms = {a + " + " + b,
                                            a + " * " + b,
                                            a + " - " + b,
                                            a + " / (1 + " + b + "**2)",
                                            "tanh(" + a + ")",
                                            "sigmoid(" + a + ") * " + b,
                                            a + "**2",
                                            "exp(-" + a + ")",
                                            "relu(" + a + " + 0.3)",
                                            "maximum(" + a + ", " + b + " * 0.9)",
                                            a + ".mean() * " + b,
                                            "softplus(" + a + ")"};
    out += name + " = " + pick(forms) + "\n";
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  out += "L = (" + names.back() + " * p0 + p1 * 0.1 + p2).sum()\nL.backward()\n";
  if (random.below(3) == 0) out += "L.backward()\n";
  if (random.below(3) == 0) out += "p0 -= 0.1 * p0.grad\np0.zero_grad()\nM = (p0 * p1 + p2**2).sum()\nM.backward()\n";
  return out;
}

}  // namespace skew::explorer
