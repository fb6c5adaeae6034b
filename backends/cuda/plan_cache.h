// Which engine answered a convolution, kept on disk, so that the next program need not ask all of them: the choice
// alone, a few whole numbers, from which the plan is made again. What a file says is held against the same rules as
// what cuDNN says: a wrong or a forged file costs time, nothing else. Next: plan.h.
#pragma once
#include <map>
#include <optional>

#include "backends/cuda/plan.h"

namespace skew::gpu::dnn {

// cuDNN's version, the device's properties, and every number of the problem.
using PlanKey = std::vector<int64_t>;
PlanKey key_of(const Problem& problem, const Descriptor& device);

class PlanCache {
 public:
  // Of the file at `path`, read when it is first asked; "": nothing is kept. What cannot be read or understood is said
  // once on stderr, ignored, and replaced by the next save().
  explicit PlanCache(std::string path) : path_(std::move(path)) {}
  std::optional<Choice> find(const PlanKey& key);
  void keep(const PlanKey& key, const Choice& choice);
  void forget(const PlanKey& key);  // in the file, too
  // Where something was kept since: together with what other programs have written meanwhile, completely or not at
  // all. A folder that cannot be written to is said once.
  void save();
  size_t size();  // choices that are known

 private:
  using Choices = std::map<PlanKey, Choice>;
  Choices read() const;
  void read_once();
  void say_once(const std::string& what);

  std::string path_;
  Choices choices_;
  std::set<PlanKey> kept_, forgotten_;  // since the file was read
  bool was_read_ = false, changed_ = false, said_ = false;
};

// $XDG_CACHE_HOME/skew/cuda-plans, else ~/.cache/skew/cuda-plans; "" where neither is known.
std::string plan_cache_path();

}  // namespace skew::gpu::dnn
