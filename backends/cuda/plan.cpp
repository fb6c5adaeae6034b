// From a convolution to a plan: the operation's graph, the engines that cuDNN offers for it, and the rules that choose.
#include "backends/cuda/plan.h"

#include <algorithm>

#include "backends/cuda/runtime.h"

namespace skew::gpu::dnn {
namespace {

constexpr int64_t uid_x = 1, uid_w = 2, uid_y = 3;

template <class Range> std::vector<int64_t> list(const Range& range) { return {range.begin(), range.end()}; }

Descriptor tensor(int64_t uid, const std::array<int64_t, 4>& n, cudnnDataType_t type) {
  Descriptor d(CUDNN_BACKEND_TENSOR_DESCRIPTOR);
  d.set(CUDNN_ATTR_TENSOR_UNIQUE_ID, uid)
      .set(CUDNN_ATTR_TENSOR_DATA_TYPE, type)
      .set(CUDNN_ATTR_TENSOR_DIMENSIONS, list(n))
      .set(CUDNN_ATTR_TENSOR_STRIDES, std::vector<int64_t>{n[1] * n[2] * n[3], 1, n[3] * n[1], n[1]})
      .set(CUDNN_ATTR_TENSOR_BYTE_ALIGNMENT, int64_t(16))
      .finalize("a tensor");
  return d;
}

Descriptor convolution(const Problem& p) {
  Descriptor d(CUDNN_BACKEND_CONVOLUTION_DESCRIPTOR);
  const cudnnConvolutionMode_t mode = CUDNN_CROSS_CORRELATION;
  d.set(CUDNN_ATTR_CONVOLUTION_SPATIAL_DIMS, int64_t(2))
      .set(CUDNN_ATTR_CONVOLUTION_COMP_TYPE, CUDNN_DATA_FLOAT)
      .set(CUDNN_ATTR_CONVOLUTION_CONV_MODE, CUDNN_TYPE_CONVOLUTION_MODE, 1, &mode)
      .set(CUDNN_ATTR_CONVOLUTION_PRE_PADDINGS, list(p.before))
      .set(CUDNN_ATTR_CONVOLUTION_POST_PADDINGS, list(p.after))
      .set(CUDNN_ATTR_CONVOLUTION_FILTER_STRIDES, list(p.stride))
      .set(CUDNN_ATTR_CONVOLUTION_DILATIONS, list(p.dilation))
      .finalize("a convolution");
  return d;
}

// The names that cuDNN has for the same six things in each direction.
struct Names {
  cudnnBackendDescriptorType_t operation;
  cudnnBackendAttributeName_t x, w, y, convolution, alpha, beta;
};
constexpr std::array<Names, 3> names_of = {
    Names{CUDNN_BACKEND_OPERATION_CONVOLUTION_FORWARD_DESCRIPTOR, CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_X,
          CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_W, CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_Y,
          CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_CONV_DESC, CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_ALPHA,
          CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_BETA},
    Names{CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_DATA_DESCRIPTOR, CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_DX,
          CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_W, CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_DY,
          CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_CONV_DESC, CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_ALPHA,
          CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_BETA},
    Names{CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_FILTER_DESCRIPTOR, CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_X,
          CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_DW, CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_DY,
          CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_CONV_DESC, CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_ALPHA,
          CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_BETA}};

template <class Note> bool has(const std::vector<Note>& notes, Note note) {
  return std::find(notes.begin(), notes.end(), note) != notes.end();
}

// What cuDNN notes about an engine.
Engine noted(const Descriptor& engine) {
  Engine e;
  e.index = engine.number(CUDNN_ATTR_ENGINE_GLOBAL_INDEX);
  e.numerical = engine.notes<cudnnBackendNumericalNote_t>(CUDNN_ATTR_ENGINE_NUMERICAL_NOTE, CUDNN_TYPE_NUMERICAL_NOTE);
  e.behavior = engine.notes<cudnnBackendBehaviorNote_t>(CUDNN_ATTR_ENGINE_BEHAVIOR_NOTE, CUDNN_TYPE_BEHAVIOR_NOTE);
  return e;
}
Engine engine_of(const Configuration& c) {
  if (c.engine.get()) return noted(c.engine);
  const Descriptor engine(CUDNN_BACKEND_ENGINE_DESCRIPTOR);  // to be filled
  cudnnBackendDescriptor_t raw = engine.get();
  int64_t count = 0;
  check(cudnnBackendGetAttribute(c.configuration.get(), CUDNN_ATTR_ENGINECFG_ENGINE, CUDNN_TYPE_BACKEND_DESCRIPTOR, 1,
                                 &count, &raw),
        "a configuration's engine");
  return noted(engine);
}

}  // namespace

// ---- engines -----------------------------------------------------------------------------------------------------

std::string Engine::text() const {
  std::string words = skew::text("engine ", index, ", ", workspace, " bytes");
  const std::pair<cudnnBackendNumericalNote_t, const char*> known[] = {
      {CUDNN_NUMERICAL_NOTE_TENSOR_CORE, "tensor cores"},
      {CUDNN_NUMERICAL_NOTE_DOWN_CONVERT_INPUTS, "inputs rounded"},
      {CUDNN_NUMERICAL_NOTE_REDUCED_PRECISION_REDUCTION, "sums rounded"},
      {CUDNN_NUMERICAL_NOTE_FFT, "FFT"},
      {CUDNN_NUMERICAL_NOTE_NONDETERMINISTIC, "not deterministic"},
      {CUDNN_NUMERICAL_NOTE_WINOGRAD, "Winograd"}};
  for (const auto& [note, word] : known)
    if (has(numerical, note)) words += skew::text(", ", word);
  if (has(behavior, CUDNN_BEHAVIOR_NOTE_RUNTIME_COMPILATION)) words += ", compiled at run time";
  return words;
}

std::string why_not(const Engine& engine, const Problem& problem) {
  if (has(engine.behavior, CUDNN_BEHAVIOR_NOTE_RUNTIME_COMPILATION)) return "is compiled at run time";
  if (problem.deterministic && has(engine.numerical, CUDNN_NUMERICAL_NOTE_NONDETERMINISTIC))
    return "is not deterministic";
  if (has(engine.numerical, CUDNN_NUMERICAL_NOTE_REDUCED_PRECISION_REDUCTION)) return "rounds its sums";
  if (problem.type != CUDNN_DATA_FLOAT) return {};
  // also where TF32 may: this note is of a shorter type, fp16, whose range is not float's
  if (has(engine.numerical, CUDNN_NUMERICAL_NOTE_DOWN_CONVERT_INPUTS)) return "rounds its inputs";
  if (!problem.tf32 && has(engine.numerical, CUDNN_NUMERICAL_NOTE_TENSOR_CORE))
    return "multiplies in TF32 (tensor cores)";
  return {};
}

// ---- plans -------------------------------------------------------------------------------------------------------

void Plan::execute(cudnnHandle_t handle, const void* x, const void* w, const void* y, void* workspace) const {
  const int64_t uids[] = {uid_x, uid_w, uid_y};
  const void* const addresses[] = {x, w, y};
  Descriptor pack(CUDNN_BACKEND_VARIANT_PACK_DESCRIPTOR);
  pack.set(CUDNN_ATTR_VARIANT_PACK_UNIQUE_IDS, CUDNN_TYPE_INT64, 3, uids)
      .set(CUDNN_ATTR_VARIANT_PACK_DATA_POINTERS, CUDNN_TYPE_VOID_PTR, 3, addresses)
      .set(CUDNN_ATTR_VARIANT_PACK_WORKSPACE, CUDNN_TYPE_VOID_PTR, 1, &workspace)
      .finalize("a plan's tensors");
  const auto queue = [&] { return cudnnBackendExecute(handle, plan_.get(), pack.get()); };
  check(with_room(queue, is_short_of_memory), engine_.text().c_str());
}

Choice Plan::choice() const {
  Choice choice{engine_.index, {}};
  std::array<cudnnBackendDescriptor_t, CUDNN_KNOB_TYPE_COUNTS> raw{};
  std::vector<Descriptor> knobs;
  for (cudnnBackendDescriptor_t& knob : raw) {
    knobs.emplace_back(CUDNN_BACKEND_KNOB_CHOICE_DESCRIPTOR);  // to be filled
    knob = knobs.back().get();
  }
  int64_t count = 0;
  check(cudnnBackendGetAttribute(configuration_.configuration.get(), CUDNN_ATTR_ENGINECFG_KNOB_CHOICES,
                                 CUDNN_TYPE_BACKEND_DESCRIPTOR, std::ssize(raw), &count, raw.data()),
        "an engine's knobs");
  for (int64_t k = 0; k < count; ++k) {
    cudnnBackendKnobType_t type{};
    int64_t one = 0;
    check(cudnnBackendGetAttribute(raw[size_t(k)], CUDNN_ATTR_KNOB_CHOICE_KNOB_TYPE, CUDNN_TYPE_KNOB_TYPE, 1, &one,
                                   &type),
          "a knob");
    choice.knobs.emplace_back(type, knobs[size_t(k)].number(CUDNN_ATTR_KNOB_CHOICE_KNOB_VALUE));
  }
  return choice;
}

Planner::Planner(const Problem& problem, const Descriptor& device) : problem_(problem), device_(device) {
  const Names& names = names_of[size_t(problem.direction)];
  Descriptor x = tensor(uid_x, problem.x, problem.type), w = tensor(uid_w, problem.w, problem.type),
             y = tensor(uid_y, problem.y, problem.type), shape = convolution(problem), operation(names.operation);
  operation.set(names.x, x)
      .set(names.w, w)
      .set(names.y, y)
      .set(names.convolution, shape)
      .set(names.alpha, 1.f)
      .set(names.beta, 0.f)
      .finalize("a convolution's operation");
  graph_->graph.set(CUDNN_ATTR_OPERATIONGRAPH_OPS, operation).finalize("a convolution's graph");
  for (Descriptor* part : {&x, &w, &y, &shape, &operation}) graph_->parts.push_back(std::move(*part));
}

std::vector<Configuration> Planner::recommended(cudnnBackendHeurMode_t mode) const {
  Descriptor heuristics(CUDNN_BACKEND_ENGINEHEUR_DESCRIPTOR);
  heuristics.set(CUDNN_ATTR_ENGINEHEUR_OPERATION_GRAPH, graph_->graph)
      .set(CUDNN_ATTR_ENGINEHEUR_MODE, CUDNN_TYPE_HEUR_MODE, 1, &mode)
      .set(CUDNN_ATTR_ENGINEHEUR_DEVICEPROP, device_);
  std::vector<Configuration> configurations;
  if (!heuristics.try_finalize()) return configurations;
  int64_t count = 0;
  const auto results = [&](int64_t wanted, void* into) {
    check(cudnnBackendGetAttribute(heuristics.get(), CUDNN_ATTR_ENGINEHEUR_RESULTS, CUDNN_TYPE_BACKEND_DESCRIPTOR,
                                   wanted, &count, into),
          "the heuristics' results");
  };
  results(0, nullptr);
  std::vector<cudnnBackendDescriptor_t> raw;
  for (int64_t k = 0; k < count; ++k) {
    configurations.push_back({{}, Descriptor(CUDNN_BACKEND_ENGINECFG_DESCRIPTOR)});
    raw.push_back(configurations.back().configuration.get());
  }
  if (count) results(count, raw.data());
  configurations.resize(size_t(count));  // there may be fewer than were announced
  return configurations;
}

std::vector<Configuration> Planner::every_engine() const {
  std::vector<Configuration> configurations;
  const int64_t count = graph_->graph.number(CUDNN_ATTR_OPERATIONGRAPH_ENGINE_GLOBAL_COUNT);
  for (int64_t k = 0; k < count; ++k) {
    Descriptor engine(CUDNN_BACKEND_ENGINE_DESCRIPTOR), configuration(CUDNN_BACKEND_ENGINECFG_DESCRIPTOR);
    engine.set(CUDNN_ATTR_ENGINE_OPERATION_GRAPH, graph_->graph)
        .set(CUDNN_ATTR_ENGINE_GLOBAL_INDEX, k)
        .set(CUDNN_ATTR_ENGINE_DEVICEPROP, device_);
    if (!engine.try_finalize()) continue;
    configuration.set(CUDNN_ATTR_ENGINECFG_ENGINE, engine);
    if (configuration.try_finalize()) configurations.push_back({std::move(engine), std::move(configuration)});
  }
  return configurations;
}

Plan Planner::planned(Configuration configuration, Engine engine, std::string& why) const {
  Plan plan;
  plan.engine_ = std::move(engine);
  why = why_not(plan.engine_, problem_);
  if (why.empty()) {
    plan.plan_ = Descriptor(CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR);
    plan.plan_.set(CUDNN_ATTR_EXECUTION_PLAN_ENGINE_CONFIG, configuration.configuration)
        .set(CUDNN_ATTR_EXECUTION_PLAN_DEVICEPROP, device_);
    if (plan.plan_.try_finalize()) plan.engine_.workspace = plan.plan_.number(CUDNN_ATTR_EXECUTION_PLAN_WORKSPACE_SIZE);
    else why = last_sentence();
  }
  plan.graph_ = graph_;
  plan.configuration_ = std::move(configuration);
  return plan;
}

// found(plan, why): `why` says what forbids an engine, and then there is no plan; false ends the search. `without` is
// looked at anew for each.
template <class Found> void Planner::each_plan(const std::set<int64_t>& without, const Found& found) const {
  const auto search = [&](std::vector<Configuration> configurations) {
    for (Configuration& configuration : configurations) {
      Engine engine = engine_of(configuration);
      if (without.contains(engine.index)) continue;
      std::string why;
      Plan plan = planned(std::move(configuration), std::move(engine), why);
      if (!found(plan, why)) return false;
    }
    return true;
  };
  search(recommended(CUDNN_HEUR_MODE_A)) && search(every_engine()) && search(recommended(CUDNN_HEUR_MODE_FALLBACK));
}

std::optional<Plan> Planner::again(const Choice& choice, int64_t workspace) const {
  Configuration made{Descriptor(CUDNN_BACKEND_ENGINE_DESCRIPTOR), Descriptor(CUDNN_BACKEND_ENGINECFG_DESCRIPTOR)};
  made.engine.set(CUDNN_ATTR_ENGINE_OPERATION_GRAPH, graph_->graph)
      .set(CUDNN_ATTR_ENGINE_GLOBAL_INDEX, choice.engine)
      .set(CUDNN_ATTR_ENGINE_DEVICEPROP, device_);
  if (!made.engine.try_finalize()) return std::nullopt;
  std::vector<Descriptor> knobs;
  std::vector<cudnnBackendDescriptor_t> raw;
  for (const auto& [type, value] : choice.knobs) {
    const auto knob = cudnnBackendKnobType_t(type);
    knobs.emplace_back(CUDNN_BACKEND_KNOB_CHOICE_DESCRIPTOR);
    if (!knobs.back().try_set(CUDNN_ATTR_KNOB_CHOICE_KNOB_TYPE, CUDNN_TYPE_KNOB_TYPE, 1, &knob) ||
        !knobs.back().try_set(CUDNN_ATTR_KNOB_CHOICE_KNOB_VALUE, CUDNN_TYPE_INT64, 1, &value) ||
        !knobs.back().try_finalize())
      return std::nullopt;
    raw.push_back(knobs.back().get());
  }
  made.configuration.set(CUDNN_ATTR_ENGINECFG_ENGINE, made.engine);
  if (!raw.empty() && !made.configuration.try_set(CUDNN_ATTR_ENGINECFG_KNOB_CHOICES, CUDNN_TYPE_BACKEND_DESCRIPTOR,
                                                  std::ssize(raw), raw.data()))
    return std::nullopt;
  if (!made.configuration.try_finalize()) return std::nullopt;
  std::string why;
  Engine engine = engine_of(made);
  Plan plan = planned(std::move(made), std::move(engine), why);
  if (!why.empty() || plan.engine().workspace > workspace) return std::nullopt;
  return plan;
}

Plan Planner::first(int64_t workspace, const std::set<int64_t>& without) const {
  Plan best;
  std::string reasons;
  for (const int64_t engine : without) reasons += skew::text("; engine ", engine, " failed before");
  each_plan(without, [&](Plan& plan, std::string why) {
    if (why.empty() && plan.engine().workspace > workspace) why = "needs more workspace than there is";
    if (why.empty()) best = std::move(plan);
    else if (reasons.size() < 400) reasons += skew::text("; ", plan.engine().text(), " ", why);
    return !why.empty();
  });
  if (best.engine().index < 0) throw NoEngine(skew::text("cuDNN: no engine for this convolution", reasons));
  return best;
}

std::vector<Plan> Planner::all() const {
  std::vector<Plan> plans;
  each_plan({}, [&](Plan& plan, const std::string& why) {
    if (why.empty()) plans.push_back(std::move(plan));
    return true;
  });
  return plans;
}

std::vector<Plan> Planner::of_different_engines(int most, int64_t workspace) const {
  std::vector<Plan> plans;
  std::set<int64_t> taken;
  each_plan(taken, [&](Plan& plan, const std::string& why) {
    if (!why.empty() || plan.engine().workspace > workspace) return true;
    taken.insert(plan.engine().index);
    plans.push_back(std::move(plan));
    return std::ssize(plans) < most;
  });
  return plans;
}

}  // namespace skew::gpu::dnn
