// Networks that learn while one looks: two of the same kind from the same first weights on the same batches, one by
// BCE, one by RAL, so that what the loss alone does to a rare class can be seen. The data are made here: points in a
// plane, or shapes of 8×8 pixels, three common classes and a rare one. Everything is computed by this engine, in double
// on the reference.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "core/random.h"
#include "core/tensor.h"
#include "models/modules/sequential.h"
#include "models/optim/adam.h"

namespace skew::explorer {

enum class LiveData { points, shapes };

class LiveNet {
 public:
  static constexpr int classes = 4, rare = 3;
  // missing: the share of the rare class's labels, 0 … 1, that the training does not see, as where nobody marked them.
  // Throws ValueError for another share.
  LiveNet(LiveData data, uint64_t seed, double missing = 0);

  void step();  // one batch, both networks
  int64_t steps() const { return steps_; }

  // What changes with each step, as JSON: {"step", "nets": [{"name", "loss", "layers": [{"name", "weight",
  // "gradient"}]}, …]}: sizes of weights and gradients (root of the mean square). bce comes first, ral second.
  std::string state();
  // On data that no step sees, whose labels are all there: [{"accuracy", "rare": {"ap", "recall", "precision"}}, …].
  std::string scores();
  // The data to be drawn: {"inputs": [[…], …], "labels": […], "missing": …}, the first `most` of those trained on; the
  // first `missing` of them are rare ones without their label.
  std::string data(int most) const;
  // Points: which class each cell of a size × size grid over [−2, 2]² is given, and how sure: {"winners": ["0012…",
  // …], "sure": ["9976…", …]}, one text a network, rows from the top.
  std::string map(int size);
  // What the networks make of one training input: {"label", "nets": [{"outputs": [{"name", "values"}], "weights":
  // [{"name", "values"}], "scores": […]}, …]}; values as nested lists. Throws ValueError for another index.
  std::string look(int index);

 private:
  struct Net {
    std::string loss_name;
    std::unique_ptr<Sequential> modules;
    std::unique_ptr<Adam> optimizer;
    std::vector<std::pair<std::string, double>> gradients{};  // root of the mean square, of the last step
    double loss = 0;
  };
  struct Data {
    std::vector<double> inputs;
    std::vector<int> labels;
    int missing = 0;  // so many of the first have no label in training
  };

  Data make(int count, Generator& random) const;
  std::vector<double> sample(int label, Generator& random) const;
  Tensor inputs(const Data& from, const std::vector<int64_t>& chosen) const;
  Tensor targets(const Data& from, const std::vector<int64_t>& chosen) const;
  ptrdiff_t length() const { return kind_ == LiveData::points ? 2 : 64; }

  LiveData kind_;
  Generator random_;
  Data train_, held_out_;
  std::vector<Net> nets_;
  std::vector<int64_t> order_{};
  size_t next_ = 0;
  int64_t steps_ = 0;
};

}  // namespace skew::explorer
