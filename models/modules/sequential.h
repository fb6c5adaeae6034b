// Modules one after the other, and the small ones without parameters that stand between them: Relu, Flatten.
#pragma once
#include <concepts>
#include <memory>

#include "models/modules/module.h"
#include "ops/pointwise.h"
#include "ops/reshape.h"

namespace skew {

// Owns its children, named 0, 1, 2, …: Sequential net{Conv2d{1, 8, {.kernel = 3}}, Relu{}, GlobalAvgPool{}};
class Sequential : public Module {
 public:
  template <class... M>
  requires(std::derived_from<M, Module>&&...) explicit Sequential(M... modules) {
    (add(std::make_unique<M>(std::move(modules))), ...);
  }
  void add(std::unique_ptr<Module> m) { children_.push_back(std::move(m)); }
  size_t size() const { return children_.size(); }
  Module& operator[](size_t i) { return *children_.at(i); }

  Tensor forward(const Tensor& x) override {
    Tensor y = x;
    for (size_t i = 0; i < children_.size(); ++i) y = run_child(std::to_string(i), *children_[i], y);
    return y;
  }
  void visit(ModuleVisitor& v) override {
    for (size_t i = 0; i < children_.size(); ++i) v.child(std::to_string(i), *children_[i]);
  }

 private:
  std::vector<std::unique_ptr<Module>> children_;
};

struct Relu : Module {
  Tensor forward(const Tensor& x) override { return relu(x); }
};

// (N, …) → (N, product of the others).
struct Flatten : Module {
  Tensor forward(const Tensor& x) override { return flatten(x); }
};

}  // namespace skew
