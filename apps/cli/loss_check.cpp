// skew loss check: every loss examined from outside, as a table; exit code 1 if something is wrong.
#include <cmath>
#include <iostream>
#include <nlohmann/json.hpp>

#include "apps/cli/loss.h"
#include "apps/loss_lab/loss_check.h"
#include "apps/report/number_text.h"
#include "apps/report/table.h"
#include "core/error.h"

namespace skew {
namespace {

struct CheckArgs {
  std::vector<std::string> losses{"all"}, dtypes{"f64", "f32"};
  bool json = false;
};

DType dtype_named(const std::string& word) {
  if (word == "f64") return DType::float64;
  if (word == "f32") return DType::float32;
  throw UsageError(unknown_word("--dtype", word, {"f64", "f32"}));
}
const char* word_of(DType dtype) { return dtype == DType::float64 ? "f64" : "f32"; }

nlohmann::ordered_json to_json(const lab::LossCheck& c) {
  return {{"loss", c.loss},
          {"dtype", word_of(c.dtype)},
          {"derivatives", c.derivatives},
          {"kinks", c.kinks},
          {"slope_error", c.slope_error},
          {"curvature_error", c.curvature_error},
          {"value_at_minus_100", {c.low[0], c.low[1]}},
          {"value_at_100", {c.high[0], c.high[1]}},
          {"faults", c.faults},
          {"ok", c.faults.empty()}};
}

int check(const CheckArgs& a) {
  std::vector<DType> dtypes;
  for (const std::string& word : a.dtypes) dtypes.push_back(dtype_named(word));
  std::vector<std::string> names = a.losses;
  if (names == std::vector<std::string>{"all"}) names = loss_names();
  for (const std::string& name : names) make_loss(name);
  report::Table table({report::left("loss"), report::left("type"), "derivatives", "kinks", "slope error",
                       "curvature error", report::left("")});
  report::Table ends({report::left("loss"), report::left("type"), "ℓ(−100) y=0", "y=1", "ℓ(100) y=0", "y=1"});
  std::string faults;
  for (const std::string& name : names)
    for (const DType dtype : dtypes) {
      const lab::LossCheck c = lab::check_loss(name, dtype);
      if (a.json) std::cout << to_json(c).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << std::endl;
      const auto number = [](double v) { return report::significant(v, 3); };
      table.add_row({name, word_of(dtype), report::grouped(c.derivatives), report::grouped(c.kinks),
                     number(c.slope_error), dtype == DType::float64 ? number(c.curvature_error) : "",
                     c.faults.empty() ? "ok" : "WRONG"});
      ends.add_row({name, word_of(dtype), number(c.low[0]), number(c.low[1]), number(c.high[0]), number(c.high[1])});
      for (const std::string& f : c.faults) faults += text(name, ' ', word_of(dtype), ": ", f, '\n');
    }
  if (!a.json)
    std::cout << table.str(report::wants_style(stdout))
              << "errors: 1 is allowed. f64: against differences, 1e-8 + 1e-6·|slope|;\n"
                 "f32: against f64, 1e-5 of the largest\n\n"
              << ends.str(report::wants_style(stdout))
              << "Finite at zero, denormals, ±16.7 … ±1e30 and the largest number: "
              << (faults.empty() ? "all.\n" : "see below.\n") << report::wrapped(faults);
  return faults.empty() ? 0 : 1;
}

}  // namespace

void add_loss_check(Command& loss) {
  auto a = std::make_shared<CheckArgs>();
  Command& command = loss.add("check", "derivatives, limits and extremes of every loss", [a] { return check(*a); });
  command.option("--loss", a->losses, "which, or all  [all]", {.as = "NAME", .list = true});
  command.option("--dtype", a->dtypes, "f64, f32  [f64,f32]", {.list = true});
  command.flag("--json", a->json, "one JSON line a loss and number type");
  command.example("skew loss check --loss ral", "its derivatives beside differences, its limits and extremes");
}

}  // namespace skew
