// What the page asks for beside pictures: memory over time, recordings that were read, programs as C++.
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "apps/explorer/as_cpp.h"
#include "apps/explorer/examples.h"
#include "apps/explorer/live_net.h"
#include "apps/explorer/memory_curve.h"
#include "apps/explorer/picture.h"
#include "apps/explorer/read_recording.h"
#include "apps/explorer/views.h"
#include "tests/apps/data/scratch_folder.h"
#include "tests/apps/explorer/generated.h"
#include "tests/apps/explorer/programs.h"

#ifdef __SANITIZE_ADDRESS__
#define SANITIZERS " -fsanitize=address,undefined"
#else
#define SANITIZERS ""
#endif

using namespace skew;
using namespace skew::explorer;

TEST_CASE("kept memory rises going forward and falls to nothing going back") {
  const Recording r = ran("x = param(randn(4, 8, seed=1)); y = x*x; z = tanh(y); L = z.sum(); L.backward()");
  const std::vector<MemoryMoment> curve = memory_curve(r);
  REQUIRE(curve.size() == moments(r).size());
  const int64_t tensor = 4 * 8 * 8;  // bytes
  CHECK(curve[0].bytes == 0);        // x is made
  CHECK(curve[1].bytes == tensor);   // x, kept twice by its product, counts once
  CHECK(curve[1].of_leaves == tensor);
  CHECK(curve[2].bytes > curve[1].bytes);
  CHECK(curve.back().bytes == 0);
  CHECK(curve.back().of_leaves == 0);
  for (const Example& example : examples()) {
    INFO(example.name);
    const Recording other = ran(example.program);
    const std::vector<MemoryMoment> all = memory_curve(other, true);
    const bool never_negative = std::all_of(
        all.begin(), all.end(), [](const MemoryMoment& m) { return m.of_leaves >= 0 && m.bytes >= m.of_leaves; });
    CHECK(never_negative);
    CHECK(all.size() == moments(other, {.all = true}).size());
  }
}

TEST_CASE("a recording that is read draws the same picture and tells the same story") {
  std::vector<std::string> programs;
  for (const Example& example : examples()) programs.emplace_back(example.program);
  for (uint64_t seed = 0; seed < 50; ++seed) programs.push_back(generated(seed));
  programs.emplace_back("a = param(zeros(2, 3)); b = param(zeros(4)); c = a + b");
  for (const std::string& program : programs) {
    INFO(program);
    Recording r = run_program(program);
    check_leaves(r);
    const Recording again = read_recording(json_text(r));
    CHECK(graph_svg(again) == graph_svg(r));
    CHECK(graph_svg(again, {.scope_depth = 0, .moment = 2}) == graph_svg(r, {.scope_depth = 0, .moment = 2}));
    CHECK(moments(again) == moments(r));
  }
  CHECK_THROWS_WITH(read_recording("nonsense"), Catch::Contains("this text is no recording"));
  CHECK_THROWS_WITH(read_recording("{}"), Catch::Contains("it has no nodes"));
  CHECK_THROWS_WITH(read_recording(R"({"nodes": [{"id": 0, "op": "add", "inputs": [7]}]})"),
                    Catch::Contains("a node that is not there"));
}

TEST_CASE("a recording without values, as of a large network, is drawn by shapes") {
  const Recording r = read_recording(R"({"nodes": [
    {"id": 0, "op": "leaf", "name": "w", "label": "w", "shape": [64, 3, 7, 7], "wants_grad": true, "value": null, "grad": null,
     "contributions": [{"from": 1, "input": 0, "call": 0, "order": 1, "value": null}]},
    {"id": 1, "op": "conv2d", "inputs": [0], "input_names": ["w"], "shape": [8, 64, 32, 32], "wants_grad": true, "scope": "stem.conv",
     "saved": [{"name": "w", "shape": [64, 3, 7, 7], "bytes": 37632}], "bytes": 37632,
     "contributions": [{"from": "seed", "input": 0, "call": 0, "order": 0, "value": null}]}],
    "events": [{"kind": "backward", "node": 1, "nodes": 2}]})");
  CHECK(graph_svg(r).find("shape 8×64×32×32") != std::string::npos);
  CHECK(moments(r).size() == 4);
  CHECK(memory_curve(r)[1].bytes == 37632);
  CHECK(memory_curve(r).back().bytes == 0);
  CHECK(graph_svg(r, {.scope_depth = 1}).find("saves 37.6 KB") != std::string::npos);
}

TEST_CASE("programs copied as C++ compile against libskew and give the same gradients") {
  const ScratchFolder folder;
  const std::string library = SKEW_BINARY_DIR;
  if (std::system(("test -e '" + library + "/libskew.so' && g++ --version > /dev/null 2>&1").c_str()) != 0) {
    std::printf("SKIPPED: programs copied as C++ compile: needs g++ and libskew.so in the build folder\n");
    return;
  }
  const std::string several =
      "int = 2.0; x = param(randn(1, 2, 4, 4, seed=1)); w = param(randn(2, 2, 3, 3, seed=2)); y = relu(conv2d(x, w, "
      "padding=1)); p = max_pool(y, 2); s = softmax(p.reshape(2, 4), axis=1); t = s**2 * int - 1; t.backward(ones(2, "
      "4)); x.zero_grad(); L = t.mean(axis=[0, 1]); L.backward(); z = param([[2.0, -1.0]]); R = ral(z, [[1, 0]], "
      "gamma_neg=3); R.backward()";
  const std::string steps =
      "a = param([[1.5, -2.0, 0.5]])\nfor i in range(3):\n    L = (a**2).sum()\n    L.backward()\n    a -= 0.05 * "
      "a.grad\n"
      "    a.grad = None\nL = (3 * a).sum()\nL.backward()";
  for (const std::string& program : {std::string(example_named("micrograd").program),
                                     std::string(example_named("regression").program), several, steps}) {
    const Recording r = ran(program);
    std::ofstream(folder.path() / "program.cpp") << as_cpp(r);
    const std::string name = (folder.path() / "program").string();
    INFO(as_cpp(r));
    REQUIRE(std::system(("g++ -std=c++20 -O0 -fopenmp" SANITIZERS " -I '" SKEW_SOURCE_DIR "' '" + name + ".cpp' -L '" +
                         library + "' -lskew -Wl,-rpath,'" + library + "' -o '" + name + "' && '" + name + "' > '" +
                         name + ".txt'")
                            .c_str()) == 0);
    std::ifstream in(name + ".txt");
    std::stringstream said;
    said << in.rdbuf();
    std::set<int> stepped;
    std::map<std::string, int> last;  // of each leaf's name the value that is left
    for (const Event& event : r.events)
      if (event.kind == Event::Kind::step) stepped.insert(event.node);
    for (const RecordedNode& node : r.nodes)
      if (node.kind == RecordedNode::Kind::leaf) last[node.name] = node.id;
    for (const int id : stepped) {
      if (last[r.nodes[size_t(id)].name] != id) continue;
      std::stringstream wanted;
      wanted << r.nodes[size_t(id)].name << ' ' << r.nodes[size_t(id)].value;
      INFO(said.str());
      CHECK(said.str().find(wanted.str()) != std::string::npos);
    }
    for (const RecordedNode& node : r.nodes) {
      if (node.kind != RecordedNode::Kind::leaf || !node.grad.defined() || last[node.name] != node.id) continue;
      std::stringstream wanted;
      wanted << node.grad;
      INFO(said.str());
      CHECK(said.str().find(wanted.str()) != std::string::npos);
    }
  }
  CHECK_THROWS_WITH(as_cpp(ran("a = param([1.0, 2.0]); L = (a**2).sum(); L.backward(); a.data = tanh(a)")),
                    Catch::Contains("by no constant times its gradient"));
  CHECK_THROWS_WITH(as_cpp(run_program("a = 1.0; b = a + ")), Catch::Contains("mend it first"));
}

TEST_CASE("the examples are C++ too, steps among them") {
  for (const Example& example : examples()) {
    INFO(example.name);
    const Recording r = ran(example.program);
    if (r.own_rules.empty()) CHECK(as_cpp(r).find("int main()") != std::string::npos);
    else CHECK_THROWS_WITH(as_cpp(r), Catch::Contains("rules by @backward stay here"));
  }
}

TEST_CASE("the networks that learn learn, and the same seed gives the same") {
  for (const LiveData data : {LiveData::points, LiveData::shapes}) {
    LiveNet net(data, 7), again(data, 7);
    for (int i = 0; i < 150; ++i) net.step();
    for (int i = 0; i < 150; ++i) again.step();
    CHECK(net.state() == again.state());
    const std::string scores = net.scores();
    const double accuracy = std::stod(scores.substr(scores.find("\"accuracy\"") + 11));
    INFO(scores);
    CHECK(accuracy > 0.8);
    CHECK(net.look(0).find("\"outputs\"") != std::string::npos);
    CHECK_THROWS_WITH(net.look(512), Catch::Contains("there are inputs 0 … 511"));
    if (data == LiveData::points) CHECK(net.map(16).size() > 1024);
    else CHECK_THROWS_WITH(net.map(16), Catch::Contains("is for points"));
  }
}
