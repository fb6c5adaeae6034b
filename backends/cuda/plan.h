// A convolution as cuDNN is asked for it, and the plan that answers.
#pragma once
#include <array>
#include <compare>
#include <memory>
#include <optional>
#include <set>

#include "backends/cuda/dnn.h"

namespace skew::gpu::dnn {

enum class Direction { forward, data, weights };  // what is computed: y, dx or dw

// All that a plan depends on beside the device. Tensors are in channels_last order, aligned to 16 bytes; sums are
// float.
struct Problem {
  Direction direction{};
  std::array<int64_t, 4> x{}, w{}, y{};      // N, C, H, W; the groups show in w's channels
  std::array<int64_t, 2> before{}, after{};  // padding: top and left, bottom and right
  std::array<int64_t, 2> stride{}, dilation{};
  bool tf32 = false;                        // inputs may be rounded to 10 bits of mantissa
  bool deterministic = true;                // equal runs give equal bits
  cudnnDataType_t type = CUDNN_DATA_FLOAT;  // of x, w and y; CUDNN_DATA_BFLOAT16 is planned, not yet computed with
  auto operator<=>(const Problem&) const = default;
};

// What cuDNN says of an engine that is asked for a problem.
struct Engine {
  int64_t index = -1, workspace = 0;  // bytes
  std::vector<cudnnBackendNumericalNote_t> numerical;
  std::vector<cudnnBackendBehaviorNote_t> behavior;
  std::string text() const;  // "engine 34, 0 bytes, tensor_core"
};
// Why the problem's rules forbid an engine; empty where they do not.
std::string why_not(const Engine& engine, const Problem& problem);

// From which a plan can be made again: the engine's number and how its knobs are turned.
struct Choice {
  int64_t engine = -1;
  std::vector<std::pair<int64_t, int64_t>> knobs;  // cudnnBackendKnobType_t, value
  bool operator==(const Choice&) const = default;
};

// The descriptors of a problem's graph; plans keep them, because a plan may refer to them.
struct Graph {
  std::vector<Descriptor> parts;
  Descriptor graph{CUDNN_BACKEND_OPERATIONGRAPH_DESCRIPTOR};
};
struct Configuration {
  Descriptor engine;  // empty where cuDNN's heuristics made it
  Descriptor configuration;
};

class Plan {
 public:
  const Engine& engine() const { return engine_; }
  Choice choice() const;
  // Queues it on the handle's stream. `workspace`: as many bytes as the engine asks for.
  void execute(cudnnHandle_t handle, const void* x, const void* w, const void* y, void* workspace) const;

 private:
  friend class Planner;
  Engine engine_;
  std::shared_ptr<const Graph> graph_;
  Configuration configuration_;
  Descriptor plan_;  // goes first
};

// Finds plans for one problem on one device: first what cuDNN's heuristics recommend, then every engine there is, then
// the heuristics' last resort.
class Planner {
 public:
  Planner(const Problem& problem, const Descriptor& device);

  // The first plan that the rules allow and that needs at most `workspace` bytes; engines of `without` are not asked.
  // Throws NoEngine with the reasons.
  Plan first(int64_t workspace, const std::set<int64_t>& without = {}) const;
  // The plan of a choice that was made before; nothing where cuDNN does not know it, the rules forbid it or it needs
  // more.
  std::optional<Plan> again(const Choice& choice, int64_t workspace) const;
  // Every plan that the rules allow, in that order.
  std::vector<Plan> all() const;
  // The first `most` of them that are of different engines and need at most `workspace` bytes.
  std::vector<Plan> of_different_engines(int most, int64_t workspace) const;

 private:
  template <class Found> void each_plan(const std::set<int64_t>& without, const Found& found) const;
  Plan planned(Configuration configuration, Engine engine, std::string& why) const;  // no plan where `why` is said
  std::vector<Configuration> recommended(cudnnBackendHeurMode_t mode) const;
  std::vector<Configuration> every_engine() const;

  Problem problem_;
  const Descriptor& device_;
  std::shared_ptr<Graph> graph_ = std::make_shared<Graph>();
};

}  // namespace skew::gpu::dnn
