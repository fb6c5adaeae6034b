// Runs a program, statement by statement, on the engine. Read next: program.h, which catches what this throws and hands
// over the recording.
#pragma once
#include <map>
#include <set>
#include <string>
#include <vector>

#include "apps/explorer/calls.h"
#include "apps/explorer/recorder.h"
#include "apps/explorer/value.h"

namespace skew::explorer {

struct ProgramOptions {
  bool floats = false;                                // float32 on the cpu; otherwise double on the reference
  std::vector<std::pair<std::string, double>> let{};  // leaves set from outside
  Limits limits{};
  std::string broken_op{};     // its way back gets a mistake planted: the last element of each gradient is off
  bool ends_backward = false;  // a program without backward() goes back from its last value, where that is a scalar
};

constexpr size_t longest_text = 10000;
// Behind an unknown name that is near no other.
constexpr const char* where_functions_are = "; see `skew info`/tab Functions";
constexpr int deepest_call = 30;             // of functions calling functions
constexpr int64_t most_statements = 200000;  // executed
constexpr int deepest_evaluation = 1500;     // of expressions within expressions, over all functions

class Interpreter {
 public:
  Interpreter(std::string source, const ProgramOptions& options);  // throws ValueError for an unknown broken_op
  void run();                                                      // throws skew::Error; place() says where
  void refuse_unused() const;  // throws ValueError for a --let that a whole run had no use for
  // After run(): what an expression is, as print() says it, or as a number; nothing of it is recorded. Throw as run().
  std::string said(const std::string& expression);
  double number(const std::string& expression);
  const std::string& source() const { return source_; }
  Place place() const { return place_; }
  Recorder& recorder() { return recorder_; }
  // The functions of the language that are no ops: how a call is written, and what it does.
  struct FunctionWords {
    const char *call, *doc;
  };
  static std::vector<FunctionWords> own_functions();
  // The call that was running: its op, and what it was given.
  const std::string& current_op() const { return current_op_; }
  const std::vector<int>& current_inputs() const { return current_inputs_; }

 private:
  using Names = std::map<std::string, Value>;
  using Written = std::vector<WrittenArgument>;

  // ---- statements (interpreter.cpp)
  void execute(const std::vector<Statement>& body);
  void execute(const Statement& s);
  void assign(const Expression& target, Value value);
  void assign_name(const std::string& name, Value value);
  bool is_let(const std::string& name) const;
  void augment(const Statement& s);
  void step(Tensor leaf, const std::string& name, const Tensor& value);
  void zero_grad(const Value& of, Place place);
  void import(const Statement& s);
  void with(const Statement& s);
  void loop(const Statement& s);
  void end_backward();
  void tell_place(Place place);
  Value ask(const std::string& expression);
  [[noreturn]] void wrong(Place place, const std::string& reason) const { fail(source_, place, reason); }

  // ---- rules of learners (learner_rule.cpp)
  void use_rule(const Statement& s);
  Values rule_arguments(const Statement& s, const RecordedNode& node, const Tensor& dy) const;
  void take_rule(const Statement& s, const RecordedNode& node, const Value& result, Tensors& dx);

  // As deep as expressions and functions nest while they are evaluated.
  struct Deeper {
    Interpreter& interpreter;
    Deeper(Interpreter& interpreter, Place place) : interpreter(interpreter) {
      if (++interpreter.depth_ > deepest_evaluation)
        interpreter.wrong(place, "this is nested too deeply; give parts of it names");
    }
    ~Deeper() { --interpreter.depth_; }
  };

  // ---- expressions (evaluate.cpp)
  Value evaluate(const Expression& e);
  Value name(const Expression& e);
  Value binary(const Expression& e);
  Value arithmetic(const std::string& sign, const Value& a, const Value& b, Place place);
  Value compare(const std::string& sign, const Value& a, const Value& b, Place place);
  Value format(const Expression& e);
  Value subscript(const Expression& e);
  Value subscript_axis(const Tensor& t, const Expression& index, ptrdiff_t& axis);
  double number_of(const Expression& e, const char* what);
  Tensor as_tensor(const Value& value, Place place);
  Value call(const Expression& e);
  std::string unknown_name(const std::string& name) const;
  Value forget_gradient(const Expression& method);
  Value call_function(const Statement& definition, const Values& arguments, Place place);
  Tensor call_row(const std::string& row, const Written& written, Place place);

  // ---- functions of the language (functions.cpp, making.cpp)
  using LanguageFunction = Value (Interpreter::*)(const std::string& name, const Written& written, Place place);
  static const std::map<std::string, LanguageFunction>& functions();
  static bool sums_list(const std::string& name, const Written& written);
  bool call_known(const std::string& name, const Written& written, Place place, Value& result);
  Value leaf_made(const std::string&, const Written& written, Place place);
  Value constant_made(const std::string&, const Written& written, Place place);
  Value filled(const std::string& name, const Written& written, Place);
  Value range(const std::string& name, const Written& written, Place);
  Value arange(const std::string& name, const Written& written, Place);
  Value linspace(const std::string& name, const Written& written, Place);
  Value eye(const std::string& name, const Written& written, Place);
  Value seeded(const std::string& name, const Written& written, Place);
  Value scope(const std::string& name, const Written& written, Place);
  Value without_grad(const std::string&, const Written&, Place);
  Value print(const std::string&, const Written& written, Place);
  Value length(const std::string& name, const Written& written, Place);
  Value plain_number(const std::string& name, const Written& written, Place);
  Value tensor_made(const Written& written, bool wants_grad, Place place);
  Tensor from_numbers(const std::vector<double>& numbers, const Shape& shape) const;
  std::string printed(const Value& value) const;

  // ---- attributes and methods of tensors (methods.cpp)
  Value attribute(const Expression& e);
  Value call_method(const Value& self, const std::string& name, const Written& written, const Expression& e);
  void backward(const Tensor& y, const Written& written, Place place);

  const std::string source_;
  const ProgramOptions options_;
  const DType type_;
  const Device device_;
  std::vector<Statement> program_;
  Recorder recorder_;
  Place place_;
  std::string current_op_;
  std::vector<int> current_inputs_;
  Names globals_, *locals_ = nullptr;
  std::set<std::string> let_used_;
  std::vector<std::string> loops_;  // "i=3" of each loop around
  Value returned_;
  bool returning_ = false;
  int no_grad_ = 0, calls_ = 0, depth_ = 0;
  int64_t statements_ = 0;
  uint64_t seed_ = 0, drawn_ = 0;
};

}  // namespace skew::explorer
