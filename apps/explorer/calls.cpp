// Words in brackets to tensors and arguments.
#include "apps/explorer/calls.h"

#include <algorithm>
#include <map>

#include "core/text.h"

namespace skew::explorer {
namespace {

// What PyTorch, NumPy and micrograd call rows and arguments. An argument's other name counts only where the row lacks
// that name itself.
const std::map<std::string, std::string>& other_rows() {
  static const std::map<std::string, std::string> names = {
      {"cat", "concat"},
      {"concatenate", "concat"},
      {"mm", "matmul"},
      {"bmm", "matmul"},
      {"view", "reshape"},
      {"mse_loss", "mse"},
      {"binary_cross_entropy_with_logits", "bce_with_logits"},
      {"max_pool2d", "max_pool"},
      {"avg_pool2d", "avg_pool"},
      {"adaptive_avg_pool2d", "adaptive_avg_pool"},
      {"multiply", "mul"},
      {"divide", "div"},
      {"subtract", "sub"},
      {"negative", "neg"},
      {"logsigmoid", "log_sigmoid"},
      {"broadcast_to", "expand"},
      {"interpolate", "upsample"},
  };
  return names;
}
const std::multimap<std::string, std::string>& other_arguments() {
  static const std::multimap<std::string, std::string> names = {
      {"padding", "pad"},
      {"kernel_size", "kernel"},
      {"dim", "axis"},
      {"dim", "axes"},
      {"axis", "axes"},
      {"dims", "axes"},
      {"keepdims", "keepdim"},
      {"negative_slope", "slope"},
      {"p", "rate"},
      {"input", "x"},
      {"weight", "w"},
      {"bias", "b"},
      {"output_size", "output"},
      {"size", "output"},
      {"num_groups", "groups"},
      {"gamma", "weight"},
      {"beta", "bias"},
      {"other", "b"},
      {"start_dim", "start_axis"},
      {"shifts", "shift"},
      {"pad", "pads"},
  };
  return names;
}

bool has_argument(const OpRow& row, const std::string& name) {
  for (const FieldInfo& argument : row.arguments)
    if (argument.name == name) return true;
  return false;
}
bool has_input(const OpRow& row, const std::string& name) {
  const auto& names = inputs_of(row);
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string own_name(const OpRow& row, const std::string& written) {
  if (has_argument(row, written) || has_input(row, written)) return written;
  const auto [first, last] = other_arguments().equal_range(written);
  for (auto at = first; at != last; ++at)
    if (has_argument(row, at->second) || has_input(row, at->second)) return at->second;
  return written;
}

// A list's numbers, row by row; its shape is checked on the way.
struct Flattened {
  std::vector<double> numbers{};
  std::vector<ptrdiff_t> shape{};
  int visits = 0;

  void add(const Value& value, size_t axis = 0) {
    if (++visits > 1 << 19) throw ValueError("list: it holds too many numbers; the explorer is for small tensors");
    const Tensor* t = value.as<Tensor>();
    const List* list = value.as<List>();
    if (list) return add_rows(*list, axis);
    if (axis != shape.size()) throw ShapeError("list: expected rows of one length, got a number beside a list");
    if (const Number* number = value.as<Number>()) numbers.push_back(number->value);
    else if (const bool* flag = value.as<bool>()) numbers.push_back(*flag);
    else if (t && t->count() == 1 && !t->node()) numbers.push_back(t->item());
    else if (t) throw ValueError("list: a list of computed tensors is no tensor; join them with stack([a, b])");
    else throw ValueError(text("list: expected numbers, got ", kind_of(value)));
  }

 private:
  void add_rows(const List& list, size_t axis) {
    const ptrdiff_t length = ptrdiff_t(list.items->size());
    if (numbers.empty() && axis == shape.size()) shape.push_back(length);
    if (axis >= shape.size() || shape[axis] != length)
      throw ShapeError(
          text("list: expected rows of one length, got ", axis < shape.size() ? shape[axis] : 0, " and ", length));
    for (const Value& item : *list.items) add(item, axis + 1);
  }
};

constexpr double most = 1e6;  // of whole numbers and lengths: larger ones would only exhaust memory

ArgValue arg_value(const OpRow& row, const std::string& name, const Value& value) {
  FieldKind kind = FieldKind::number;
  for (const FieldInfo& argument : row.arguments)
    if (argument.name == name) kind = argument.kind;
  const auto limited = [&](double number) {
    if (kind != FieldKind::number && kind != FieldKind::per_class && !(std::abs(number) <= most))
      throw ValueError(
          text(row.name, ": ", name, " = ", number, " is out of reach here; the explorer is for small tensors"));
    return number;
  };
  if (value.none()) return nullptr;
  if (const bool* flag = value.as<bool>()) return *flag;
  if (const Number* number = value.as<Number>()) return limited(number->value);
  if (const std::string* word = value.as<std::string>()) return *word;
  if (const Tensor* t = value.as<Tensor>(); t && t->count() == 1 && !t->node()) return limited(t->item());
  if (!value.as<List>())
    throw ValueError(text(row.name, ": expected a number, a word or a list for ", name, ", got ", kind_of(value)));
  Flattened list;
  list.add(value);
  if (list.shape.size() > 1)
    throw ValueError(text(row.name, ": expected a list of numbers for ", name, ", got one of lists"));
  for (const double number : list.numbers) limited(number);
  return list.numbers;
}

std::string argument_text(const Value& value) {
  if (value.none()) return "None";
  if (const bool* flag = value.as<bool>()) return *flag ? "true" : "false";
  if (const Number* number = value.as<Number>()) return shortest(number->value);
  if (const std::string* word = value.as<std::string>()) return *word;
  if (const Tensor* t = value.as<Tensor>()) return shortest(t->item());
  std::vector<std::string> items;
  if (const List* list = value.as<List>())
    for (const Value& item : *list->items) items.push_back(argument_text(item));
  return "[" + joined(items) + "]";
}

class Binder {
 public:
  Binder(const OpRow& row, DType type, Device device) : row_(row), type_(type), device_(device) {
    call_.site.row = row.name;
  }

  BoundCall bind(std::vector<WrittenArgument> written) {
    if (inputs_of(row_)[0] == "x0") written = joined_list(written);
    else gather_list(written);
    size_t place = 0;
    for (const WrittenArgument& w : written) {
      if (!w.name.empty()) give(own_name(row_, w.name), w.value);
      else give(name_at(place++), w.value);
    }
    for (auto& [name, tensor] : call_.site.inputs) {
      if (is_index(name, tensor)) tensor = tensor.to(DType::int64);
      call_.inputs[name] = tensor;
    }
    return std::move(call_);
  }

 private:
  // concat([a, b]) and concat(a, b): the tensors become x0, x1, …
  std::vector<WrittenArgument> joined_list(const std::vector<WrittenArgument>& written) {
    std::vector<WrittenArgument> out;
    int count = 0;
    for (const WrittenArgument& w : written) {
      const List* list = w.name.empty() ? w.value.as<List>() : nullptr;
      const bool of_tensors = list && !list->items->empty() && list->items->front().as<Tensor>();
      if (of_tensors)
        for (const Value& item : *list->items) out.push_back({text('x', count++), item});
      else if (w.name.empty() && w.value.as<Tensor>()) out.push_back({text('x', count++), w.value});
      else out.push_back(w);
    }
    joins_ = true;
    return out;
  }

  // reshape(x, 2, 3) is reshape(x, [2, 3]).
  void gather_list(std::vector<WrittenArgument>& written) const {
    const size_t first = inputs_of(row_).size();
    if (first != 1 || row_.arguments.empty() || row_.arguments[0].kind != FieldKind::list) return;
    if (written.size() < 3 || !written[1].value.as<Number>() || !written[2].value.as<Number>()) return;
    Values items;
    auto at = written.begin() + 1;
    for (; at != written.end() && at->name.empty() && at->value.as<Number>(); ++at) items.push_back(at->value);
    written.erase(written.begin() + 1, at);
    written.insert(written.begin() + 1, {"", Value{list_of(std::move(items))}});
  }

  std::string name_at(size_t place) const {
    const size_t inputs = joins_ ? 0 : inputs_of(row_).size();
    if (place < inputs) return inputs_of(row_)[place];
    if (place - inputs < row_.arguments.size()) return row_.arguments[place - inputs].name;
    std::vector<std::string> takes = inputs_of(row_);
    for (const FieldInfo& argument : row_.arguments) takes.push_back(argument.name);
    throw ValueError(text(row_.name, ": too many arguments; it takes ", joined(takes, ", ")));
  }

  void give(const std::string& name, const Value& value) {
    if (std::find(given_.begin(), given_.end(), name) != given_.end())
      throw ValueError(text(row_.name, ": ", name, " is given twice"));
    given_.push_back(name);
    const bool listed =
        joins_ && name.size() > 1 && name[0] == 'x' && name.find_first_not_of("0123456789", 1) == name.npos;
    if (!listed && !has_input(row_, name)) {
      call_.args.set(name, arg_value(row_, name, value));
      if (!value.none())
        call_.site.arguments += text(call_.site.arguments.empty() ? "" : " ", name, '=', argument_text(value));
      return;
    }
    if (value.none()) return;  // conv2d(x, w, None): absent
    if (!value.as<Tensor>() && !value.as<Number>() && !value.as<List>() && !value.as<bool>())
      throw ValueError(text(row_.name, ": expected a tensor for ", name, ", got ", kind_of(value)));
    const Tensor* tensor = value.as<Tensor>();
    const Tensor t = tensor ? *tensor : tensor_of(value, type_, device_);
    call_.site.inputs.emplace_back(name, t);
  }

  // Indices of classes or of rows are whole numbers; probabilities have a row for each of x.
  bool is_index(const std::string& name, const Tensor& t) const {
    if (!is_floating(t.dtype()) || t.requires_grad()) return false;
    if (name != "target") return name == "index";
    for (const auto& [other, x] : call_.site.inputs)
      if (other == "x") return t.shape().rank() < x.shape().rank();
    return false;
  }

  const OpRow& row_;
  DType type_;
  Device device_;
  BoundCall call_;
  std::vector<std::string> given_;
  bool joins_ = false;
};

}  // namespace

const OpRow* row_called(const std::string& name) {
  const auto other = other_rows().find(name);
  const auto& rows = registered_ops();
  auto at = rows.find(name);
  if (at == rows.end() && other != other_rows().end()) at = rows.find(other->second);
  return at == rows.end() ? nullptr : &at->second;
}

const std::vector<std::string>& row_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const auto& [name, row] : registered_ops()) all.push_back(name);
    for (const auto& [name, row] : other_rows()) all.push_back(name);
    return all;
  }();
  return names;
}

BoundCall bind(const OpRow& row, const std::vector<WrittenArgument>& written, DType type, Device device) {
  return Binder(row, type, device).bind(written);
}

Tensor tensor_of(const Value& value, DType type, Device device) {
  Flattened list;
  list.add(value);
  if (list.shape.size() > size_t(Shape::max_rank))
    throw ShapeError("list: expected at most eight lists within each other");
  return Tensor::from(list.numbers, Shape(list.shape), Device::reference).to(type).to(device);
}

}  // namespace skew::explorer
