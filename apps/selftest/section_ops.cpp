// Every op and loss of the registry beside the reference: on its samples, and at the ends of float.
#include "apps/op_trials/op_outcome.h"
#include "apps/op_trials/op_samples.h"
#include "apps/op_trials/special_values.h"
#include "apps/selftest/section.h"
#include "core/parallel.h"
#include "core/text.h"

namespace skew::selftest {
namespace {

// The tensors are small: the host's loops would cost more than their work on many threads.
struct OneHostThread {
  int before = threads();
  OneHostThread() { set_threads(1); }
  ~OneHostThread() { set_threads(before); }
};

// Runs `trial(row)` for every op that the device has, and lists by name how it went.
template <class Trial> void each_op(Section& s, const Trial& trial) {
  const OneHostThread one;
  Json passed = Json::array(), differs = Json::array();
  std::vector<std::string> not_tried;
  for (const auto& [name, row] : registered_ops()) {
    if (s.late()) {
      not_tried.push_back(name);
      continue;
    }
    if (!s.check(has_op(row, s.device), name, ": no kernel")) {
      differs.push_back(name);
      continue;
    }
    const int64_t before = s.record.differences;
    try {
      trial(row);
    } catch (const std::exception& error) {
      s.differ(text(name, ": ", error.what()));
    }
    (s.record.differences == before ? passed : differs).push_back(name);
  }
  s.record.details["passed"] = passed;
  s.record.details["differs"] = differs;
  if (!not_tried.empty()) s.cut(joined(not_tried, ", "));
}

}  // namespace

void ops(Section& s) {
  // sums of the samples have at most some hundred parts: 2e-5 of the largest; a gradient is a sum of such
  constexpr double tolerance = 2e-5, of_gradients = 1e-4;
  each_op(s, [&](const OpRow& row) {
    uint64_t seed = 100;
    for (const Sample& sample : samples_of(row).samples) {
      const NamedTensors in = make_inputs(sample, Device::cpu, seed++);
      const OpDifference d =
          difference(op_outcome(row, sample.args, in, 1, s.device),
                     op_outcome(row, sample.args, in, 1, Device::reference), tolerance, of_gradients);
      s.check(d.empty(), row.name, ' ', sample.args.print(), ", sample ", seed - 101, ": ", d.words);
    }
  });
}

void special(Section& s) {
  each_op(s, [&](const OpRow& row) {
    s.record.checks += try_special_values(row, s.device, [&](const std::string& where) { s.differ(where); });
  });
}

}  // namespace skew::selftest
