// Listens to the engine (core/op_watch.h) and writes a recording. While one lives in this thread, every op and every
// gradient of this thread is recorded; without one nothing of this exists. Programs in C++ use it as they stand:
//
//   Recorder recorder;
//   Tensor w = Tensor::full({}, 3, DType::float64, Device::reference).named("w").set_requires_grad();
//   backward(w * w + w);
//   write_graph(recorder.recording(), "g.svg");
#pragma once
#include <functional>
#include <map>
#include <string>
#include <unordered_map>

#include "apps/explorer/recording.h"
#include "core/op_watch.h"

namespace skew::explorer {

// How much a recording may hold; what would exceed it is refused before it is computed.
struct Limits {
  size_t nodes = 20000;
  ptrdiff_t elements = 1 << 18;      // of one tensor
  ptrdiff_t all_elements = 1 << 24;  // of all values
  double seconds = 60;
  size_t printed = 1 << 20;  // characters
  int digits = 7;            // of numbers in the place of a rule's letters
  bool statistics = false;   // of tensors of more than one element, in place of their values
  bool clock = false;        // measure each op; numbers that differ from run to run

  static Limits of_a_network();  // statistics and times, of tensors of any size
};

// What the language calls when an op runs, so that nodes say what a person wrote.
struct CallSite {
  std::string row;                                       // of the registry
  std::string arguments;                                 // as written: "padding=1"
  std::vector<std::pair<std::string, Tensor>> inputs{};  // by the names of the row
  Place place{};
};

class Recorder : public GraphWatch {
 public:
  explicit Recorder(const Limits& limits = {});

  // ---- what the language tells it
  void calls(CallSite site) { site_ = std::move(site); }
  void at(Place place, const std::string& iteration) {
    place_ = place;
    iteration_ = iteration;
  }
  int leaf(const Tensor& t, const std::string& name);   // a node for a leaf or a constant, if it has none
  void name(const Tensor& t, const std::string& name);  // what was assigned to a name; anonymous constants become nodes
  void note(const std::string& op, const std::vector<Tensor>& in,
            const Tensor& y);  // a comparison: no op of the engine
  void begin_backward(const Tensor& y, const Tensor& seed);
  void end_backward();
  void zero_grad(const Tensor& leaf);
  void step(const Tensor& leaf, const std::string& name);  // its elements were changed outside the graph
  void print(const std::string& words);
  // A learner's rule: given the node, g and what the engine would send, sends something else.
  using Rule = std::function<void(const RecordedNode& node, const Tensor& dy, Tensors& dx)>;
  void use_rule(const std::string& op, Rule rule);
  // Puts what the program's own rule of that node's op sends for dy in the place of `dx`; false where it has none.
  // After a run too, when the clock of check_time() has stopped.
  bool by_rule(int node, const Tensor& dy, Tensors& dx);
  void break_op(const std::string& op) { broken_ = op; }  // plants a mistake in its way back

  const RecordedNode& node(int id) const { return out_.nodes[size_t(id)]; }
  const Tensor& handle(int id) const { return handles_[size_t(id)]; }
  // While one lives, nothing is recorded: the arithmetic of a step, a learner's rule.
  class Silence {
   public:
    explicit Silence(Recorder& recorder) : recorder_(recorder), before_(recorder.silent_) { recorder.silent_ = true; }
    ~Silence() { recorder_.silent_ = before_; }

   private:
    Recorder& recorder_;
    bool before_;
  };

  void check_time() const;                // throws ValueError when the program runs too long
  void begin_time();                      // from now on: for what is asked after a run
  int id_of(const Tensor& t) const;       // −1: none
  Tensor grad_of(const Tensor& t) const;  // of any node; undefined: not yet
  // So far: with the gradients of leaves, marks at what belongs to earlier iterations, and where NaN begins.
  const Recording& recording();

  // ---- what the engine tells it
  void before(const Op& op, Inputs in, const Shape& result) override;
  void after(const Op& op, Inputs in, const Tensor& y) override;
  void back(const Node& node, const Tensor& dy, Tensors& dx) override;

 private:
  RecordedNode& add(RecordedNode node, const Tensor& handle);
  RecordedInput input(const Tensor& t, const std::string& name, bool as_number);
  std::vector<RecordedInput> inputs_of(std::string_view op, Inputs in);
  void keep_saved(RecordedNode& node, Inputs in, const Tensor& y);
  void arrive(int to, Contribution contribution);
  void take_leaf_gradients();
  void count_elements(ptrdiff_t more);
  Tensor kept(const Tensor& t, std::optional<Statistics>* statistics = nullptr);

  Recording out_;
  Limits limits_;
  CallSite site_;
  Place place_;
  std::string iteration_;
  std::map<std::string, std::string> last_iteration_;  // of each loop
  std::unordered_map<const void*, int> by_handle_;
  std::unordered_map<uint64_t, int> by_birth_;
  std::unordered_map<const void*, int> storages_;
  std::vector<Tensor> handles_;  // keeps addresses from being used again
  std::map<std::string, int> versions_;
  std::map<std::string, Rule> rules_;
  std::string broken_;
  ptrdiff_t elements_ = 0;
  size_t printed_ = 0;
  int arrivals_ = 0;
  double op_seconds_ = 0;  // of the op that ran last
  std::optional<OpWatch> clock_;
  bool announced_ = false;
  uint64_t last_born_ = 0;
  bool silent_ = false;
  double began_;
};

// What can be told afterwards of the graph behind a tensor: every op, its place, shapes, rules, what is saved; values
// and gradients of leaves alone. For values in between, and for the order of gradients, let a Recorder live meanwhile.
Recording record(const Tensor& loss);

}  // namespace skew::explorer
