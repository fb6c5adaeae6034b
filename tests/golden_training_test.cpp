// Whole training runs of the golden folder, step by step: losses, the first step's logits and gradients, the weights
// and running statistics after the last step, logits in evaluation. Networks, losses and optimisers come from the
// files.
#include <catch2/catch.hpp>
#include <optional>

#include "core/backward.h"
#include "losses/table/loss_table.h"
#include "models/optim/make_optimizer.h"
#include "tests/graph_runner.h"

using namespace skew;
using namespace skew::golden;

namespace {

// ---- the loss ----------------------------------------------------------------------------------------------------

std::string word(const json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_array()) return value.dump();
  std::string list;
  for (const json& part : value) list += (list.empty() ? "" : ",") + part.dump();
  return list;
}

struct NamedLoss {
  AnyLoss any;
  LossArgs args;
};

NamedLoss loss_of(const json& given) {
  NamedLoss named;
  LossParameters parameters;
  for (const auto& [key, value] : given.items()) {
    if (key == "reduction") named.args.reduction = parse_reduction(value.get<std::string>());
    else if (key != "name") parameters.emplace_back(parameter_word(key), word(value));
  }
  named.any = make_loss(given.at("name"), parameters);
  return named;
}

// ---- the optimiser -----------------------------------------------------------------------------------------------

bool adaptive(const std::string& optimizer) { return optimizer == "adam" || optimizer == "adamw"; }

std::unique_ptr<Optimizer> optimizer_of(const json& given, const NamedTensors& state) {
  json args = given;
  args.erase("name");
  Tensors parameters;
  for (const auto& [name, t] : state)
    if (t.requires_grad()) parameters.push_back(t);
  return make_optimizer(given.at("name"), parameters, args_of(args));
}

// ---- one run -----------------------------------------------------------------------------------------------------

// Buffers of batch norm: entries of the state that the forward pass replaces.
std::set<std::string> running_statistics(const json& graph) {
  std::set<std::string> names;
  for (const json& node : graph)
    for (const auto& [operand, entry] : node.at("params").items())
      if (operand == "running_mean" || operand == "running_var") names.insert(entry.get<std::string>());
  return names;
}

// Ops whose slope jumps. Where a float input lies on the other side of such a place than in double, and got there by no
// more than the drift of all the others, the gradient of that element is there or not by chance.
bool has_kink(const std::string& op) { return op == "relu" || op == "relu6" || op == "max_pool"; }

class Kinks {
 public:
  void keep(const json& node, const Tensor& x) { inputs_.push_back({x.detach().doubles(), slopes(node, x)}); }
  // The next such op's input in float: true if an element lies on the other side.
  bool other_side(const json& node, const Tensor& x) {
    const Input& want = inputs_.at(next_++);
    const std::vector<double> got = x.detach().doubles(), sides = slopes(node, x);
    double most = 0, drift = 0,
           moved = -1;  // the largest input; the largest error of those that kept their side, and not
    for (size_t i = 0; i < got.size(); ++i) {
      const double error = std::abs(want.values[i] - got[i]);
      double& worst = want.slopes[i] == sides[i] ? drift : moved;
      worst = std::max(worst, error);
      most = std::max(most, std::abs(want.values[i]));
    }
    if (moved < 0) return false;
    INFO(node.at("name") << ": an input moved by " << moved << " to the other side of a kink, the others by " << drift
                         << " at most; the largest is " << most);
    // twice: few inputs change sides, and one of them may be the one that drifted farthest
    CHECK(moved <= std::max(2 * drift, 0x1p-23 * most));
    return true;
  }

 private:
  struct Input {
    std::vector<double> values, slopes;
  };
  // d Σ op(x) / dx: which side each element lies on.
  static std::vector<double> slopes(const json& node, const Tensor& x) {
    Tensor leaf = x.detach();
    leaf.set_requires_grad();
    const Tensor y = registered_ops().at(node.at("op")).run({{"x", leaf}}, args_of(node.at("args"))).at("y");
    backward(y, Tensor::full(y.shape(), 1, y.dtype(), y.device()));
    return leaf.grad().doubles();
  }

  std::vector<Input> inputs_;
  size_t next_ = 0;
};

class Training {
 public:
  Training(const json& file, const StoredTensors& tensors, const Run& run, Kinks& kinks, Tally& tally)
      : file_(file),
        tensors_(tensors),
        run_(run),
        kinks_(kinks),
        tally_(tally),
        buffers_(running_statistics(file.at("graph"))) {}

  void run() {
    NamedLoss chosen = loss_of(file_.at("loss"));
    for (const std::string& name : names("init/")) {
      state_[name] = put(tensors_.get("init/" + name), run_).copy();
      if (!buffers_.contains(name)) state_[name].set_requires_grad();
    }
    const auto optimizer = optimizer_of(file_.at("optimizer"), state_);
    const std::vector<double> losses = file_.at("losses");
    for (size_t k = 0; k < losses.size(); ++k) {
      const std::string batch = "batch/" + std::to_string(k) + "/";
      const Tensor logits = forward(put(tensors_.get(batch + "x"), run_), true);
      const Tensor targets = put(tensors_.get(batch + "y"), run_);
      const Tensor value = loss(chosen.any, logits, targets, chosen.args);
      compare("loss " + std::to_string(k), value.detach(),
              Tensor::full(value.shape(), losses[k], DType::float64, Device::reference),
              1e-3 * *std::max_element(losses.begin(), losses.end()), "loss");
      backward(value);
      if (k == 0) compare_first_step(logits);
      if (by_chance_ && !chance_decides_)
        std::cout << "golden: an input of relu or max_pool changes sides by rounding in step " << k
                  << ": what differs from here on is skipped\n";
      chance_decides_ = by_chance_;
      optimizer->step();
      optimizer->zero_grad();
      chosen.any = chosen.any.with(chosen.any.after_batch(targets));
    }
    compare_final();
    const NoGrad off;
    compare("eval/logits", forward(put(tensors_.get("eval/x"), run_), false), tensors_.get("eval/logits"), 0,
            "eval_logits");
  }

  // All cases of the file when it cannot be run.
  size_t cases() const {
    return file_.at("losses").size() + names("step1/").size() + names("final/").size() + names("eval/logits").size();
  }

 private:
  // Names of the file's tensors that begin so, without the beginning.
  std::vector<std::string> names(const std::string& prefix) const {
    std::vector<std::string> list;
    for (const std::string& name : tensors_.names())
      if (name.starts_with(prefix)) list.push_back(name.substr(prefix.size()));
    return list;
  }
  double largest(const std::string& prefix) const {
    double most = 0;
    for (const std::string& name : names(prefix)) {
      const Tensor t = tensors_.get(prefix + name);
      if (!is_floating(t.dtype())) continue;  // counters of batches have a scale of their own
      for (const double v : doubles(t)) most = std::max(most, std::abs(v));
    }
    return most;
  }

  Tensor forward(const Tensor& x, bool training) {
    if (training)
      for (const std::string& name : buffers_)
        if (name.ends_with("running_mean")) ++batches_[name.substr(0, name.size() - 12) + "num_batches_tracked"];
    return run_graph(file_.at("graph"), {{"input", x}}, state_, training,
                     [&](const json& node, const NamedTensors& in) {
                       if (!training || !has_kink(node.at("op"))) return;
                       if (!run_.single()) kinks_.keep(node, in.at("x"));
                       else if (!chance_decides_) by_chance_ |= kinks_.other_side(node, in.at("x"));
                     });
  }

  void compare(const std::string& name, const Tensor& got, const Tensor& want, double floor, const char* deviation) {
    // one that divides by gradients near zero makes whole steps of such an element
    const bool by_chance = chance_decides_ && is_floating(want.dtype());  // counts are exact whatever happens
    if (by_chance && adaptive(file_.at("optimizer").at("name"))) return tally_.skipped(name);
    const double tolerance =
        run_.single() ? std::max(8 * number(file_.at("measured_deviation").at("float32").at(deviation)), 1e-5) : 1e-9;
    const double error = distance(got, want, floor);
    INFO(name << ": error " << error << " of tolerance " << tolerance);
    if (by_chance && error > tolerance) {
      CHECK(error < 1e-2);
      return tally_.skipped(name);
    }
    CHECK(error <= tolerance);
    tally_.ran(error, tolerance);
  }

  void compare_first_step(const Tensor& logits) {
    compare("step1/logits", logits.detach(), tensors_.get("step1/logits"), 0, "eval_logits");
    const double floor = 1e-3 * largest("step1/grad/");
    for (const std::string& name : names("step1/grad/")) {
      const Tensor& p = state_.at(name);
      compare("step1/grad/" + name, p.grad().defined() ? p.grad() : Tensor::zeros(p.shape(), run_.type, run_.device),
              tensors_.get("step1/grad/" + name), floor, "grad1");
    }
  }

  // Where an optimiser divides by gradients near zero, single weights in float say nothing.
  void compare_final() {
    const bool weights_say_nothing = run_.single() && adaptive(file_.at("optimizer").at("name"));
    const double floor = 1e-3 * largest("final/");
    for (const std::string& name : names("final/")) {
      const Tensor want = tensors_.get("final/" + name);
      if (batches_.contains(name)) {
        compare("final/" + name, Tensor::full({}, double(batches_.at(name)), DType::int64, Device::reference), want, 0,
                "final");
      } else if (weights_say_nothing && !buffers_.contains(name)) {
        tally_.skipped("final/" + name);
      } else {
        compare("final/" + name, state_.at(name), want, floor, "final");
      }
    }
  }

  const json& file_;
  const StoredTensors& tensors_;
  Run run_;
  Kinks& kinks_;
  Tally& tally_;
  bool by_chance_ = false, chance_decides_ = false;  // in this step; before it
  std::set<std::string> buffers_;
  NamedTensors state_;
  std::map<std::string, int64_t> batches_;
};

// What this build lacks for a run: an op, a loss or an optimiser.
std::optional<std::string> missing(const json& file) {
  if (const auto op = missing_op(file.at("graph"))) return op;
  const std::string loss = file.at("loss").at("name"), optimizer = file.at("optimizer").at("name");
  if (!has_loss(loss)) return loss;
  const std::vector<std::string> optimizers = optimizer_names();
  if (std::find(optimizers.begin(), optimizers.end(), optimizer) == optimizers.end()) return optimizer;
  return {};
}

std::string tensors_of(std::filesystem::path run) { return run.replace_extension(".safetensors").string(); }

// The largest run's tensors are not in the repository.
bool tensors_there(const std::filesystem::path& run) {
  if (golden::exists(tensors_of(run))) return true;
  std::cout << "SKIPPED: golden training/" << run.filename().string() << ": no tensors in " << folder() << '\n';
  return false;
}

}  // namespace

TEST_CASE("all training runs of the reference data") {
  if (!available("training")) return;
  std::set<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder() + "/training"))
    if (entry.path().extension() == ".json") files.insert(entry.path());
  for (const auto& path : files) {
    if (!tensors_there(path)) continue;
    const json file = json::parse(slurp(path.string()));
    const StoredTensors tensors(tensors_of(path));
    Kinks kinks;
    for (const Run& run : both_runs()) {
      INFO(path.filename() << (run.single() ? " float32" : ""));
      Tally tally("training/" + path.filename().string() + (run.single() ? " float32" : ""));
      Training one(file, tensors, run, kinks, tally);
      if (const auto what = missing(file))
        for (size_t k = one.cases(); k > 0; --k) tally.missing_op(*what);
      else one.run();
    }
  }
}
