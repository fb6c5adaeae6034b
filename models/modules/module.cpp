// Walks through a tree of modules. Every public function of Module is one small visitor.
#include "models/modules/module.h"

#include "core/error.h"

namespace skew {
namespace {

// Calls `visit_state(full name, tensor, parameter?)` for every tensor and `visit_module(child)` for every descendant.
template <class OnState, class OnModule> struct Walk : ModuleVisitor {
  std::string prefix;
  OnState& on_state;
  OnModule& on_module;
  Walk(std::string prefix, OnState& on_state, OnModule& on_module)
      : prefix(std::move(prefix)), on_state(on_state), on_module(on_module) {}

  void parameter(std::string_view name, Tensor& t) override { entry(name, t, true); }
  void buffer(std::string_view name, Tensor& t) override { entry(name, t, false); }
  void child(std::string_view name, Module& m) override {
    on_module(m);
    Walk inner(text(prefix, name, '.'), on_state, on_module);
    m.visit(inner);
  }
  void entry(std::string_view name, Tensor& t, bool parameter) {
    if (t.defined()) on_state(text(prefix, name), t, parameter);  // an absent bias is no state
  }
};

template <class OnState> void for_each_state(Module& m, OnState on_state) {
  auto ignore = [](Module&) {};
  Walk walk("", on_state, ignore);
  m.visit(walk);
}

thread_local OutputWatch* watch = nullptr;

}  // namespace

void Module::train(bool on) {
  training_ = on;
  auto ignore = [](const std::string&, Tensor&, bool) {};
  auto set = [on](Module& m) { m.training_ = on; };
  Walk walk("", ignore, set);
  visit(walk);
}

std::vector<NamedState> Module::state() {
  std::vector<NamedState> list;
  for_each_state(*this, [&](std::string name, Tensor& t, bool parameter) {
    list.push_back({std::move(name), t, parameter});
  });
  return list;
}

Tensors Module::parameters() {
  Tensors list;
  for_each_state(*this, [&](const std::string&, Tensor& t, bool parameter) {
    if (parameter && t.requires_grad()) list.push_back(t);
  });
  return distinct(list);
}

ptrdiff_t Module::parameter_count() {
  ptrdiff_t sum = 0;
  for (const Tensor& t : parameters()) sum += t.count();
  return sum;
}

void Module::to(Device device, DType type) {
  Tensors before, after;  // what two modules share goes on being shared
  for_each_state(*this, [&](const std::string&, Tensor& t, bool) {
    if (!is_floating(t.dtype())) return;  // a count, which the module itself raises in host memory
    for (size_t i = 0; i < before.size(); ++i)
      if (before[i].same_as(t)) return void(t = after[i]);
    before.push_back(t);
    // double lives on the reference alone: on the way there the device changes first, on the way back the type
    t = type == DType::float64 ? t.to(device).to(type) : t.to(type).to(device);
    after.push_back(t);
  });
}

Tensor run_child(std::string_view name, Module& m, const Tensor& x) {
  const Scope scope(name);
  Tensor y = m(x);
  if (watch) watch->seen_(Scope::path(), y);
  return y;
}

OutputWatch::OutputWatch(Seen seen) : seen_(std::move(seen)), before_(watch) { watch = this; }
OutputWatch::~OutputWatch() { watch = before_; }

}  // namespace skew
