// One row per optimiser: its name and how its arguments are read.
#include "models/optim/make_optimizer.h"

#include "models/optim/adagrad.h"
#include "models/optim/adam.h"
#include "models/optim/rmsprop.h"
#include "models/optim/sgd.h"

namespace skew {
namespace {

// Each reads `args` over `a`, so that a group starts from the arguments of all.
SgdArgs read(const std::string& name, const Args& args, const SgdArgs& a) {
  args.only(name, {"lr", "momentum", "dampening", "weight_decay", "nesterov", "maximize"});
  return {.lr = args.number("lr", a.lr),
          .momentum = args.number("momentum", a.momentum),
          .dampening = args.number("dampening", a.dampening),
          .weight_decay = args.number("weight_decay", a.weight_decay),
          .nesterov = args.flag("nesterov", a.nesterov),
          .maximize = args.flag("maximize", a.maximize)};
}

template <bool decoupled>
AdamArgsOf<decoupled> read(const std::string& name, const Args& args, const AdamArgsOf<decoupled>& a) {
  args.only(name, {"lr", "betas", "eps", "weight_decay", "amsgrad", "maximize"});
  const std::vector<double> betas = args.numbers("betas", {a.beta1, a.beta2});
  if (betas.size() != 2) throw ValueError(text(name, ": betas: expected two numbers, got ", betas.size()));
  return {.lr = args.number("lr", a.lr),
          .beta1 = betas[0],
          .beta2 = betas[1],
          .eps = args.number("eps", a.eps),
          .weight_decay = args.number("weight_decay", a.weight_decay),
          .amsgrad = args.flag("amsgrad", a.amsgrad),
          .maximize = args.flag("maximize", a.maximize)};
}

RmspropArgs read(const std::string& name, const Args& args, const RmspropArgs& a) {
  args.only(name, {"lr", "alpha", "eps", "weight_decay", "momentum", "centered", "maximize"});
  return {.lr = args.number("lr", a.lr),
          .alpha = args.number("alpha", a.alpha),
          .eps = args.number("eps", a.eps),
          .weight_decay = args.number("weight_decay", a.weight_decay),
          .momentum = args.number("momentum", a.momentum),
          .centered = args.flag("centered", a.centered),
          .maximize = args.flag("maximize", a.maximize)};
}

AdagradArgs read(const std::string& name, const Args& args, const AdagradArgs& a) {
  args.only(name, {"lr", "lr_decay", "weight_decay", "initial_accumulator_value", "eps", "maximize"});
  return {.lr = args.number("lr", a.lr),
          .lr_decay = args.number("lr_decay", a.lr_decay),
          .weight_decay = args.number("weight_decay", a.weight_decay),
          .initial_accumulator_value = args.number("initial_accumulator_value", a.initial_accumulator_value),
          .eps = args.number("eps", a.eps),
          .maximize = args.flag("maximize", a.maximize)};
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
struct Row {
  const char* name;
  Maker make;
};
constexpr Row rows[] = {{"sgd", make<Sgd, SgdArgs>},
                        {"adam", make<Adam, AdamArgs>},
                        {"adamw", make<AdamW, AdamWArgs>},
                        {"rmsprop", make<Rmsprop, RmspropArgs>},
                        {"adagrad", make<Adagrad, AdagradArgs>}};

}  // namespace

std::vector<std::string> optimizer_names() {
  std::vector<std::string> names;
  for (const Row& row : rows) names.push_back(row.name);
  return names;
}

std::unique_ptr<Optimizer> make_optimizer(const std::string& name, Tensors parameters, const Args& args,
                                          const std::vector<Args>& groups) {
  for (const Row& row : rows)
    if (name == row.name) return row.make(name, std::move(parameters), args, groups);
  throw ValueError(unknown_word("optimizer", name, optimizer_names()));
}

}  // namespace skew
