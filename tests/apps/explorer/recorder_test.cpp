// The recorder beside programs in C++: names, operators, gradients in their order; and a graph recorded afterwards.
#include "apps/explorer/recorder.h"

#include <filesystem>
#include <sstream>

#include "apps/explorer/picture.h"
#include "apps/explorer/views.h"
#include "core/backward.h"
#include "core/error.h"
#include "ops/operators.h"
#include "tests/apps/explorer/programs.h"

using namespace skew;
using namespace skew::explorer;

namespace {

Tensor leaf(const char* name, double value) {
  Tensor t = Tensor::full({}, value, DType::float64, Device::reference).named(name);
  t.set_requires_grad();
  return t;
}

}  // namespace

TEST_CASE("a program in C++ is recorded as it runs") {
  Recorder recorder;
  const Tensor a = leaf("a", 3), b = leaf("b", -2);
  Tensor c = a * b;
  c.named("c");
  const Tensor loss = c * c + 2 * a;
  backward(loss, {}, {.retain = true});
  backward(loss);
  const Recording& r = recorder.recording();
  CHECK(r.calls.size() == 2);
  CHECK(grad_of(r, "a") == 2 * (2 * -6 * -2 + 2));
  CHECK(grad_of(r, "b") == 2 * (2 * -6 * 3));
  const RecordedNode& node = r.nodes[size_t(r.find("b"))];
  REQUIRE(node.contributions.size() == 2);
  CHECK(node.contributions[0].numbers == "3·(−12) = −36");
  CHECK(node.contributions[1].call == 1);
}

TEST_CASE("without a recorder nothing listens") {
  {
    const Recorder recorder;
    CHECK(GraphWatch::living() == &recorder);
  }
  CHECK(GraphWatch::living() == nullptr);
}

TEST_CASE("a graph is recorded afterwards: names, shapes, rules, what is saved") {
  const Tensor a = leaf("a", 3), b = leaf("b", -2);
  const Tensor loss = a * b + a;
  const Recording r = record(loss);
  REQUIRE(r.nodes.size() == 4);
  CHECK(r.nodes[size_t(r.find("a"))].value.item() == 3);
  CHECK(r.nodes.back().op == "add");
  CHECK(r.nodes.back().value.item() == -3);
  CHECK_FALSE(r.nodes[2].value.defined());
  CHECK(r.nodes[2].bytes == 16);
  CHECK(r.nodes[2].rules[0].rule == "b·g");
  CHECK(table_text(r).find("a b") != std::string::npos);
  const auto folder = std::filesystem::temp_directory_path() / "skew_write_graph";
  std::filesystem::create_directories(folder);
  for (const char* name : {"g.svg", "g.html", "g.dot"}) {
    write_graph(r, (folder / name).string());
    CHECK(std::filesystem::file_size(folder / name) > 100);
  }
  CHECK_THROWS_WITH(write_graph(r, (folder / "g.gif").string()),
                    Catch::Contains("expected a name that ends with .svg, .png, .pdf, .html or .dot"));
  std::filesystem::remove_all(folder);
}

TEST_CASE("operators are the ops of their names") {
  const Tensor a = leaf("a", 3), b = leaf("b", -2);
  CHECK((a + b).item() == 1);
  CHECK((a - b).item() == 5);
  CHECK((a * b).item() == -6);
  CHECK((a / b).item() == -1.5);
  CHECK((-a).item() == -3);
  CHECK((2 * a + 1 - b / 2).item() == 8);
  CHECK((1 - a).item() == -2);
  CHECK((6 / a).item() == 2);
  CHECK((a - 1).item() == 2);
  CHECK((1 + a).item() == 4);
}

TEST_CASE("a tensor prints as rows") {
  std::ostringstream out;
  const Tensor t = Tensor::from(std::vector<double>{1, 2.5, -3, 4}, {2, 2}, Device::reference);
  out << t << '\n'
      << leaf("w", 0.5) << '\n'
      << Tensor() << '\n'
      << Tensor::zeros({0, 2}, DType::float64, Device::reference);
  CHECK(out.str() == "float64 [2, 2]\n[[1, 2.5],\n [-3, 4]]\nfloat64 [] w 0.5\ntensor: undefined\nfloat64 [0, 2]\n[]");
  std::ostringstream large;
  large << Tensor::zeros({2000}, DType::float32, Device::reference);
  CHECK(large.str() == "float32 [2000] [0, 0, 0, …, 0, 0, 0]");
}
