// What all optimisers share: they hold handles of parameters, and a step moves each parameter that has a gradient.
// The formulas are in sgd.h, adam.h, rmsprop.h, adagrad.h; the rate over time in schedule.h; by name: make_optimizer.h.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/fields.h"
#include "core/tensor.h"
#include "models/optim/saved_state.h"
#include "ops/verdict.h"

namespace skew {

// What momentum and decay factors may be.
constexpr Range weight_of_past() { return from_up_to(0, 1); }

class Optimizer {
 public:
  virtual ~Optimizer() = default;
  Optimizer(const Optimizer&) = delete;
  Optimizer& operator=(const Optimizer&) = delete;

  // Updates every parameter that has a gradient; the others and their state (step count included) stay as they are.
  // A parameter may have changed its memory order since the last step: its state and gradient follow.
  // Throws ShapeError or DtypeError, before anything is written, for a gradient that does not fit its parameter.
  void step() { step(Verdict(parameters_[0].device())); }
  // The same by a step's verdict (ops/verdict.h): gradients are clipped by its factor, and when it is bad nothing is
  // written. Where that is read only afterwards, forget_step() takes back what the step counted and made.
  void step(const Verdict& verdict);
  void forget_step();
  void zero_grad();  // forgets all gradients

  const std::string& name() const { return name_; }
  const Tensors& parameters() const { return parameters_; }

  // The rate of the first argument set. Setting it scales the rates of all parameters alike. Finite, ≥ 0.
  double lr() const { return lr_; }
  void set_lr(double lr);
  // Momentum (SGD, RMSprop) or beta1 (Adam) of all parameters, in [0, 1), for the one-cycle schedule. Adagrad throws.
  virtual void set_momentum(double momentum) = 0;

  // Copies of all that a step leaves behind, row-major: "<parameter>.<slot>" and "steps". Rates and other arguments are
  // not part of it: make the optimiser with the same arguments, let the schedule set the rate.
  SavedState state() const;
  // Goes on exactly where state() was taken. Throws ValueError, and changes nothing, when it does not fit.
  void load_state(const SavedState& state);

 protected:
  // `slots` names what is remembered per parameter. Throws ValueError for no parameters, for one given twice and for
  // one that is undefined, computed or not floating.
  Optimizer(std::string name, Tensors parameters, double lr, std::vector<std::string> slots);

  // A parameter with a gradient: its index, its step counted from 1. g has p's order; so have the slots that exist.
  struct Item {
    size_t i;
    Tensor p, g;
    Tensors& slots;
    ptrdiff_t step;
  };
  virtual void update(std::span<const Item> items, const Verdict& verdict) = 0;
  // Whether a parameter that was stepped must have this slot.
  virtual bool needs(size_t i, size_t slot) const = 0;
  double scale() const { return scale_; }  // current rate / first rate, exactly 1 until set_lr
  // The slot, made on first use.
  static Tensor& made(Tensor& slot, const Tensor& p, double initial = 0);

 private:
  void check(size_t i) const;

  std::string name_;
  Tensors parameters_;
  std::vector<std::string> slots_;
  std::vector<Tensors> kept_;         // per parameter, per slot
  std::vector<ptrdiff_t> steps_;      // per parameter
  std::vector<Tensors> kept_before_;  // the two as they were before the last step
  std::vector<ptrdiff_t> steps_before_;
  double first_lr_, lr_, scale_ = 1;
};

// An optimiser with arguments A, an lr among them, for each of its parameters: `each` if it is given, one per
// parameter, else `all` for every one. Throws ValueError for bad ones (check_fields) and for another number of them.
template <class A> class OptimizerWith : public Optimizer {
 protected:
  OptimizerWith(std::string_view name, Tensors parameters, const A& all, std::vector<A> each,
                std::vector<std::string> slots)
      : Optimizer(std::string(name), std::move(parameters), all.lr, std::move(slots)), each_(std::move(each)) {
    const size_t count = this->parameters().size();
    check_fields(name, all);
    if (each_.empty()) each_.assign(count, all);
    if (each_.size() != count)
      throw ValueError(text(name, ": expected arguments for ", count, " parameters, got ", each_.size()));
    for (const A& one : each_) check_fields(name, one);
  }
  // Sets a weight of the past in the arguments of all parameters.
  void set_all(std::string_view argument, double A::*member, double value) {
    check_field({name(), argument}, value, weight_of_past());
    for (A& a : each_) a.*member = value;
  }
  std::vector<A> each_;
};

}  // namespace skew
