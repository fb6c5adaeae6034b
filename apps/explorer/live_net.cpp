// Data, networks, a step, and what there is to see of them.
#include "apps/explorer/live_net.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "apps/explorer/json_text.h"
#include "apps/metrics/ranking.h"
#include "core/backward.h"
#include "core/error.h"
#include "losses/table/loss_table.h"
#include "models/modules/conv2d.h"
#include "models/modules/linear.h"
#include "models/modules/pooling.h"
#include "ops/pointwise.h"

namespace skew::explorer {
namespace {

constexpr int side = 8, trained_on = 512, looked_at = 512, batch = 32;
constexpr double share_of_rare = 0.03;

struct Tanh : Module {
  Tensor forward(const Tensor& x) override { return tanh(x); }
};

std::unique_ptr<Sequential> network(LiveData data) {
  if (data == LiveData::points)
    return std::make_unique<Sequential>(Linear{2, 16}, Tanh{}, Linear{16, LiveNet::classes});
  return std::make_unique<Sequential>(Conv2d{1, 6, {.kernel = 3, .padding = 1}}, Relu{}, MaxPool2d{2},
                                      Conv2d{6, 8, {.kernel = 3, .padding = 1}}, Relu{}, Flatten{},
                                      Linear{8 * 4 * 4, LiveNet::classes});
}

const char* layer_name(LiveData data, const std::string& index) {
  if (data == LiveData::points) return index == "0" ? "linear1" : index == "1" ? "tanh" : "linear2";
  constexpr const char* names[] = {"conv1", "relu1", "pool", "conv2", "relu2", "flatten", "linear"};
  return names[std::clamp(index[0] - '0', 0, 6)];
}

double root_mean_square(const Tensor& t) {
  if (!t.defined() || t.count() == 0) return 0;
  double sum = 0;
  for (const double v : t.doubles()) sum += v * v;
  return std::sqrt(sum / double(t.count()));
}

// "0.weight" → "linear1.weight"
std::string parameter_name(LiveData data, const std::string& name) {
  const size_t dot = name.find('.');
  return layer_name(data, name.substr(0, dot)) + name.substr(dot);
}

void put_values(JsonText& json, const std::vector<double>& v, const Shape& shape, int axis, size_t first) {
  if (axis == shape.rank()) return void(json.value(std::round(v[first] * 1e4) / 1e4));
  json.open('[');
  const ptrdiff_t step = shape.count(axis + 1, shape.rank());
  for (ptrdiff_t i = 0; i < shape[axis]; ++i) put_values(json, v, shape, axis + 1, first + size_t(i * step));
  json.close(']');
}
void put_tensor(JsonText& json, const Tensor& t) { put_values(json, t.doubles(), t.shape(), 0, 0); }

double sigmoid_of(double x) { return 1 / (1 + std::exp(-x)); }

}  // namespace

LiveNet::LiveNet(LiveData data, uint64_t seed, double missing) : kind_(data), random_(seed) {
  if (!(missing >= 0 && missing <= 1)) throw ValueError(text("a share of labels is 0 … 1, not ", missing));
  train_ = make(trained_on, random_);
  train_.missing = int(std::lround(missing * share_of_rare * trained_on));
  held_out_ = make(looked_at, random_);
  for (const char* loss : {"bce", "ral"}) {
    skew::seed(seed);  // the same first weights
    Net net{.loss_name = loss, .modules = network(kind_), .optimizer = nullptr};
    net.modules->to(Device::reference, DType::float64);
    net.optimizer = std::make_unique<Adam>(net.modules->parameters(), AdamArgs{.lr = 0.01});
    nets_.push_back(std::move(net));
  }
}

// Points: two arcs and a disc, the rare class a small cloud between them. Shapes: a cross, a square, a bar, and the
// rare ring, which differs from the square in its corners alone.
std::vector<double> LiveNet::sample(int label, Generator& random) const {
  if (kind_ == LiveData::points) {
    const double turn = random.uniform(0, std::numbers::pi), noise = 0.13;
    double x = 0.28 * random.normal() + 0.15, y = 0.28 * random.normal() - 1.15;
    if (label == 0)
      x = 1.2 * std::cos(turn) + noise * random.normal() - 0.4, y = 1.2 * std::sin(turn) + noise * random.normal();
    if (label == 1) x = 0.45 * random.normal() + 1.25, y = 0.35 * random.normal() - 0.9;
    if (label == rare) x = 0.2 * random.normal() - 0.4, y = 0.2 * random.normal() + 0.25;
    return {x, y};
  }
  std::vector<double> image(size_t(side * side), 0);
  const int row = 1 + int(random.below(2)), column = 1 + int(random.below(2));
  for (int i = 0; i < 5; ++i)
    for (int j = 0; j < 5; ++j) {
      const bool border = i == 0 || j == 0 || i == 4 || j == 4, corner = (i == 0 || i == 4) && (j == 0 || j == 4);
      const bool on[] = {i == 2 || j == 2, border, j == 2 || j == 3, border && !corner};
      if (on[label]) image[size_t((row + i) * side + column + j)] = 1;
    }
  for (double& pixel : image) pixel += 0.35 * random.normal();
  return image;
}

LiveNet::Data LiveNet::make(int count, Generator& random) const {
  Data out;
  const int of_rare = int(std::lround(share_of_rare * count));
  for (int i = 0; i < count; ++i) {
    const int label = i < of_rare ? rare : int(random.below(rare));
    out.labels.push_back(label);
    const std::vector<double> one = sample(label, random);
    out.inputs.insert(out.inputs.end(), one.begin(), one.end());
  }
  return out;
}

Tensor LiveNet::inputs(const Data& from, const std::vector<int64_t>& chosen) const {
  std::vector<double> v;
  const size_t n = size_t(length());
  for (const int64_t i : chosen)
    v.insert(v.end(), from.inputs.begin() + i * int64_t(n), from.inputs.begin() + (i + 1) * int64_t(n));
  const ptrdiff_t count = ptrdiff_t(chosen.size());
  return Tensor::from(v, kind_ == LiveData::points ? Shape{count, 2} : Shape{count, 1, side, side}, Device::reference);
}

Tensor LiveNet::targets(const Data& from, const std::vector<int64_t>& chosen) const {
  std::vector<double> v(chosen.size() * classes, 0);
  for (size_t i = 0; i < chosen.size(); ++i)
    if (chosen[i] >= from.missing) v[i * classes + size_t(from.labels[size_t(chosen[i])])] = 1;
  return Tensor::from(v, Shape{ptrdiff_t(chosen.size()), classes}, Device::reference);
}

void LiveNet::step() {
  if (next_ + batch > order_.size()) {
    order_ = random_.permutation(trained_on);
    next_ = 0;
  }
  const std::vector<int64_t> chosen(order_.begin() + ptrdiff_t(next_), order_.begin() + ptrdiff_t(next_) + batch);
  next_ += batch;
  const Tensor x = inputs(train_, chosen), y = targets(train_, chosen);
  for (Net& net : nets_) {
    const Tensor l = loss(make_loss(net.loss_name), (*net.modules)(x), y);
    backward(l);
    net.loss = l.item();
    net.gradients.clear();
    for (const NamedState& s : net.modules->state())
      if (s.parameter) net.gradients.emplace_back(parameter_name(kind_, s.name), root_mean_square(s.tensor.grad()));
    net.optimizer->step();
    net.optimizer->zero_grad();
  }
  ++steps_;
}

std::string LiveNet::state() {
  JsonText json;
  json.open('{').key("step").value(double(steps_)).key("nets").open('[');
  for (Net& net : nets_) {
    json.open('{').key("name").value(net.loss_name).key("loss").value(net.loss).key("layers").open('[');
    const std::vector<NamedState> state = net.modules->state();
    for (size_t i = 0; i < state.size(); ++i) {
      json.open('{').key("name").value(parameter_name(kind_, state[i].name));
      json.key("weight").value(root_mean_square(state[i].tensor));
      json.key("gradient").value(i < net.gradients.size() ? net.gradients[i].second : 0.).close('}');
    }
    json.close(']').close('}');
  }
  json.close(']').close('}');
  return json.str();
}

std::string LiveNet::scores() {
  const NoGrad off;
  std::vector<int64_t> everything(held_out_.labels.size());
  std::iota(everything.begin(), everything.end(), 0);
  const Tensor x = inputs(held_out_, everything);
  JsonText json;
  json.open('[');
  for (Net& net : nets_) {
    const std::vector<double> logits = (*net.modules)(x).doubles();
    std::vector<double> scores, wanted;
    int64_t right = 0, called = 0, found = 0, there = 0;
    for (size_t i = 0; i < everything.size(); ++i) {
      const auto row = logits.begin() + ptrdiff_t(i * classes);
      const int winner = int(std::max_element(row, row + classes) - row), label = held_out_.labels[i];
      right += winner == label;
      called += winner == rare;
      there += label == rare;
      found += winner == rare && label == rare;
      scores.push_back(row[rare]);
      wanted.push_back(label == rare);
    }
    const double ap = metrics::average_precision(metrics::ranking_table(scores, wanted));
    json.open('{').key("accuracy").value(double(right) / double(everything.size())).key("rare").open('{');
    json.key("ap").value(ap).key("recall").value(double(found) / double(there));
    json.key("precision").value(called ? double(found) / double(called) : 0.).close('}').close('}');
  }
  json.close(']');
  return json.str();
}

std::string LiveNet::data(int most) const {
  const int count = std::clamp(most, 0, trained_on);
  JsonText json;
  json.open('{').key("inputs").open('[');
  for (int i = 0; i < count; ++i) {
    json.open('[');
    for (ptrdiff_t k = 0; k < length(); ++k)
      json.value(std::round(train_.inputs[size_t(i * length() + k)] * 1e3) / 1e3);
    json.close(']');
  }
  json.close(']').key("labels").open('[');
  for (int i = 0; i < count; ++i) json.value(train_.labels[size_t(i)]);
  json.close(']').key("missing").value(train_.missing).close('}');
  return json.str();
}

std::string LiveNet::map(int size) {
  if (kind_ != LiveData::points || size < 1 || size > 256)
    throw ValueError(text("a map of ", size, " × ", size, " is for points, from 1 to 256"));
  const NoGrad off;
  std::vector<double> grid;
  for (int i = 0; i < size; ++i)
    for (int j = 0; j < size; ++j) {
      grid.push_back(-2 + 4 * (j + 0.5) / size);
      grid.push_back(2 - 4 * (i + 0.5) / size);
    }
  const Tensor x = Tensor::from(grid, Shape{ptrdiff_t(size) * size, 2}, Device::reference);
  std::vector<std::string> winners, sure;
  for (Net& net : nets_) {
    const std::vector<double> logits = (*net.modules)(x).doubles();
    winners.emplace_back();
    sure.emplace_back();
    for (size_t i = 0; i < logits.size(); i += classes) {
      const auto row = logits.begin() + ptrdiff_t(i), best = std::max_element(row, row + classes);
      winners.back() += char('0' + (best - row));
      sure.back() += char('0' + std::clamp(int(sigmoid_of(*best) * 10), 0, 9));
    }
  }
  JsonText json;
  json.open('{').key("winners").open('[').value(winners[0]).value(winners[1]).close(']');
  json.key("sure").open('[').value(sure[0]).value(sure[1]).close(']').close('}');
  return json.str();
}

std::string LiveNet::look(int index) {
  if (index < 0 || index >= trained_on)
    throw ValueError(text("there are inputs 0 … ", trained_on - 1, ", not ", index));
  const NoGrad off;
  const Tensor x = inputs(train_, {index});
  JsonText json;
  json.open('{').key("label").value(train_.labels[size_t(index)]).key("nets").open('[');
  for (Net& net : nets_) {
    json.open('{').key("outputs").open('[');
    std::vector<double> logits;
    {
      const OutputWatch watch([&](const std::string& path, const Tensor& y) {
        json.open('{').key("name").value(layer_name(kind_, path)).key("values");
        put_tensor(json, y.view(Shape(std::span<const ptrdiff_t>(y.shape().begin() + 1, y.shape().end()))));
        json.close('}');
      });
      logits = (*net.modules)(x).doubles();
    }
    json.close(']').key("weights").open('[');
    for (const NamedState& s : net.modules->state()) {
      if (!s.parameter || s.tensor.shape().rank() < 2) continue;
      json.open('{').key("name").value(parameter_name(kind_, s.name)).key("values");
      put_tensor(json, s.tensor);
      json.close('}');
    }
    json.close(']').key("scores").open('[');
    for (const double v : logits) json.value(sigmoid_of(v));
    json.close(']').close('}');
  }
  json.close(']').close('}');
  return json.str();
}

}  // namespace skew::explorer
