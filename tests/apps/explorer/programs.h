// What the explorer's tests share: running a program, and numbers from its recording.
#pragma once
#include <catch2/catch.hpp>
#include <string>

#include "apps/explorer/check.h"
#include "apps/explorer/program.h"
#include "core/text.h"

namespace skew::explorer {

inline Recording ran(const std::string& source, ProgramOptions options = {}) {
  Recording recording = run_program(source, options);
  INFO(recording.problem.message);
  REQUIRE_FALSE(recording.failed);
  return recording;
}

// The message of a program that must fail.
inline std::string refused(const std::string& source) {
  const Recording recording = run_program(source);
  CHECK(recording.failed);
  return recording.problem.message;
}

inline double value_of(const Recording& recording, const std::string& name) {
  return recording.nodes[size_t(recording.find(name))].value.item();
}
inline double grad_of(const Recording& recording, const std::string& name) {
  const Tensor& grad = recording.nodes[size_t(recording.find(name))].grad;
  REQUIRE(grad.defined());
  return grad.item();
}
inline std::string printed(const Recording& recording) {
  std::string out;
  for (const Event& event : recording.events)
    if (event.kind == Event::Kind::print) out += event.words + '\n';
  return out;
}

}  // namespace skew::explorer
