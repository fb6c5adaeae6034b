// From nodes to boxes.
#include "apps/explorer/graph_model.h"

#include <algorithm>
#include <set>

#include "apps/explorer/rule_numbers.h"
#include "apps/explorer/views.h"
#include "apps/report/number_text.h"
#include "core/text.h"

namespace skew::explorer {
namespace {

using NodeKind = RecordedNode::Kind;
constexpr size_t most_boxes = 3000;

// The box that stands for a scope where those of this depth are closed: "block1" of "block1.conv" at depth 1. Empty
// where the scope is not so deep, and where none is closed.
std::string box_of_scope(const std::string& scope, int depth) {
  if (scope.empty() || depth < 0) return "";
  size_t end = 0;
  for (int i = 0; i < std::max(1, depth); ++i) {
    if (end == scope.npos) return "";
    end = scope.find('.', i ? end + 1 : 0);
  }
  return scope.substr(0, end);
}

// 1234 → "1.2 KB"
std::string bytes_text(size_t bytes) {
  if (bytes < 1000) return text(bytes, " B");
  return bytes < 1000000 ? report::fixed(double(bytes) / 1e3, 1) + " KB"
                         : report::fixed(double(bytes) / 1e6, 1) + " MB";
}

// 0.00123 s → "1.2 ms"
std::string time_text(double seconds) {
  return seconds < 1e-3 ? report::fixed(seconds * 1e6, 0) + " µs" : report::fixed(seconds * 1e3, 1) + " ms";
}

// How far the numbers reach: "−0.21 … 0.17", "all 0.5".
std::string reach_text(const Tensor& t) {
  const std::vector<double> v = t.doubles();
  const auto [least, most] = std::minmax_element(v.begin(), v.end());
  if (v.empty()) return "empty";
  return *least == *most ? "all " + pretty(*least, 3) : pretty(*least, 3) + " … " + pretty(*most, 3);
}

// reach: of a larger tensor how far its numbers reach, else its shape.
std::string short_value(const Tensor& t, bool reach) {
  if (!t.defined()) return "?";
  if (t.count() == 1) return pretty(t.item());
  if (t.count() <= (reach ? 4 : 2)) return summary(t);
  return reach ? reach_text(t) : shape_text(t.shape());
}

// Of each leaf that a step made the leaf before it; −1 for others.
std::vector<int> before_steps(const Recording& recording) {
  std::vector<int> out(recording.nodes.size(), -1);
  for (const Event& event : recording.events) {
    if (event.kind != Event::Kind::step || event.node < 0) continue;
    const RecordedNode& made = recording.nodes[size_t(event.node)];
    for (int id = event.node; id-- > 0;) {
      const RecordedNode& other = recording.nodes[size_t(id)];
      if (other.kind != NodeKind::leaf || other.name != made.name || other.version != made.version - 1) continue;
      out[size_t(event.node)] = id;
      break;
    }
  }
  return out;
}

// The sum of what has arrived until the moment.
std::string gradient_so_far(const RecordedNode& node, const std::set<int>& arrived, bool reach) {
  std::vector<double> sum;
  int call = -1;
  for (const Contribution& c : node.contributions) {
    if (!arrived.contains(c.arrival)) continue;
    if (!c.value.defined()) return node.grad_statistics ? "rms " + pretty(node.grad_statistics->rms, 3) : "sent on";
    const std::vector<double> v = c.value.doubles();
    if (node.kind == NodeKind::op && c.call != call) sum.clear();  // those of an earlier call were passed on
    call = c.call;
    if (sum.empty()) sum.assign(v.size(), 0);
    for (size_t i = 0; i < v.size(); ++i) sum[i] += v[i];
  }
  if (sum.empty()) return "not yet";
  return short_value(Tensor::from(sum, node.shape, Device::reference), reach);
}

class Modeller {
 public:
  Modeller(const Recording& recording, const PictureOptions& options) : recording_(recording), options_(options) {
    shown_ = drawn_nodes(recording, options.all);
    before_ = before_steps(recording);
  }

  GraphModel model() {
    moment();
    for (const int id : shown_)
      for (const RecordedInput& in : node(id).inputs) readers_[in.node].push_back(id);
    std::vector<int> order = shown_;
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return turn(a) < turn(b); });
    for (const int id : order) add(id);
    if (out_.boxes.size() > most_boxes)
      throw ValueError(text("a picture of ", out_.boxes.size(), " boxes, more than ", most_boxes,
                            ", would show nothing; draw scopes closed, or the last repetition alone"));
    for (const int id : shown_)
      for (size_t i = 0; i < node(id).inputs.size(); ++i) add_arrow(id, i);
    for (const Event& event : recording_.events) add_step(event);
    add_failed();
    for (GraphBox& box : out_.boxes) write(box);
    return std::move(out_);
  }

 private:
  const RecordedNode& node(int id) const { return recording_.nodes[size_t(id)]; }

  void moment() {
    const std::vector<Moment> all = moments_of(recording_, options_.all);
    const size_t until = options_.moment < 0 ? all.size() : std::min(all.size(), size_t(options_.moment) + 1);
    for (size_t i = 0; i < until; ++i) {
      if (all[i].contribution < 0) made_.insert(all[i].node);
      else arrived_.insert(node(all[i].node).contributions[size_t(all[i].contribution)].arrival);
    }
    if (options_.moment >= 0 && until > 0) now_ = all[until - 1];
  }

  // The closed scope that an op is drawn in; that of a leaf, if all that reads it is drawn there. Empty: none.
  std::string closed_scope(int id) const {
    const auto of_op = [&](int op) { return box_of_scope(node(op).scope, options_.scope_depth); };
    if (node(id).kind == NodeKind::op) return of_op(id);
    const auto readers = readers_.find(id);
    if (readers == readers_.end()) return "";
    const std::string first = of_op(readers->second[0]);
    const bool together =
        std::all_of(readers->second.begin(), readers->second.end(), [&](int op) { return of_op(op) == first; });
    return together ? first : "";
  }

  // When a node's box comes: leaves within a closed scope come behind its first op, or the scope would seem as old as
  // they are.
  int turn(int id) const {
    if (node(id).kind == NodeKind::op || closed_scope(id).empty()) return 2 * id;
    return 2 * *std::min_element(readers_.at(id).begin(), readers_.at(id).end()) + 1;
  }

  void add(int id) {
    if (const std::string outer = closed_scope(id); !outer.empty()) {
      const auto [at, fresh] = scopes_.emplace(outer, out_.boxes.size());
      if (fresh) out_.boxes.push_back({.scope = true});
      box_of_[id] = at->second;
    } else {
      box_of_[id] = out_.boxes.size();
      out_.boxes.push_back({});
    }
    out_.boxes[box_of_[id]].nodes.push_back(id);
  }

  void add_arrow(int id, size_t i) {
    const int from = node(id).inputs[i].node;
    if (from < 0 || !box_of_.contains(from) || box_of_[from] == box_of_[id]) return;
    GraphArrow arrow{
        .from = int(box_of_[from]), .to = int(box_of_[id]), .wants_grad = node(id).wants_grad && node(from).wants_grad};
    for (const Contribution& c : node(from).contributions) {
      if (c.from != id || c.input != i || !arrived_.contains(c.arrival)) continue;
      if (c.value.defined() && c.value.count() == 1) arrow.gradient = pretty(c.value.item(), 4);
      arrow.fresh |=
          now_.contribution >= 0 && now_.node == from && &node(from).contributions[size_t(now_.contribution)] == &c;
    }
    const bool of_scope = out_.boxes[size_t(arrow.from)].scope || out_.boxes[size_t(arrow.to)].scope;
    if (of_scope && !joined_.emplace(arrow.from, arrow.to).second) return;  // one arrow stands for all
    for (GraphArrow& other : out_.arrows)                                   // x·x: both ways lie on each other
      if (other.from == arrow.from && other.to == arrow.to) return join(other, arrow);
    out_.arrows.push_back(arrow);
  }

  // w → w₂, right of what the gradient of the step came from.
  void add_step(const Event& event) {
    if (event.kind == Event::Kind::backward) went_back_ = event.node;
    if (event.kind != Event::Kind::step || !box_of_.contains(event.node)) return;
    const int made = int(box_of_[event.node]), from = before_[size_t(event.node)];
    const auto is_box = [&](int id) { return box_of_.contains(id) && int(box_of_[id]) != made; };
    if (is_box(from)) out_.arrows.push_back({.from = int(box_of_[from]), .to = made, .step = true});
    if (is_box(went_back_)) out_.arrows.push_back({.from = int(box_of_[went_back_]), .to = made, .unseen = true});
  }

  static void join(GraphArrow& one, const GraphArrow& other) {
    if (!one.gradient.empty() && !other.gradient.empty()) one.gradient += " + ";
    one.gradient += other.gradient;
    one.fresh |= other.fresh;
  }

  // The call that went wrong, as a box with bad arrows.
  void add_failed() {
    if (!recording_.failed || recording_.problem.op.empty()) return;
    GraphBox box;
    box.lines = {recording_.problem.op, "failed"};
    box.classes = {"s-red", "strong t-red", "t-red"};
    box.tooltip = recording_.problem.message;
    for (const int id : recording_.problem.inputs)
      if (box_of_.contains(id))
        out_.arrows.push_back({.from = int(box_of_[id]), .to = int(out_.boxes.size()), .bad = true});
    out_.boxes.push_back(std::move(box));
  }

  void write(GraphBox& box) const {
    if (box.nodes.empty()) return;
    if (box.scope) return write_scope(box);
    const RecordedNode& n = node(box.nodes[0]);
    box.known = options_.moment < 0 || made_.contains(n.id);
    box.fresh = now_.node == n.id && options_.moment >= 0;
    const std::string op = n.op + (n.arguments.empty() ? "" : " " + n.arguments);
    const bool is_op = n.kind == NodeKind::op || !n.inputs.empty();
    std::string colour = n.id == recording_.result() ? "rust" : "slate";
    if (!is_op) colour = n.kind == NodeKind::leaf ? "teal" : "quiet";
    box.classes = {"s-" + colour};
    const auto add = [&](const std::string& line, const std::string& classes) {
      box.lines.push_back(line);
      box.classes.push_back(classes);
    };
    std::string numbers;  // written into the expression: add 1
    for (const RecordedInput& in : n.inputs)
      if (in.node < 0 && in.number.defined()) numbers += " " + summary(in.number);
    if (!n.name.empty()) add(n.label() + (is_op ? " = " + op + numbers : ""), "strong");
    else add(is_op ? op + numbers : n.label(), is_op ? "strong" : "muted");
    write_numbers(box, n);
    box.tooltip = tooltip(n);
  }

  // One or two numbers always stand in a box; of more its shape, and how far they reach where that is asked for.
  void write_numbers(GraphBox& box, const RecordedNode& n) const {
    const auto add = [&](const std::string& line, const std::string& classes) {
      box.lines.push_back(line);
      box.classes.push_back(classes);
    };
    const bool reach = options_.numbers == Numbers::always, never = options_.numbers == Numbers::never;
    const bool few = !never && n.value.defined() && n.value.count() <= (reach ? 4 : 2);
    if (few) add(short_value(n.value, reach), "");
    else add(shape_text(n.shape), "muted small");
    if (reach && n.statistics) add(short_text(*n.statistics), "");
    else if (reach && !few && n.value.defined()) add(short_value(n.value, reach), "");
    if (!n.wants_grad || (never && n.kind != NodeKind::leaf)) return;
    const std::string gradient = gradient_so_far(n, arrived_, reach);
    add("∂ " + gradient, gradient == "not yet" ? "muted small" : "t-rust");
  }

  void write_scope(GraphBox& box) const {
    const RecordedNode& first = node(box.nodes[0]);
    size_t bytes = 0;
    int64_t ops = 0;
    double seconds = 0;
    for (const int id : box.nodes) {
      bytes += node(id).bytes;
      ops += node(id).kind == NodeKind::op;
      if (node(id).seconds) seconds += node(id).seconds->forward + node(id).seconds->backward;
    }
    const std::string outer = closed_scope(first.id);
    box.classes = {"s-quiet", "strong", "muted small", "muted small"};
    box.lines = {outer, report::counted(ops, "op", "ops"), "saves " + bytes_text(bytes)};
    box.tooltip = outer + ": " + box.lines[1] + ", " + box.lines[2];
    if (seconds > 0) {  // a line of its own: narrow boxes, so that a network fits a page
      box.lines.push_back(time_text(seconds));
      box.classes.push_back("muted small");
      box.tooltip += ", " + time_text(seconds) + " there and back";
    }
    box.known = options_.moment < 0 || made_.contains(first.id);
  }

  std::string tooltip(const RecordedNode& n) const {
    std::string out = text(n.label(), ": ", n.op, n.arguments.empty() ? "" : " " + n.arguments, ", ",
                           shape_text(n.shape), ", ", n.statistics ? short_text(*n.statistics) : summary(n.value));
    if (!n.scope.empty()) out += ", in " + n.scope;
    if (n.bytes) out += ", saves " + bytes_text(n.bytes);
    if (n.seconds) out += ", " + time_text(n.seconds->forward) + " there, " + time_text(n.seconds->backward) + " back";
    for (const LocalRule& rule : n.rules)
      if (!rule.rule.empty())
        out += "; " + input_in_names(recording_, n, rule.input) + " += " + rule_in_names(recording_, n, rule.rule);
    return out;
  }

  const Recording& recording_;
  const PictureOptions& options_;
  GraphModel out_;
  std::vector<int> shown_;
  std::map<int, size_t> box_of_;
  std::map<int, std::vector<int>> readers_;
  std::map<std::string, size_t> scopes_;
  std::set<int> made_, arrived_;
  std::set<std::pair<int, int>> joined_;
  std::vector<int> before_;  // of each node that a step made
  Moment now_{-1, -1};
  int went_back_ = -1;
};

}  // namespace

std::vector<int> drawn_nodes(const Recording& recording, bool all) {
  std::vector<int> out = shown_nodes(recording, all);
  if (all) return out;
  std::set<int> used;
  std::set<std::string> stepped;
  for (const int id : out)
    for (const RecordedInput& in : recording.nodes[size_t(id)].inputs) used.insert(in.node);
  const std::vector<int> before = before_steps(recording);
  for (size_t id = 0; id < before.size(); ++id)
    if (before[id] >= 0) stepped.insert(recording.nodes[id].name);
  std::erase_if(out, [&](int id) {
    const RecordedNode& node = recording.nodes[size_t(id)];
    const bool made_by_last = before[size_t(id)] >= 0 && used.contains(before[size_t(id)]);
    return node.kind == NodeKind::leaf && stepped.contains(node.name) && !used.contains(id) && !made_by_last;
  });
  return out;
}

std::vector<Moment> moments_of(const Recording& recording, bool all) {
  const std::vector<int> shown = drawn_nodes(recording, all);
  std::vector<Moment> out;
  size_t next = 0;
  const auto make_until = [&](int nodes) {
    for (; next < shown.size() && shown[next] < nodes; ++next) out.push_back({shown[next], -1});
  };
  for (size_t call = 0; call < recording.calls.size(); ++call) {
    int count = 0;
    for (const Event& event : recording.events)
      if (event.kind == Event::Kind::backward && count++ == int(call)) make_until(event.nodes);
    std::vector<std::pair<int, Moment>> arrivals;
    for (const int id : shown) {
      const auto& contributions = recording.nodes[size_t(id)].contributions;
      for (size_t c = 0; c < contributions.size(); ++c)
        if (contributions[c].call == int(call)) arrivals.push_back({contributions[c].arrival, {id, int(c)}});
    }
    std::sort(arrivals.begin(), arrivals.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (const auto& [order, moment] : arrivals) out.push_back(moment);
  }
  make_until(int(recording.nodes.size()));
  return out;
}

GraphModel graph_model(const Recording& recording, const PictureOptions& options) {
  return Modeller(recording, options).model();
}

}  // namespace skew::explorer
