// One row per optimiser: its name, its class, its arguments.
#include "models/optim/make_optimizer.h"

#include "models/optim/adagrad.h"
#include "models/optim/adam.h"
#include "models/optim/rmsprop.h"
#include "models/optim/sgd.h"

namespace skew {
namespace {

// Reads `args` over `a`, so that a group starts from the arguments of all. Adam's betas may come as a list.
template <class A> A read(const std::string& name, const Args& args, A a) {
  if constexpr (requires { a.beta1; }) {
    const std::vector<double> betas = args.numbers("betas", {a.beta1, a.beta2});
    if (betas.size() != 2) throw ValueError(text(name, ": betas: expected two numbers, got ", betas.size()));
    a.beta1 = betas[0];
    a.beta2 = betas[1];
    return args.read(name, a, {"betas"});
  }
  return args.read(name, a);
}

template <class O, class A>
std::unique_ptr<Optimizer> make(const std::string& name, Tensors parameters, const Args& args,
                                const std::vector<Args>& groups) {
  const A all = read(name, args, A{});
  std::vector<A> each;
  for (const Args& group : groups) each.push_back(read(name, group, all));
  return std::make_unique<O>(std::move(parameters), all, std::move(each));
}

using Maker = std::unique_ptr<Optimizer> (*)(const std::string&, Tensors, const Args&, const std::vector<Args>&);
struct OptimizerRow {
  const char* name;
  Maker make;
  std::vector<FieldInfo> (*arguments)();
};
template <class O, class A> constexpr OptimizerRow row(const char* name) {
  return {name, make<O, A>, [] { return field_list(A{}); }};
}
constexpr OptimizerRow optimizers[] = {row<Sgd, SgdArgs>("sgd"), row<Adam, AdamArgs>("adam"),
                                       row<AdamW, AdamWArgs>("adamw"), row<Rmsprop, RmspropArgs>("rmsprop"),
                                       row<Adagrad, AdagradArgs>("adagrad")};

}  // namespace

std::vector<std::string> optimizer_names() { return names_of(optimizers); }

std::vector<FieldInfo> optimizer_arguments(const std::string& name) {
  return row_named("optimizer", name, optimizers).arguments();
}

std::unique_ptr<Optimizer> make_optimizer(const std::string& name, Tensors parameters, const Args& args,
                                          const std::vector<Args>& groups) {
  return row_named("optimizer", name, optimizers).make(name, std::move(parameters), args, groups);
}

}  // namespace skew
