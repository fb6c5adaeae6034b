// The plan of each problem, and what becomes of one that fails.
#include "backends/cuda/convolution_plans.h"

#include <cstdio>
#include <cstdlib>
#include <map>

#include "backends/cuda/conv2d.h"
#include "backends/cuda/elements.h"
#include "backends/cuda/plan_cache.h"
#include "backends/cuda/runtime.h"

namespace skew::gpu {
namespace {

struct Found {
  std::optional<dnn::Plan> plan;  // nothing: there is none
  std::set<int64_t> failed;       // engines that are not asked again
  bool kept = false;              // its choice is the one on disk
};

// Guarded by cudnn().mutex.
struct Plans {
  std::map<dnn::Problem, Found> found;
  dnn::PlanCache on_disk{dnn::plan_cache_path()};
  std::set<int64_t> said;  // engines whose failure was said
  bool said_none = false, saves_at_exit = false;
};
Plans& plans() {
  static Plans* const made = new Plans;  // never destroyed: the driver may be gone at the end of a program
  return *made;
}

// The next plan that needs at most `workspace` bytes, of an engine that has not failed; the one on disk where it is
// such.
void search(const dnn::Problem& problem, Found& found, int64_t workspace) {
  found.kept = false;
  found.plan.reset();
  try {
    const dnn::Planner planner(problem, cudnn().device);
    if (const auto choice = plans().on_disk.find(dnn::key_of(problem, cudnn().device)))
      found.plan = planner.again(*choice, workspace);
    found.kept = found.plan.has_value();
    if (!found.plan) found.plan = planner.first(workspace, found.failed);
  } catch (const dnn::NoEngine& none) {
    if (!std::exchange(plans().said_none, true))
      std::fprintf(stderr, "note: conv2d: %s; a product of matrices computes it, which is slower\n", none.what());
  } catch (...) {
    plans().found.erase(problem);  // nothing is known of it
    throw;
  }
}

Found& found_for(const dnn::Problem& problem) {
  const auto [at, is_new] = plans().found.try_emplace(problem);
  if (is_new) search(problem, at->second, convolution_mode().workspace);
  return at->second;
}

void save_choices() {
  const std::lock_guard lock(cudnn().mutex);
  if (is_alive()) plans().on_disk.save();  // whose engine broke the device is not known: none of them is passed on
}

// For later programs.
void keep(const dnn::Problem& problem, Found& found) {
  if (std::exchange(found.kept, true)) return;
  plans().on_disk.keep(dnn::key_of(problem, cudnn().device), found.plan->choice());
  if (!std::exchange(plans().saves_at_exit, true)) std::atexit(save_choices);
}

void give_up(const dnn::Problem& problem, Found& found, const char* why) {
  const dnn::Engine& engine = found.plan->engine();
  if (plans().said.insert(engine.index).second)
    std::fprintf(stderr, "note: conv2d: %s failed (%s); another way is taken\n", engine.text().c_str(), why);
  plans().on_disk.forget(dnn::key_of(problem, cudnn().device));
  found.failed.insert(engine.index);
  search(problem, found, convolution_mode().workspace);
}

std::array<int64_t, 4> lengths(const Shape& s) { return {s[0], s[1], s[2], s[3]}; }

}  // namespace

Cudnn::Cudnn() {
  dnn::check(with_room([this] { return cudnnCreate(&handle); }, dnn::is_short_of_memory), "a handle");
  dnn::check(cudnnSetStream(handle, stream()), "the stream");
}
Cudnn& cudnn() {
  static Cudnn* const made = new Cudnn;  // never destroyed: the driver may be gone at the end of a program
  return *made;
}

dnn::Problem problem_of(dnn::Direction direction, const Shape& x, const Shape& w, const Conv2dArgs& args, bool tf32) {
  return {.direction = direction,
          .x = lengths(x),
          .w = lengths(w),
          .y = lengths(conv2d_shape(x, w, args)),
          .before = {args.padding.top, args.padding.left},
          .after = {args.padding.bottom, args.padding.right},
          .stride = {args.stride.h, args.stride.w},
          .dilation = {args.dilation.h, args.dilation.w},
          .tf32 = tf32,
          .deterministic = convolution_mode().deterministic};
}

bool compute_by_plan(const dnn::Problem& problem, const void* x, const void* w, const void* y) {
  check_alive("conv2d");
  const std::lock_guard lock(cudnn().mutex);
  Found& found = found_for(problem);
  while (found.plan) {
    const int64_t bytes = found.plan->engine().workspace;
    std::optional<Scratch<uint8_t>> workspace;
    try {
      workspace.emplace(bytes);
    } catch (const MemoryError&) {  // with less, for good
      search(problem, found, bytes - 1);
      continue;
    }
    try {
      found.plan->execute(cudnn().handle, x, w, y, workspace->get());
      keep(problem, found);
      return true;
    } catch (const Error& error) {
      check_behind("conv2d");
      give_up(problem, found, error.what());
    }
  }
  return false;
}

ConvolutionMode& convolution_mode() {
  static ConvolutionMode mode;
  return mode;
}

PlanCounts plan_counts() {
  const std::lock_guard lock(cudnn().mutex);
  PlanCounts counts;
  for (const auto& [problem, found] : plans().found) ++(found.plan ? counts.plans : counts.none);
  return counts;
}

}  // namespace skew::gpu
