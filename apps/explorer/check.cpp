// Differences beside gradients.
#include "apps/explorer/check.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "apps/explorer/replay.h"

namespace skew::explorer {
namespace {

struct Slopes {
  double central, left, right;
};

// Of f along one element of `t`, which is put back.
Slopes slopes(Tensor& t, int64_t i, const std::function<double(const Tensor&)>& f) {
  double* const element = t.write<double>("check") + i;
  const double at = *element, h = difference_step * std::max(1.0, std::abs(at));
  const auto value = [&](double moved) {
    *element = moved;
    return f(t);
  };
  const double near_right = value(at + h), near_left = value(at - h), far = value(at + 2 * h) - value(at - 2 * h);
  const double middle = value(at);
  return {(8 * (near_right - near_left) - far) / (12 * h), (middle - near_left) / h, (near_right - middle) / h};
}

bool between(double x, double a, double b, double slack) {
  return x >= std::min(a, b) - slack && x <= std::max(a, b) + slack;
}

Tensor in_double_copy(const Tensor& t) {
  const Tensor d = t.host().to(DType::float64);
  return d.copy();
}

// What one backward call sent to a node.
std::vector<double> sent(const RecordedNode& node, int call) {
  std::vector<double> sum(size_t(node.value.count()), 0);
  for (const Contribution& c : node.contributions)
    if (c.call == call) {
      const std::vector<double> v = c.value.doubles();
      for (size_t i = 0; i < v.size(); ++i) sum[i] += v[i];
    }
  return sum;
}

// Elements first, first + step, … of a leaf and their differences beside the gradient.
LeafCheck check_leaf(Replay& replay, const RecordedNode& leaf, int call, int64_t most, double tolerance) {
  LeafCheck out{.node = leaf.id, .call = call, .elements = leaf.value.count()};
  const std::vector<double> gradient = sent(leaf, call);
  const int64_t step = std::max<int64_t>(1, (out.elements + most - 1) / std::max<int64_t>(1, most));
  Tensor t = in_double_copy(leaf.value);
  std::vector<std::pair<int64_t, Slopes>> found;
  double largest = 0;
  for (int64_t i = 0; i < out.elements; i += step) {
    found.emplace_back(i, slopes(t, i, [&](const Tensor& v) { return replay.at(leaf.id, v); }));
    if (std::isfinite(found.back().second.central)) largest = std::max(largest, std::abs(found.back().second.central));
  }
  for (const auto& [i, slope] : found) {
    const double g = gradient[size_t(i)], scale = std::abs(slope.central) + std::max(largest, 1e-3);
    const double error = std::abs(g - slope.central) / scale;
    const bool first = out.checked++ == 0, finite = std::isfinite(g) && std::isfinite(slope.central);
    const bool agrees = error <= tolerance;
    const bool kink = finite && !agrees && between(g, slope.left, slope.right, tolerance * scale) &&
                      std::abs(slope.left - slope.right) > 1e-2 * scale;
    const bool wrong = finite && !agrees && !kink;
    // told of: the first that is wrong, else the first that is not finite, else the worst
    if (!first && !wrong && (!out.ok || (finite && error <= out.worst))) continue;
    out.worst = error;
    out.at = i;
    out.gradient = g;
    out.difference = slope.central;
    out.kink = kink;
    out.ok = agrees || kink;
    if (wrong) break;
  }
  return out;
}

// Σ g·op along one element of one input.
RuleCheck check_rule(const Recording& recording, const RecordedNode& node, size_t input, double tolerance) {
  RuleCheck out{.op = node.op, .input = node.inputs[input].name, .node = node.id};
  const RecordedNode& into = recording.nodes[size_t(node.inputs[input].node)];
  const Contribution* given = nullptr;
  for (const Contribution& c : into.contributions)
    if (c.from == node.id && c.input == input) given = &c;
  if (!given || !node.grad.defined()) {
    out.words = "no gradient came to it; call backward()";
    return out;
  }
  const std::vector<double> rule = given->value.doubles(), g = node.grad.doubles();
  Tensor t = in_double_copy(into.value);
  std::vector<double> differences;
  double largest = 1e-3;
  for (int64_t i = 0; i < t.count(); ++i) {
    const Slopes slope = slopes(t, i, [&](const Tensor& v) {
      const std::vector<double> y = compute_op(recording, node, input, v).doubles();
      return std::inner_product(y.begin(), y.end(), g.begin(), 0.);
    });
    const bool kink = std::abs(slope.left - slope.right) > 1e-2 * (std::abs(slope.central) + 1e-3);
    differences.push_back(kink && between(rule[size_t(i)], slope.left, slope.right, 1e-9) ? rule[size_t(i)]
                                                                                          : slope.central);
    largest = std::max(largest, std::abs(differences.back()));
  }
  for (size_t i = 0; i < differences.size(); ++i) {
    ++out.checked;
    out.rule = rule[i];
    out.difference = differences[i];
    if (std::abs(rule[i] - differences[i]) <= tolerance * (std::abs(differences[i]) + largest)) continue;
    out.at = int64_t(i);
    return out;
  }
  return out;
}

double tolerance_of(const Recording& recording) {
  return recording.device == "cpu" ? float_tolerance : check_tolerance;
}

}  // namespace

void check_leaves(Recording& recording, const CheckLimits& limits, size_t calls) {
  recording.check.clear();
  const size_t first = recording.calls.size() > calls ? recording.calls.size() - calls : 0;
  int64_t work = 0;
  for (size_t call = first; call < recording.calls.size(); ++call) {
    Replay replay(recording, recording.calls[call].node);
    replay.seed(recording.calls[call].seed);
    for (const int leaf : replay.leaves()) {
      const RecordedNode& node = recording.nodes[size_t(leaf)];
      const int64_t dear = std::max<int64_t>(1, int64_t(recording.nodes.size()) * 5);
      const int64_t affordable = (limits.work - work) / dear;
      if (affordable < 1) {
        recording.check.push_back({.node = leaf, .call = int(call), .elements = node.value.count()});
        continue;
      }
      const int64_t before = replay.work();
      recording.check.push_back(
          check_leaf(replay, node, int(call), std::min(limits.elements, affordable), tolerance_of(recording)));
      work += replay.work() - before;
    }
  }
}

void check_rules(Recording& recording, const std::vector<std::string>& ops, const CheckLimits& limits) {
  recording.rules.clear();
  for (const std::string& op : ops) {
    std::vector<RuleCheck> last;
    int64_t elements = 0;
    for (const RecordedNode& node : recording.nodes) {
      if (node.op != op || !node.graph || elements > limits.elements) continue;
      std::vector<RuleCheck> found;
      for (const LocalRule& rule : node.rules)
        if (node.inputs[rule.input].node >= 0)
          found.push_back(check_rule(recording, node, rule.input, tolerance_of(recording)));
      for (const RuleCheck& check : found) elements += check.checked;
      const bool wrong = std::any_of(found.begin(), found.end(), [](const RuleCheck& c) { return c.at >= 0; });
      last = std::move(found);
      if (wrong) break;
    }
    recording.rules.insert(recording.rules.end(), last.begin(), last.end());
  }
}

void name_culprits(Recording& recording) {
  const bool agree = std::none_of(recording.check.begin(), recording.check.end(),
                                  [](const LeafCheck& c) { return !c.ok && c.finite(); });
  if (agree || recording.first_not_finite >= 0) return;  // beside NaN every way back looks wrong
  std::vector<std::string> ops;
  for (const RecordedNode& node : recording.nodes) {
    const bool own =
        std::find(recording.own_rules.begin(), recording.own_rules.end(), node.op) != recording.own_rules.end();
    if (node.graph && !own && std::find(ops.begin(), ops.end(), node.op) == ops.end()) ops.push_back(node.op);
  }
  const std::vector<RuleCheck> of_rules = recording.rules;
  check_rules(recording, ops);
  std::erase_if(recording.rules, [](const RuleCheck& c) { return c.at < 0; });
  recording.rules.insert(recording.rules.begin(), of_rules.begin(), of_rules.end());
}

bool all_ok(const Recording& recording) {
  return std::all_of(recording.check.begin(), recording.check.end(), [](const LeafCheck& c) { return c.ok; }) &&
         std::all_of(recording.rules.begin(), recording.rules.end(), [](const RuleCheck& c) { return c.at < 0; });
}

}  // namespace skew::explorer
