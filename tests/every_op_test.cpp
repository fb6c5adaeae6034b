// Driven by the registry: every op is gradient-checked in double on the reference, compared across devices, seen to
// refuse bad input and to call the slots that its row lists. An op without samples, without a refused case or with an
// empty slot fails here.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <set>

#include "core/backward.h"
#include "core/error.h"
#include "core/gradcheck.h"
#include "core/memory.h"
#include "apps/op_trials/op_samples.h"

using namespace skew;

namespace {

// The row's inputs as a list, with gradients wanted where the row says they exist.
Tensors leaves(const OpRow& row, const NamedTensors& in, std::vector<std::string>& names) {
  Tensors list;
  for (const auto& [name, t] : in) {
    Tensor leaf = t;
    for (const std::string& d : row.differentiable)
      if (d == name && is_floating(t.dtype())) leaf.set_requires_grad();
    list.push_back(leaf);
    names.push_back(name);
  }
  return list;
}

Tensor run(const OpRow& row, const std::vector<std::string>& names, const Tensors& list, const Args& args) {
  NamedTensors in;
  for (size_t i = 0; i < names.size(); ++i) in[names[i]] = list[i];
  return row.run(in, args).at("y");
}

double difference(const Tensor& a, const Tensor& b) {
  const auto x = a.to(DType::float64).values<double>(), y = b.doubles();
  double worst = 0, scale = 1;
  for (size_t i = 0; i < x.size(); ++i) scale = std::max(scale, std::abs(x[i]));
  for (size_t i = 0; i < x.size(); ++i) worst = std::max(worst, std::abs(x[i] - y[i]) / scale);
  return worst;
}

// All devices of this program but the reference: the cpu, and cuda where it is linked (emulation/README.md).
std::vector<Device> devices_beside_reference() {
  std::vector<Device> list;
  for (const Device device : all_devices)
    if (device != Device::reference && allocate_memory.has(device)) list.push_back(device);
  return list;
}

}  // namespace

TEST_CASE("every op has samples, a refused case and filled slots") {
  CHECK(registered_ops().size() > 0);
  for (const auto& [name, row] : registered_ops()) {
    INFO(name);
    CHECK(samples_of(row).samples.size() >= 12);
    CHECK(samples_of(row).refused.size() >= 1);
    CHECK_FALSE(row.doc.empty());
    CHECK_FALSE(row.formula.empty());
    CHECK(has_op(row, Device::reference));
    for (const Device device : devices_beside_reference()) {
      for (const Slot* slot : row.slots)
        if (!slot->has(device))
          std::printf("%s: %s has no slot %s\n", name_of(device), name.c_str(), slot->name().data());
      INFO("on " << name_of(device));
      CHECK(has_op(row, device));
    }
  }
}

TEST_CASE("every op's gradient agrees with finite differences") {
  ptrdiff_t checked = 0;
  for (const auto& [name, row] : registered_ops()) {
    uint64_t seed = 1;
    for (const Sample& sample : samples_of(row).samples) {
      std::vector<std::string> names;
      const Tensors in = leaves(row, make_inputs(sample, Device::reference, seed++), names);
      INFO(name << " sample " << seed - 2 << ": " << sample.args.print());
      bool any = false;
      for (const Tensor& t : in) any |= t.requires_grad();
      if (!any) continue;
      const GradcheckReport r = gradcheck([&](const Tensors& x) { return run(row, names, x, sample.args); }, in, names);
      INFO(r.where << " error " << r.worst);
      CHECK(r.ok);
      checked += r.checked;
    }
  }
  std::printf("gradcheck: %zu ops, %td derivatives\n", registered_ops().size(), checked);
}

TEST_CASE("the gradient check finds a wrong derivative") {
  // x·detach(x) has value x² but derivative x: the check must say so, or it checks nothing
  Tensor x = Tensor::from(std::vector<double>{1.5, -2, 3}, {3}, Device::reference);
  x.set_requires_grad();
  const OpRow& mul = registered_ops().at("mul");
  const auto r = gradcheck(
      [&](const Tensors& in) {
        return mul.run({{"a", in[0]}, {"b", in[0].detach()}}, {}).at("y");
      },
      {x}, {"x"});
  CHECK_FALSE(r.ok);
}

TEST_CASE("every op gives the same on every device as on the reference") {
  for (const Device device : devices_beside_reference()) {
    ptrdiff_t samples = 0, gradients = 0;
    double worst = 0;
    for (const auto& [name, row] : registered_ops()) {
      if (!has_op(row, device)) continue;  // the case above says so
      uint64_t seed = 100;
      for (const Sample& sample : samples_of(row).samples) {
        std::vector<std::string> names, same;
        const NamedTensors there = make_inputs(sample, device, seed++);
        NamedTensors truth;
        for (const auto& [key, t] : there) {
          const Tensor r = t.to(Device::reference);
          truth[key] = is_floating(r.dtype()) ? r.to(DType::float64) : r;
        }
        const Tensors a = leaves(row, truth, names), b = leaves(row, there, same);
        INFO(name << " on " << name_of(device) << ", sample " << seed - 101 << ": " << sample.args.print());
        const Tensor ya = run(row, names, a, sample.args), yb = run(row, same, b, sample.args);
        ++samples;
        worst = std::max(worst, difference(ya, yb));
        CHECK(difference(ya, yb) < 2e-5);
        if (!ya.requires_grad()) continue;
        std::vector<float> dy(size_t(ya.count()));
        for (size_t i = 0; i < dy.size(); ++i) dy[i] = float(std::sin(double(i) + 1));
        const Tensor seed_gradient = Tensor::from(dy, ya.shape(), Device::reference);
        backward(ya, seed_gradient.to(DType::float64));
        backward(yb, seed_gradient.to(device));
        for (size_t i = 0; i < a.size(); ++i) {
          if (!a[i].requires_grad() || !a[i].grad().defined()) continue;
          INFO("gradient of " << names[i]);
          REQUIRE(b[i].grad().defined());
          ++gradients;
          CHECK(difference(a[i].grad(), b[i].grad()) < 1e-4);
        }
      }
    }
    std::printf("%s beside the reference: %td samples, %td gradients, worst value %.2g of its largest\n",
                name_of(device), samples, gradients, worst);
  }
}

TEST_CASE("every op calls the slots that its row lists, and no other") {
  // those that core calls around any op, and that every device with memory has
  const std::set<std::string_view> of_core = {
      "reorder",  "add_gradients", "allocate_memory", "release_memory",   "upload",
      "download", "copy_memory",   "fill_elements",   "convert_elements", "all_elements_finite"};
  static std::set<const Slot*> called;
  for (const auto& [name, row] : registered_ops()) {
    called.clear();
    Slot::watch = [](const Slot& slot) { called.insert(&slot); };
    for (const Device device : all_devices)
      for (const Sample& sample : samples_of(row).samples) {
        if (!allocate_memory.has(device) || !has_op(row, device)) continue;
        std::vector<std::string> names;
        const Tensors in = leaves(row, make_inputs(sample, device, 7), names);
        const Tensor y = run(row, names, in, sample.args);
        if (y.requires_grad()) backward(y, Tensor::full(y.shape(), 1, y.dtype(), device));
      }
    Slot::watch = nullptr;
    INFO(name);
    for (const Slot* slot : row.slots) {
      if (facts_of(Device::cpu).row_major_only) continue;  // built without the fast kernels, which call one another
      INFO("listed: " << slot->name());
      CHECK(called.contains(slot));
    }
    for (const Slot* slot : called) {
      if (of_core.contains(slot->name())) continue;
      INFO("called: " << slot->name());
      CHECK(std::find(row.slots.begin(), row.slots.end(), slot) != row.slots.end());
    }
  }
}

TEST_CASE("every op refuses what it cannot do, by its name") {
  for (const auto& [name, row] : registered_ops())
    for (const Sample& sample : samples_of(row).refused) {
      INFO(name << ' ' << sample.args.print());
      try {
        row.run(make_inputs(sample, Device::reference, 1), sample.args);
        FAIL("was not refused");
      } catch (const Error& error) {
        CHECK(std::string(error.what()).rfind(name, 0) == 0);
      }
    }
}
