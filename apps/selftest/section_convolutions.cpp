// Every convolution of the project's networks in its three directions: which engine the library takes for it, and the
// first engines beside the definition. Whole numbers must come out exactly, from whatever engine and in TF32 too,
// unless it transforms them (Winograd, FFT). Normal numbers show that strict float is not rounded on the way.
#include <algorithm>
#include <cmath>
#include <set>

#include "apps/selftest/levels.h"
#include "apps/selftest/section.h"
#include "core/op.h"
#include "core/op_watch.h"
#include "core/random.h"
#include "models/networks/network_table.h"
#include "ops/conv2d_engines.h"

namespace skew::selftest {
namespace {

// The convolutions of networks while they run once: op, input and weights give stride and padding of ours.
class Convolutions : public GraphWatch {
 public:
  explicit Convolutions(ptrdiff_t batch) : batch_(batch) {}
  void before(const Op& op, Inputs in, const Shape& y) override {
    if (op.name() != "conv2d") return;
    const Shape &x = in[0].shape(), &w = in[1].shape();
    ConvProblem p;
    p.x = {batch_, x[1], x[2], x[3]};
    p.w = w;
    p.args.kernel = Pair{w[2], w[3]};
    p.args.padding = Pads(w[2] / 2);
    p.args.stride = (x[2] + y[2] - 1) / y[2];
    p.args.groups = x[1] / w[1];
    if (!(conv2d_shape(x, w, p.args) == y)) throw ValueError("a convolution of an unknown form");
    if (seen_.insert(text(p.x, p.w, p.args.stride.h)).second) list.push_back(p);
  }
  void after(const Op&, Inputs, const Tensor&) override {}
  void back(const Node&, const Tensor&, Tensors&) override {}

  std::vector<ConvProblem> list;

 private:
  ptrdiff_t batch_;
  std::set<std::string> seen_;
};

std::vector<ConvProblem> convolutions_of(const std::vector<std::string>& names, ptrdiff_t side, ptrdiff_t batch) {
  Convolutions found(batch);
  const NoGrad off;
  for (const std::string& name : names) {
    seed(0);
    const auto network = make_network(name, {.in_channels = 3, .classes = 5, .image_size = side});
    network->train(false);
    network->forward(Tensor::zeros({1, 3, side, side}));
  }
  return found.list;
}

constexpr std::array directions = {ConvDirection::forward, ConvDirection::data, ConvDirection::weights};
const char* name_of(ConvDirection d) {
  constexpr std::array names = {"y", "dx", "dw"};
  return names[size_t(d)];
}

std::string words(const ConvProblem& p) {
  return text(name_of(p.direction), " of ", p.x, " and ", p.w, ", stride ", p.args.stride.h, p.tf32 ? ", TF32" : "");
}

// The two operands of a direction.
using MakeNumbers = std::vector<float> (*)(size_t count, uint64_t seed);
std::pair<Tensor, Tensor> operands(const ConvProblem& p, MakeNumbers make) {
  const Shape y = conv2d_shape(p.x, p.w, p.args);
  const auto tensor = [&](const Shape& shape, uint64_t number) {
    return Tensor::from(make(size_t(shape.count()), number), shape, Device::reference);
  };
  switch (p.direction) {
    case ConvDirection::forward: return {tensor(p.x, 1), tensor(p.w, 2)};
    case ConvDirection::data: return {tensor(y, 3), tensor(p.w, 2)};
    case ConvDirection::weights: return {tensor(p.x, 1), tensor(y, 3)};
  }
  return {};
}

std::vector<double> by_definition(const ConvProblem& p, const Tensor& a, const Tensor& b) {
  switch (p.direction) {
    case ConvDirection::forward: return conv2d_forward(Device::reference, a, b, {}, p.args).doubles();
    case ConvDirection::data: return conv2d_backward_data(Device::reference, a, b, p.x, p.args).doubles();
    case ConvDirection::weights:
      return conv2d_backward_weights(Device::reference, b, a, Tensor::zeros(p.w, DType::float32, Device::reference),
                                     p.args, false)
          .dw.doubles();
  }
  return {};
}

// How many products a result is the sum of.
double parts(const ConvProblem& p) {
  const Shape y = conv2d_shape(p.x, p.w, p.args);
  const double taps = double(p.w[2] * p.w[3]);
  switch (p.direction) {
    case ConvDirection::forward: return double(p.w[1]) * taps;
    case ConvDirection::data: return double(p.w[0]) * taps;
    case ConvDirection::weights: return double(p.x[0] * y[2] * y[3]);
  }
  return 1;
}

// Whole numbers and normal ones through the first `most` engines.
void compare(Section& s, ConvProblem p, int most) {
  const auto [a, b] = operands(p, [](size_t n, uint64_t seed) { return whole_numbers(n, 2, seed); });
  const std::vector<double> truth = by_definition(p, a, b);
  const auto computed = [&](const Tensor& first, const Tensor& second) {
    return conv2d_engines(s.device, p, most, first.to(s.device), second.to(s.device));
  };
  const ConvEngines engines = computed(a, b);
  if (!s.check(!engines.list.empty(), words(p), ": ", engines.why_none)) return;
  const double n = parts(p), rounding = 0x1p-23 * std::sqrt(n);
  for (const ConvEngine& e : engines.list) {
    if (!s.check(e.failure.empty(), words(p), ", ", e.name, ": ", e.failure)) continue;
    // a transform's roundings are some 30 times those of the sums (its constants reach 1/24); in TF32 the transformed
    // numbers are rounded to 10 bits
    const double allowed = e.transforms ? (p.tf32 ? 0x1p-9 : 32 * rounding) * 4 * std::sqrt(n) : 0;
    const double off = largest_difference(e.result.doubles(), truth);
    s.check(off <= allowed, words(p), ", ", e.name, ": whole numbers are off by ", off);
  }
  const auto [c, d] = operands(p, normal_numbers);
  const std::vector<double> exact = by_definition(p, c, d);
  for (const ConvEngine& e : computed(c, d).list) {
    if (!e.failure.empty()) continue;  // said above, or by the next run
    const std::vector<double> found = e.result.doubles();
    if (p.tf32 && !e.transforms) {
      const double off = rms_difference(found, exact) / std::sqrt(n);
      s.check(off <= rounded_rms, words(p), ", ", e.name, ": normal numbers are off by ", off,
              " of their size at the root mean square; is bf16 used?");
    } else {
      const double off = largest_difference(found, exact) / std::sqrt(n);
      const double of_transforms = p.tf32 ? 4 * 0x1p-9 : 32 * rounding;
      s.check(off <= (e.transforms ? of_transforms : strict_largest(n)), words(p), ", ", e.name,
              ": normal numbers are off by ", off, " of their size; are the inputs rounded?");
    }
  }
  const auto [large, other] = operands(p, with_a_large_one);
  for (const ConvEngine& e : computed(large, other).list)
    if (e.failure.empty())
      s.check(all_finite(e.result.doubles()), words(p), ", ", e.name,
              ": one input of 1e5 made infinities; is fp16 used?");
}

// The plans of the emulated record of a described device of this capability; none: null.
Json described_plans(const Section& s, std::string& cudnn) {
  for (const Json& record : built_in_records()) {
    const Json device = record.value("device", Json::object());
    if (record.value("level", "") != "emulated" || device.value("capability", "") != s.capability) continue;
    for (const Json& section : record.value("sections", Json::array())) {
      const Json plans = section.value("details", Json::object()).value("plans", Json());
      if (!plans.is_array()) continue;
      cudnn = device.value("cudnn", "");
      return plans;
    }
  }
  return {};
}

// Says how many convolutions got the engine that the library planned for the described device. Another one is no fault:
// the plan came from a description, and from another version of the library perhaps.
void compare_with_described(Section& s, const Json& plans) {
  std::string cudnn;
  const Json described = described_plans(s, cudnn);
  if (described.is_null())
    return s.note("no described device of capability ", s.capability, " to compare engines with");
  const auto engine = [](const Json& plan) {  // without what it needs and how it works
    const std::string words = plan.get<std::string>();
    return words.substr(0, words.find(',', words.rfind(": ")));
  };
  std::set<std::string> planned;
  for (const Json& plan : described)
    if (plan.is_string()) planned.insert(engine(plan));
  std::vector<std::string> others;
  for (const Json& plan : plans)
    if (!planned.contains(engine(plan))) others.push_back(engine(plan));
  s.note(plans.size() - others.size(), " of ", plans.size(), " convolutions have the engine that cuDNN ", cudnn,
         " planned for a described device of capability ", s.capability,
         cudnn == s.cudnn ? std::string() : text("; this is cuDNN ", s.cudnn));
  s.record.details["other_engines_than_planned"] = others;
}

}  // namespace

void convolutions(Section& s) {
  if (!has_engines(s.device)) return s.leave_out("this device has no list of engines");
  std::vector<bool> modes = {false};
  if (s.tf32) modes.push_back(true);
  Json plans = Json::array();
  for (ConvProblem p : convolutions_of({"small_cnn", "resnet8", "resnet18", "resnet34", "resnet50"}, 64, 32))
    for (const bool tf32 : modes)
      for (const ConvDirection direction : directions) {
        p.direction = direction;
        p.tf32 = tf32;
        if (s.late()) return s.cut("engines from " + words(p) + " on");
        const ConvEngines engines = conv2d_engines(s.device, p, 1, {}, {});
        const bool some = s.check(!engines.list.empty(), words(p), ": ", engines.why_none);
        plans.push_back(text(words(p), ": ", some ? engines.list[0].name : "none"));
      }
  s.record.details["plans"] = plans;
  compare_with_described(s, plans);

  const std::vector<ConvProblem> small = s.toy
                                             ? convolutions_of({"resnet8"}, 16, 1)
                                             : convolutions_of({"small_cnn", "resnet8", "resnet18", "resnet50"}, 64, 2);
  for (ConvProblem p : small)
    for (const bool tf32 : modes)
      for (const ConvDirection direction : directions) {
        p.direction = direction;
        p.tf32 = tf32;
        if (s.late()) return s.cut("convolutions from " + words(p) + " on, beside the definition");
        try {
          compare(s, p, s.toy ? 2 : 5);
        } catch (const std::exception& error) {
          s.check(false, words(p), ": ", error.what());
        }
      }
}

}  // namespace skew::selftest
