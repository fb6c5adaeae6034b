// The loss kernels of every instruction set that this machine has, each in a process of its own: SKEW_ISA is read once.
#include <sys/wait.h>
#include <unistd.h>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <iostream>

#include "core/backward.h"
#include "core/error.h"
#include "core/kernel.h"
#include "core/memory.h"
#include "core/op.h"
#include "core/random.h"
#include "losses/table/loss_table.h"

using namespace skew;

namespace {

// Values and slopes of every loss at 1,000 logits; of the pointwise ones 500 with hard and 500 with soft labels.
std::vector<float> all_results() {
  std::vector<float> x(1000), y(1000), out;
  Generator random(4);
  for (size_t i = 0; i < x.size(); ++i) {
    x[i] = float(5 * random.normal());
    y[i] = i < 500 ? float(random.below(2)) : float(random.uniform());
  }
  for (const auto& [name, row] : loss_table()) {
    for (const char* gamma : {"2", "1.5"}) {
      LossParameters parameters;
      for (const FieldInfo& p : row.parameters)
        if (p.name == "gamma" || p.name == "gamma_neg") parameters.emplace_back(p.name, gamma);
      Tensor logits = Tensor::from(x, {20, 50});
      logits.set_requires_grad();
      std::vector<int64_t> index;
      for (int64_t i = 0; i < 20; ++i) index.push_back(7 * i % 50);
      const Tensor targets = row.single_label ? Tensor::from(index, {20}) : Tensor::from(y, {20, 50});
      const Reduction reduction = name == "two_way" ? Reduction::sum : Reduction::none;
      const Tensor l = loss(make_loss(name, parameters), logits, targets, {.reduction = reduction});
      backward(l, Tensor::full(l.shape(), 1));
      for (const Tensor& t : {l, logits.grad()})
        for (float v : t.values<float>()) out.push_back(v);
    }
  }
  return out;
}

// The numbers in a child process with SKEW_ISA set, through a file; none when this machine lacks that set.
std::vector<float> in_child(const std::string& isa) {
  FILE* file = std::tmpfile();
  REQUIRE(file);
  const pid_t child = fork();
  if (child == 0) {
    setenv("SKEW_ISA", isa.c_str(), 1);
    try {
      kernel_library(Device::cpu);
    } catch (const ValueError&) {
      _exit(2);
    }
    const std::vector<float> v = all_results();
    const bool wrote = kernel_library(Device::cpu).ends_with(", " + isa) &&
                       fwrite(v.data(), sizeof(float), v.size(), file) == v.size() && fflush(file) == 0;
    _exit(wrote ? 0 : 1);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  const bool lacking = WIFEXITED(status) && WEXITSTATUS(status) == 2;
  REQUIRE((status == 0 || lacking));
  std::rewind(file);
  std::vector<float> v;
  for (float x; fread(&x, sizeof x, 1, file) == 1;) v.push_back(x);
  std::fclose(file);
  return v;
}

}  // namespace

TEST_CASE("every instruction set computes the same losses to a few ULP") {
  if (facts_of(Device::cpu).row_major_only) {
    std::cout << "SKIPPED: losses on every instruction set: without oneDNN there is one loop for all\n";
    return;
  }
  const std::vector<float> baseline = in_child("baseline");
  CHECK(baseline.size() > 10000);
  for (const char* isa : {"avx2", "avx512"}) {
    const std::vector<float> other = in_child(isa);
    if (other.empty()) {
      std::cout << "SKIPPED: losses on " << isa << ": this machine has none\n";
      continue;
    }
    REQUIRE(other.size() == baseline.size());
    double worst = 0;
    for (size_t i = 0; i < other.size(); ++i)
      worst = std::max(worst, double(std::abs(other[i] - baseline[i])) / std::max(0.1, double(std::abs(baseline[i]))));
    INFO(isa << " differs by " << worst);
    CHECK(worst < 16 * 0x1p-23);
#ifndef __SANITIZE_ADDRESS__  // loops are not vectorised there, and all three round alike
    CHECK(worst > 0);         // else the same loops ran twice
#endif
  }
}
