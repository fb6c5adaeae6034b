// One row per schedule: its name and how its arguments are read.
#include "models/optim/make_schedule.h"

#include "core/error.h"
#include "models/optim/argument.h"

namespace skew {
namespace {

// A formula with its base rate.
template <class F>
class FormulaSchedule final : public Schedule {
 public:
  FormulaSchedule(double base, const F& formula) : base_(base), formula_(formula) { formula_.check(); }
  double lr(ptrdiff_t k) const override { return formula_.lr(base_, k); }
  std::optional<double> momentum(ptrdiff_t k) const override {
    if constexpr (requires { formula_.momentum(k); }) return formula_.momentum(k);
    else return Schedule::momentum(k);
  }

 private:
  double base_;
  F formula_;
};

// An argument without a sensible default.
const std::string& required(const char* schedule, const Args& args, const std::string& name) {
  if (!args.has(name)) throw ValueError(text(schedule, ": expected the argument '", name, "'"));
  return name;
}

// Whether the argument is the second of two words; the first is the default.
bool second_word(const char* schedule, const Args& args, const char* name, const char* first, const char* second) {
  const std::string word = args.word(name, first);
  if (word != first && word != second)
    throw ValueError(text(schedule, ": ", unknown_word(name, word, {first, second})));
  return word == second;
}

void read(const Args& args, ConstantSchedule& s) { args.only(s.name, {}); }
void read(const Args& args, CosineSchedule& s) {
  args.only(s.name, {"steps", "min"});
  s = {.steps = args.integer(required(s.name, args, "steps"), 0), .min = args.number("min", s.min)};
}
void read(const Args& args, WarmupCosineSchedule& s) {
  args.only(s.name, {"warmup", "steps", "min"});
  s = {.warmup = args.integer("warmup", s.warmup),
       .steps = args.integer(required(s.name, args, "steps"), 0),
       .min = args.number("min", s.min)};
}
void read(const Args& args, LinearThenCosineSchedule& s) {
  args.only(s.name, {"start", "warmup", "steps", "min"});
  s = {.start = args.number("start", s.start),
       .warmup = args.integer("warmup", s.warmup),
       .steps = args.integer(required(s.name, args, "steps"), 0),
       .min = args.number("min", s.min)};
}
void read(const Args& args, StepSchedule& s) {
  args.only(s.name, {"every", "gamma"});
  s = {.every = args.integer(required(s.name, args, "every"), 0), .gamma = args.number("gamma", s.gamma)};
}
void read(const Args& args, MultistepSchedule& s) {
  args.only(s.name, {"milestones", "gamma"});
  s = {.milestones = args.integers(required(s.name, args, "milestones"), {}), .gamma = args.number("gamma", s.gamma)};
}
void read(const Args& args, ExponentialSchedule& s) {
  args.only(s.name, {"gamma"});
  s = {.gamma = args.number(required(s.name, args, "gamma"), 0)};
}
void read(const Args& args, PolynomialSchedule& s) {
  args.only(s.name, {"steps", "power"});
  s = {.steps = args.integer(required(s.name, args, "steps"), 0), .power = args.number("power", s.power)};
}
void read(const Args& args, CosineRestartsSchedule& s) {
  args.only(s.name, {"first", "factor", "min"});
  s = {.first = args.integer(required(s.name, args, "first"), 0),
       .factor = args.integer("factor", s.factor),
       .min = args.number("min", s.min)};
}
void read(const Args& args, OneCycleSchedule& s) {
  args.only(s.name, {"steps", "max_lr", "pct_start", "div_factor", "final_div_factor", "anneal", "three_phase",
                     "base_momentum", "max_momentum"});
  s.steps = args.integer(required(s.name, args, "steps"), 0);
  s.max_lr = args.number("max_lr", s.max_lr);
  s.pct_start = args.number("pct_start", s.pct_start);
  s.div_factor = args.number("div_factor", s.div_factor);
  s.final_div_factor = args.number("final_div_factor", s.final_div_factor);
  s.linear = second_word(s.name, args, "anneal", "cos", "linear");
  s.three_phase = args.flag("three_phase", s.three_phase);
  s.base_momentum = args.number("base_momentum", s.base_momentum);
  s.max_momentum = args.number("max_momentum", s.max_momentum);
}

template <class F>
std::unique_ptr<Schedule> make(double base, const Args& args) {
  F formula;
  read(args, formula);
  return std::make_unique<FormulaSchedule<F>>(base, formula);
}

std::unique_ptr<Schedule> make_plateau(double base, const Args& args) {
  constexpr auto name = ReduceOnPlateau::name;
  args.only(name, {"mode", "factor", "patience", "threshold", "threshold_mode", "cooldown", "min_lr", "eps"});
  ReduceOnPlateauArgs a;
  a.maximize = second_word(name, args, "mode", "min", "max");
  a.factor = args.number("factor", a.factor);
  a.patience = args.integer("patience", a.patience);
  a.threshold = args.number("threshold", a.threshold);
  a.absolute = second_word(name, args, "threshold_mode", "rel", "abs");
  a.cooldown = args.integer("cooldown", a.cooldown);
  a.min_lr = args.number("min_lr", a.min_lr);
  a.eps = args.number("eps", a.eps);
  return std::make_unique<ReduceOnPlateau>(base, a);
}

struct Row {
  const char* name;
  std::unique_ptr<Schedule> (*make)(double base, const Args& args);
};
template <class F>
constexpr Row row() { return {F::name, make<F>}; }
constexpr Row rows[] = {row<ConstantSchedule>(),         row<CosineSchedule>(),      row<WarmupCosineSchedule>(),
                        row<LinearThenCosineSchedule>(), row<StepSchedule>(),        row<MultistepSchedule>(),
                        row<ExponentialSchedule>(),      row<PolynomialSchedule>(),  row<OneCycleSchedule>(),
                        row<CosineRestartsSchedule>(),   {ReduceOnPlateau::name, make_plateau}};

}  // namespace

std::vector<std::string> schedule_names() {
  std::vector<std::string> names;
  for (const Row& row : rows) names.push_back(row.name);
  return names;
}

std::unique_ptr<Schedule> make_schedule(const std::string& name, double base_lr, const Args& args) {
  for (const Row& row : rows)
    if (name == row.name) {
      expect_positive(name, "base_lr", base_lr);
      return row.make(base_lr, args);
    }
  throw ValueError(unknown_word("schedule", name, schedule_names()));
}

}  // namespace skew
