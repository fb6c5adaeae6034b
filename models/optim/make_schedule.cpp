// One row per schedule: its name, its formula, its arguments.
#include "models/optim/make_schedule.h"

#include "models/optim/reduce_on_plateau.h"

namespace skew {
namespace {

// A formula with its base rate.
template <class F> class FormulaSchedule final : public Schedule {
 public:
  FormulaSchedule(double base, const F& formula) : base_(base), formula_(formula) {}
  double lr(ptrdiff_t k) const override { return formula_.lr(base_, k); }
  std::optional<double> momentum(ptrdiff_t k) const override {
    if constexpr (requires { formula_.momentum(k); }) return formula_.momentum(k);
    else return Schedule::momentum(k);
  }

 private:
  double base_;
  F formula_;
};

template <class F> std::unique_ptr<Schedule> make(double base, const Args& args) {
  return std::make_unique<FormulaSchedule<F>>(base, args.read<F>(F::name));
}

std::unique_ptr<Schedule> make_plateau(double base, const Args& args) {
  return std::make_unique<ReduceOnPlateau>(base, args.read<ReduceOnPlateauArgs>(ReduceOnPlateau::name));
}

struct ScheduleRow {
  const char* name;
  std::unique_ptr<Schedule> (*make)(double base, const Args& args);
  std::vector<FieldInfo> (*arguments)();
};
template <class A> std::vector<FieldInfo> arguments() { return field_list(A{}); }
template <class F> constexpr ScheduleRow row() { return {F::name, make<F>, arguments<F>}; }
constexpr ScheduleRow schedules[] = {row<ConstantSchedule>(),
                                     row<CosineSchedule>(),
                                     row<WarmupCosineSchedule>(),
                                     row<LinearThenCosineSchedule>(),
                                     row<StepSchedule>(),
                                     row<MultistepSchedule>(),
                                     row<ExponentialSchedule>(),
                                     row<PolynomialSchedule>(),
                                     row<OneCycleSchedule>(),
                                     row<CosineRestartsSchedule>(),
                                     {ReduceOnPlateau::name, make_plateau, arguments<ReduceOnPlateauArgs>}};

}  // namespace

std::vector<std::string> schedule_names() { return names_of(schedules); }

std::vector<FieldInfo> schedule_arguments(const std::string& name) {
  return row_named("schedule", name, schedules).arguments();
}

std::unique_ptr<Schedule> make_schedule(const std::string& name, double base_lr, const Args& args) {
  const ScheduleRow& row = row_named("schedule", name, schedules);
  check_field({name, "base_lr"}, base_lr, above(0));
  return row.make(base_lr, args);
}

}  // namespace skew
