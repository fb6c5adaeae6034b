// What a network is made of: things that own parameters and turn a tensor into a tensor. A module knows its tensors
// and children by name, in the order torchvision lists them; saving, counting, moving, optimising go through visit().
// Read next: modules/conv2d.h, modules/sequential.h, then networks/resnet.h.
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/op.h"
#include "core/tensor.h"

namespace skew {

class Module;

// Receives a module's own tensors and children.
struct ModuleVisitor {
  virtual ~ModuleVisitor() = default;
  virtual void parameter(std::string_view name, Tensor& t) = 0;  // trained
  virtual void buffer(std::string_view name, Tensor& t) = 0;     // part of the state, not trained (running statistics)
  virtual void child(std::string_view name, Module& m) = 0;
};

// One entry of a network's state under its full name, "layer1.0.conv1.weight".
struct NamedState {
  std::string name;
  Tensor tensor;  // a handle: writing into it changes the network
  bool parameter;
};

class Module {
 public:
  virtual ~Module() = default;
  virtual Tensor forward(const Tensor& x) = 0;
  virtual void visit(ModuleVisitor&) {}
  Tensor operator()(const Tensor& x) { return forward(x); }

  // Training: batch statistics, dropout. Evaluation: running statistics, no dropout. Applies to children too.
  void train(bool on = true);
  void eval() { train(false); }
  bool training() const { return training_; }

  // Parameters and buffers, torchvision's order. A tensor that two modules share stands there under both names.
  std::vector<NamedState> state();
  Tensors parameters();         // leaves that require a gradient, each once
  ptrdiff_t parameter_count();  // elements in parameters()
  // Floating tensors move and change type; whole numbers, which are counts, stay in host memory. Make the optimiser
  // afterwards. DtypeError for float64 on cpu.
  void to(Device device, DType type = DType::float32);

 private:
  bool training_ = true;
};

// A layer with a weight and a bias, undefined where it has none.
struct WeightedModule : Module {
  void visit(ModuleVisitor& v) override {
    v.parameter("weight", weight);
    v.parameter("bias", bias);
  }
  Tensor weight, bias;
};

// Runs a child under its name, so that graph nodes and errors say where in the network they are.
Tensor run_child(std::string_view name, Module& m, const Tensor& x);

// While one lives in this thread, it is shown what every child puts out, under its full name ("layer1.0.conv1"):
// activation maps, statistics of activations. The one made last is the one that is called.
class OutputWatch {
 public:
  using Seen = std::function<void(const std::string& path, const Tensor& y)>;
  explicit OutputWatch(Seen seen);
  ~OutputWatch();
  OutputWatch(const OutputWatch&) = delete;
  OutputWatch& operator=(const OutputWatch&) = delete;

 private:
  friend Tensor run_child(std::string_view, Module&, const Tensor&);
  Seen seen_;
  OutputWatch* before_;
};

}  // namespace skew
