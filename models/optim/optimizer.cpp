// The loop over parameters: every check first, then state and gradient in the parameter's order, then the formula.
#include "models/optim/optimizer.h"

#include "core/error.h"

namespace skew {

Optimizer::Optimizer(std::string name, Tensors parameters, double lr, std::vector<std::string> slots)
    : name_(std::move(name)), parameters_(std::move(parameters)), slots_(std::move(slots)), first_lr_(lr), lr_(lr) {
  if (parameters_.empty()) throw ValueError(text(name_, ": expected parameters, got none"));
  for (size_t i = 0; i < parameters_.size(); ++i) {
    const Tensor& p = parameters_[i];
    if (!p.defined()) throw ValueError(text(name_, ": parameter ", i, " is undefined"));
    if (!is_floating(p.dtype()) || p.node())
      throw ValueError(text(name_, ": parameter ", i, ": expected a floating leaf, got ",
                            p.node() ? "a computed tensor" : name_of(p.dtype())));
    for (size_t k = 0; k < i; ++k)
      if (parameters_[k].same_as(p))
        throw ValueError(
            text(name_, ": parameters ", k, " and ", i, " are the same tensor; it would be updated twice a step"));
  }
  kept_.assign(parameters_.size(), Tensors(slots_.size()));
  steps_.assign(parameters_.size(), 0);
}

void Optimizer::set_lr(double lr) {
  check_field({name_, "lr"}, lr, at_least(0));
  lr_ = lr;
  scale_ = lr / first_lr_;
}

void Optimizer::zero_grad() {
  for (Tensor& p : parameters_) p.set_grad({});
}

Tensor& Optimizer::made(Tensor& slot, const Tensor& p, double initial) {
  if (!slot.defined()) slot = filled_like(p, initial);
  return slot;
}

void Optimizer::check(size_t i) const {
  const Tensor& p = parameters_[i];
  if (!p.grad().defined()) return;
  for (const Tensor& slot : kept_[i])
    if (slot.defined() && (slot.dtype() != p.dtype() || slot.device() != p.device() || !(slot.shape() == p.shape())))
      throw DtypeError(text(name_, ": parameter ", i, " was moved since the last step; make the optimiser afterwards"));
}

void Optimizer::step(const Verdict& verdict) {
  const NoGrad off;
  for (size_t i = 0; i < parameters_.size(); ++i) check(i);
  kept_before_ = kept_;
  steps_before_ = steps_;
  std::vector<Item> items;
  for (size_t i = 0; i < parameters_.size(); ++i) {
    const Tensor& p = parameters_[i];
    if (!p.grad().defined()) continue;
    for (Tensor& slot : kept_[i])
      if (slot.defined()) slot = slot.to(p.layout());
    items.push_back({i, p, p.grad().to(p.layout()), kept_[i], ++steps_[i]});
  }
  if (!items.empty()) naming(name_, [&] { update(items, verdict); });
}

void Optimizer::forget_step() {
  if (steps_before_.empty()) return;
  kept_ = std::move(kept_before_);
  steps_ = std::move(steps_before_);
  kept_before_.clear();
  steps_before_.clear();
}

SavedState Optimizer::state() const {
  SavedState state;
  const std::vector<int64_t> steps(steps_.begin(), steps_.end());
  state.push_back({"steps", Tensor::from(steps, {ptrdiff_t(steps.size())})});
  for (size_t i = 0; i < kept_.size(); ++i)
    for (size_t s = 0; s < slots_.size(); ++s)
      if (kept_[i][s].defined()) state.push_back({text(i, '.', slots_[s]), row_major_copy(kept_[i][s])});
  return state;
}

void Optimizer::load_state(const SavedState& state) {
  StateReader reader(name_, state);
  std::vector<ptrdiff_t> steps = reader.take_counts("steps", ptrdiff_t(parameters_.size()));
  std::vector<Tensors> kept(parameters_.size(), Tensors(slots_.size()));
  for (size_t i = 0; i < kept.size(); ++i)
    for (size_t s = 0; s < slots_.size(); ++s) {
      const std::string entry = text(i, '.', slots_[s]);
      if (reader.has(entry) || (steps[i] > 0 && needs(i, s))) kept[i][s] = reader.take(entry, parameters_[i]);
    }
  reader.finish();
  steps_ = std::move(steps);
  kept_ = std::move(kept);
}

}  // namespace skew
