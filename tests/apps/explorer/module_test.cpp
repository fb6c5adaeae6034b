// The WebAssembly module computes what the program computes: Node runs both on the examples, 500 generated programs and
// the mistakes, and compares every number and every word.
#include <fstream>
#include <nlohmann/json.hpp>

#include "apps/explorer/examples.h"
#include "apps/explorer/views.h"
#include "tests/apps/data/scratch_folder.h"
#include "tests/apps/explorer/generated.h"
#include "tests/apps/explorer/mistakes.h"
#include "tests/apps/explorer/programs.h"

using namespace skew;
using namespace skew::explorer;

namespace {

bool exists(const std::string& path) { return std::ifstream(path).good(); }

nlohmann::json native(const std::string& program) {
  Recording r = run_program(program);
  if (!r.failed) {
    check_leaves(r);
    check_rules(r, r.own_rules);
    name_culprits(r);
  }
  return {{"program", program}, {"json", json_text(r)}};
}

}  // namespace

TEST_CASE("the module in Node and the native program agree, in numbers and in words") {
  const std::string module = SKEW_BINARY_DIR "/explorer_module/module.wasm";
  if (!exists(module) || std::system("node --version > /dev/null 2>&1") != 0) {
    std::printf(
        "SKIPPED: the module agrees with the program: needs node and the WebAssembly packages of "
        "apps/explorer/module\n");
    return;
  }
  nlohmann::json cases;
  for (const Example& example : examples()) cases.push_back(native(example.program));
  for (uint64_t seed = 0; seed < 500; ++seed) cases.push_back(native(generated(seed)));
  for (const Mistake& mistake : mistakes()) cases.push_back(native(mistake.program));
  const ScratchFolder folder;
  std::ofstream(folder.path() / "cases.json") << cases;
  const std::string out = (folder.path() / "out.txt").string();
  const int code = std::system(("node '" SKEW_SOURCE_DIR "/tests/apps/explorer/module.mjs' '" + module + "' '" +
                                (folder.path() / "cases.json").string() + "' > '" + out + "' 2>&1")
                                   .c_str());
  std::ifstream in(out);
  const std::string said((std::istreambuf_iterator<char>(in)), {});
  std::printf("module: %s", said.c_str());
  INFO(said);
  CHECK(code == 0);
}
