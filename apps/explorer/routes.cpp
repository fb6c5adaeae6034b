// Counting, walking and summing routes.
#include "apps/explorer/routes.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "apps/explorer/rule_numbers.h"
#include "core/backward.h"
#include "core/op.h"

namespace skew::explorer {
namespace {

constexpr double most_walked = 5000, longest_walked = 1000;  // routes; nodes on them
constexpr size_t most_shown = 20;

// The part of the graph that lies between the result and the input.
class Between {
 public:
  Between(const Recording& recording, int result, int input) : recording_(recording), input_(input) {
    const size_t n = recording.nodes.size();
    reaches_.assign(n, false);
    reaches_[size_t(input)] = true;
    for (size_t id = size_t(input) + 1; id < n; ++id)
      for (size_t i = 0; i < recording.nodes[id].inputs.size(); ++i)
        if (passes(int(id), i)) reaches_[id] = true;
    std::vector<bool> wanted(n, false);
    wanted[size_t(result)] = true;
    for (size_t id = n; id-- > 0;) {
      if (!wanted[id] || !reaches_[id]) continue;
      order_.push_back(int(id));  // youngest first
      for (size_t i = 0; i < recording.nodes[id].inputs.size(); ++i)
        if (passes(int(id), i)) wanted[size_t(recording.nodes[id].inputs[i].node)] = true;
    }
  }

  // Whether a gradient goes from the node to its input, and on to the one that is asked for.
  bool passes(int id, size_t i) const {
    const RecordedNode& node = recording_.nodes[size_t(id)];
    return id != input_ && node.graph && node.inputs[i].node >= 0 && reaches_[size_t(node.inputs[i].node)] &&
           node.graph->inputs[i].needs_grad();
  }
  bool reached(int id) const { return reaches_[size_t(id)]; }
  const std::vector<int>& order() const { return order_; }

 private:
  const Recording& recording_;
  int input_;
  std::vector<bool> reaches_;
  std::vector<int> order_;
};

// What a node makes of a gradient for its input i: the engine's own way back.
Tensor send(const RecordedNode& node, size_t i, const Tensor& g) {
  const NoGrad off;
  Needs needs(node.inputs.size());
  for (size_t k = 0; k < needs.size(); ++k) needs[k] = node.graph->inputs[k].needs_grad();
  return node.graph->op->backward(g, node.graph->saved, needs)[i];
}

double norm(const Tensor& t) {
  double sum = 0;
  for (const double v : t.doubles()) sum += v * v;
  return std::sqrt(sum);
}

Tensor plus(const Tensor& a, const Tensor& b) { return a.defined() ? add_gradients(b.device(), a.copy(), b) : b; }

bool heavier(const Route& a, const Route& b) { return a.weight > b.weight; }

class Walker {
 public:
  Walker(const Recording& recording, const Between& between, int input)
      : recording_(recording), between_(between), input_(input) {}

  Count count(int result) {
    std::map<int, Count> routes = {{result, Count(1)}};
    for (const int id : between_.order())
      for (size_t i = 0; i < node(id).inputs.size(); ++i)
        if (between_.passes(id, i)) routes[node(id).inputs[i].node].add(routes[id]);
    return routes[input_];
  }

  // All of them, one after the other.
  std::vector<Route> walk(int result, const Tensor& seed) {
    routes_.clear();
    std::vector<Step> steps;
    walk_from(result, seed, steps);
    return std::move(routes_);
  }

  // Σ over all routes without walking them: gradients summed at each node.
  Tensor sum(int result, const Tensor& seed) {
    std::map<int, Tensor> g = {{result, seed}};
    for (const int id : between_.order())
      for (size_t i = 0; i < node(id).inputs.size(); ++i)
        if (between_.passes(id, i)) {
          Tensor& into = g[node(id).inputs[i].node];
          into = plus(into, send(node(id), i, g[id]));
        }
    return g[input_];
  }

  // The heaviest of scalars: the best twenty into each node are made of the best twenty into those before it. Their
  // steps lie in one list, each with the place of the step before: routes share their beginnings.
  std::vector<Route> heaviest(int result, const Tensor& seed) {
    struct Link {
      Step step;
      int before;
    };
    struct Head {
      Tensor product;
      double weight;
      int last;
    };
    std::vector<Link> links;
    std::map<int, std::vector<Head>> best;
    best[result] = {{seed, norm(seed), -1}};
    for (const int id : between_.order()) {
      if (id == input_) continue;
      for (size_t i = 0; i < node(id).inputs.size(); ++i) {
        if (!between_.passes(id, i)) continue;
        std::vector<Head>& into = best[node(id).inputs[i].node];
        const std::string slope = slope_words(id, i);
        for (const Head& head : best[id]) {
          const Tensor sent = send(node(id), i, head.product);
          links.push_back({{id, i, sent, slope}, head.last});
          into.push_back({sent, norm(sent), int(links.size()) - 1});
        }
        std::stable_sort(into.begin(), into.end(), [](const Head& a, const Head& b) { return a.weight > b.weight; });
        if (into.size() > most_shown) into.resize(most_shown);
      }
      best.erase(id);
    }
    std::vector<Route> out;
    for (const Head& head : best[input_]) {
      Route route{{}, head.product, head.weight};
      for (int at = head.last; at >= 0; at = links[size_t(at)].before) route.steps.push_back(links[size_t(at)].step);
      std::reverse(route.steps.begin(), route.steps.end());
      out.push_back(std::move(route));
    }
    return out;
  }

 private:
  const RecordedNode& node(int id) const { return recording_.nodes[size_t(id)]; }

  // "−6", where everything is a scalar.
  std::string slope_words(int id, size_t i) const {
    if (node(id).value.count() != 1 || recording_.nodes[size_t(node(id).inputs[i].node)].value.count() != 1) return "";
    const RecordedNode& n = node(id);
    const Device device = recording_.device == "cpu" ? Device::cpu : Device::reference;
    const Tensor one = Tensor::full(n.value.shape(), 1, n.value.dtype(), device);
    return pretty(send(n, i, one).item());
  }

  void walk_from(int id, const Tensor& g, std::vector<Step>& steps) {
    if (id == input_) {
      routes_.push_back({steps, g, norm(g)});
      return;
    }
    for (size_t i = 0; i < node(id).inputs.size(); ++i) {
      if (!between_.passes(id, i)) continue;
      const Tensor sent = send(node(id), i, g);
      steps.push_back({id, i, sent, slope_words(id, i)});
      walk_from(node(id).inputs[i].node, sent, steps);
      steps.pop_back();
    }
  }

  const Recording& recording_;
  const Between& between_;
  int input_;
  std::vector<Route> routes_;
};

double relative_error(const Tensor& a, const Tensor& b) {
  const std::vector<double> x = a.doubles(), y = b.doubles();
  double worst = 0, scale = 0;
  for (const double v : y) scale = std::max(scale, std::abs(v));
  for (size_t i = 0; i < x.size(); ++i) worst = std::max(worst, std::abs(x[i] - y[i]));
  return worst == 0 ? 0 : worst / std::max(scale, 1e-300);
}

// What a call sent to the node, all together.
Tensor gradient_of_call(const RecordedNode& node, int call) {
  Tensor sum;
  for (const Contribution& c : node.contributions)
    if (c.call == call) sum = plus(sum, c.value);
  return sum;
}

}  // namespace

void Count::add(const Count& other) {
  constexpr uint32_t base = 1000000000;
  uint32_t carry = 0;
  for (size_t i = 0; i < std::max(parts_.size(), other.parts_.size()) || carry; ++i) {
    if (i == parts_.size()) parts_.push_back(0);
    const uint32_t sum = parts_[i] + carry + (i < other.parts_.size() ? other.parts_[i] : 0);
    parts_[i] = sum % base;
    carry = sum / base;
  }
}

std::string Count::str() const {
  std::string out = std::to_string(parts_.back());
  for (size_t i = parts_.size() - 1; i-- > 0;) {
    const std::string digits = std::to_string(parts_[i]);
    out += std::string(9 - digits.size(), '0') + digits;
  }
  return out;
}

double Count::about() const {
  double value = 0;
  for (size_t i = parts_.size(); i-- > 0;) value = value * 1e9 + parts_[i];
  return value;
}

Explanation explain(const Recording& recording, const std::string& with_respect_to) {
  Explanation out;
  out.with_respect_to = recording.find(with_respect_to);
  int call = int(recording.calls.size()) - 1;
  const auto leads = [&](int result) { return Between(recording, result, out.with_respect_to).reached(result); };
  while (call >= 0 && !leads(recording.calls[size_t(call)].node)) --call;
  const RecordedNode& wanted = recording.nodes[size_t(out.with_respect_to)];
  if (call < 0 && !recording.calls.empty() && wanted.latest) {
    // the last value of a name may lead nowhere (after a step): the one before it is meant
    for (int id = out.with_respect_to; id-- > 0;)
      if (recording.nodes[size_t(id)].name == wanted.name && !wanted.name.empty()) {
        out.with_respect_to = id;
        call = int(recording.calls.size()) - 1;
        while (call >= 0 && !leads(recording.calls[size_t(call)].node)) --call;
        if (call >= 0) break;
      }
  }
  out.result = call >= 0 ? recording.calls[size_t(call)].node : recording.result();
  const RecordedNode& result = recording.nodes[size_t(out.result)];
  const Between between(recording, out.result, out.with_respect_to);
  if (!between.reached(out.result) || !result.wants_grad)
    throw ValueError(text("explain: no route leads from ", result.label(), " back to ", with_respect_to,
                          "; it has no share in it, or wants no gradient"));
  if (call < 0 && result.value.count() != 1)
    throw ValueError(text("explain: ", result.label(), " has ", result.value.count(),
                          " elements; reduce it to one, or call backward(gradient)"));
  const Device device = recording.device == "cpu" ? Device::cpu : Device::reference;
  Tensor seed = call >= 0 ? recording.calls[size_t(call)].seed
                          : Tensor::full(result.value.shape(), 1, result.value.dtype(), Device::reference);
  seed = seed.to(device);
  Walker walker(recording, between, out.with_respect_to);
  out.routes = walker.count(out.result);
  out.all_walked = out.routes.about() <= most_walked && double(between.order().size()) <= longest_walked;
  const bool scalars = std::all_of(between.order().begin(), between.order().end(),
                                   [&](int id) { return recording.nodes[size_t(id)].value.count() == 1; });
  if (out.all_walked) {
    out.heaviest = walker.walk(out.result, seed);
    for (const Route& route : out.heaviest) out.sum = plus(out.sum, route.product);
    std::stable_sort(out.heaviest.begin(), out.heaviest.end(), heavier);
    if (out.heaviest.size() > most_shown) out.heaviest.resize(most_shown);
  } else {
    out.sum = walker.sum(out.result, seed);
    out.heaviest = walker.heaviest(out.result, seed);
    out.shown_exact = scalars;
  }
  if (call >= 0) {
    out.gradient = gradient_of_call(recording.nodes[size_t(out.with_respect_to)], call);
    if (out.gradient.defined()) out.error = relative_error(out.sum, out.gradient);
  }
  return out;
}

}  // namespace skew::explorer
