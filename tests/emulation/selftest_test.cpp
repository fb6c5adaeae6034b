// `skew selftest --device cuda` on the emulated device, by its command: all sections pass and say nothing of speed, a
// kernel that computes something else is named, and what is committed in docs/hardware and docs/cuda.md is what is
// found.
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "apps/cli/command.h"
#include "apps/selftest/levels.h"
#include "apps/selftest/section.h"
#include "apps/selftest/selftest.h"
#include "backends/cuda/conv2d.h"
#include "core/error.h"
#include "core/registry.h"
#include "core/storage.h"
#include "ops/softmax.h"
#include "tests/emulation/control.h"

using namespace skew;
using Catch::Matchers::Contains;
using selftest::Json;
namespace fs = std::filesystem;

namespace {

// A folder for records, and the memory that the emulated device has meanwhile.
struct Setting {
  fs::path folder = fs::temp_directory_path() / ("skew-selftest-test-" + std::to_string(getpid()));
  emu::Control before = emu::control;
  Setting() { emu::control.memory = size_t(256) << 20; }
  ~Setting() {
    emu::control = before;
    fs::remove_all(folder);
  }
};

struct Said {
  int code;
  std::string out;
};

Said selftest_command(std::vector<const char*> words) {
  Command program("skew", "", "", "");
  add_selftest(program);
  words.insert(words.begin(), {"skew", "selftest"});
  std::ostringstream out;
  std::streambuf* const before = std::cout.rdbuf(out.rdbuf());
  int code = 2;
  try {
    code = program.run(int(words.size()), words.data());
  } catch (const Error& error) {
    out << error.what();
  }
  std::cout.rdbuf(before);
  return {code, out.str()};
}

std::vector<Json> records_in(const fs::path& folder) { return selftest::read_records(folder.string()); }

std::string contents(const fs::path& path) {
  std::stringstream all;
  all << std::ifstream(path).rdbuf();
  return all.str();
}

Tensor wrong_softmax(const Tensor& x, const Extents&, bool) {
  return Tensor::full(x.shape(), .25, x.dtype(), x.device());
}

const Json& section(const Json& record, const std::string& name) {
  for (const Json& s : record.at("sections"))
    if (s.at("name") == name) return s;
  throw ValueError("no section " + name);
}

}  // namespace

TEST_CASE("the whole self-test passes on the emulated device, and records no speed") {
  const Setting setting;
  const std::string out = setting.folder.string();
  const Said said = selftest_command({"--device", "cuda", "--tf32", "--out", out.c_str()});
  INFO(said.out);
  std::cout << said.out;
  CHECK(said.code == 0);
  CHECK_THAT(said.out, (Contains("every section passed") || Contains("9 of 10 sections passed, left out: sanitizer")) &&
                           Contains(", on an emulated device"));
  const std::vector<Json> records = records_in(setting.folder);
  REQUIRE(records.size() == 1);
  const Json& record = records[0];
  CHECK(record.at("level") == "emulated");
  CHECK(record.at("passed") == true);
  CHECK(record.at("sections").size() == selftest::section_list().size());
  for (const Json& s : record.at("sections")) {
    if (s.at("name") == "sanitizer" && s.at("verdict") == "left out") continue;
    INFO(s.at("name"));
    CHECK(s.at("verdict") == "passed");
    CHECK(s.at("checks") > 0);
    CHECK_FALSE(s.contains("partial"));
    CHECK_FALSE(s.contains("rates"));
  }
  CHECK(contents(setting.folder / (fs::directory_iterator(setting.folder)->path().stem().string() + ".md"))
            .find("/s |") == std::string::npos);

  const selftest::Levels levels = selftest::levels_of(records);
  CHECK(levels.size() == registered_ops().size());
  for (const auto& [op, found] : levels) {
    INFO(op << ": where this fails, run `skew selftest` on emulated cuda and commit its record to docs/hardware");
    CHECK(found.emulated == "a CPU");
    CHECK(found.hardware.empty());
    CHECK(found.planned.empty() == (op != "conv2d" && op != "conv_transpose2d"));
  }
}

TEST_CASE("a kernel that computes something else makes the self-test end with 1 and the op's name") {
  const Setting setting;
  const std::string out = setting.folder.string();
  static decltype(softmax_forward) kept = softmax_forward;
  softmax_forward.set(Device::cuda, wrong_softmax);
  const Said said = selftest_command({"--only", "gemm,ops", "-o", out.c_str()});
  softmax_forward = kept;
  CHECK(said.code == 1);
  CHECK_THAT(said.out, Contains("differs: ops") && Contains("softmax"));
  const std::vector<Json> records = records_in(setting.folder);
  REQUIRE(records.size() == 1);
  CHECK(records[0].at("partial") == true);
  CHECK(records[0].at("passed") == false);
  CHECK(section(records[0], "gemm").at("verdict") == "passed");
  const Json& ops = section(records[0], "ops");
  CHECK(ops.at("details").at("differs") == Json::array({"log_softmax", "softmax"}));
  CHECK(selftest::levels_of(records).at("softmax").emulated.empty());
  CHECK(selftest::levels_of(records).at("relu").emulated == "a CPU");
}

TEST_CASE("a launch that fails is a difference of its section, and the others go on") {
  const Setting setting;
  const std::string out = setting.folder.string();
  emu::control.fail_launch_at = 40;
  const Said said = selftest_command({"--only", "gemm,checkpoints", "-o", out.c_str()});
  CHECK(said.code == 1);
  CHECK_THAT(said.out, Contains("CUDA says"));
  CHECK(records_in(setting.folder)[0].at("sections").size() == 2);
}

TEST_CASE("the engines are those that were planned for the described device when its record was made") {
  const Setting setting;
  const std::string out = setting.folder.string();
  CHECK(selftest_command({"--only", "convolutions", "--tf32", "-o", out.c_str()}).code == 0);
  const Json record = records_in(setting.folder).at(0);
  const Json& convolutions = section(record, "convolutions");
  CHECK(convolutions.at("details").at("other_engines_than_planned") == Json::array());
  CHECK_THAT(convolutions.at("notes").at(0), Contains("234 of 234 convolutions have the engine"));
}

TEST_CASE("compute-sanitizer is started where the search path has it, and what it finds is a difference") {
  const Setting setting;
  const std::string out = setting.folder.string(), path = std::getenv("PATH");
  const fs::path folder = setting.folder / "bin", program = folder / "compute-sanitizer";
  fs::create_directories(folder);
  const auto with = [&](const std::string& script, const char* seconds = "0") {
    std::ofstream(program) << "#!/bin/sh\n" << script;
    fs::permissions(program, fs::perms::owner_all);
    setenv("PATH", (folder.string() + ":" + path).c_str(), 1);
    const Said said = selftest_command({"--only", "sanitizer", "-o", out.c_str(), "--seconds", seconds});
    setenv("PATH", path.c_str(), 1);
    return said;
  };
  const Said clean = with("echo \"$@\" >>" + (folder / "asked").string() + "\nexit 0\n");
  CHECK(clean.code == 0);
  const std::string asked = contents(folder / "asked");
  for (const char* const tool : {"memcheck", "racecheck", "synccheck"})
    CHECK_THAT(asked, Contains(std::string("--tool ") + tool + " --error-exitcode 3 "));
  CHECK_THAT(asked, Contains("--tool memcheck --error-exitcode 3 --report-api-errors no /"));
  CHECK_THAT(asked, Contains("selftest --device cuda --only gemm,checkpoints --seconds 900 --out "));

  const Said found =
      with("echo ========= COMPUTE-SANITIZER\necho '========= Invalid __global__ read of size 4 bytes'\nexit 3\n");
  CHECK(found.code == 1);
  CHECK_THAT(found.out, Contains("memcheck over") && Contains("Invalid __global__"));

  // one that is there and cannot work is no difference
  for (const char* const script :
       {"exec /nothing/here\n", "echo '========= Error: Device not supported.'\nexit 0\n", "exit 77\n", "exit 1\n"}) {
    const Said said = with(script);
    INFO(script << said.out);
    CHECK(said.code == 77);  // nothing else was asked
    CHECK_THAT(said.out, Contains("left out") && Contains("does not work here"));
  }
  const auto start = std::chrono::steady_clock::now();
  const Said hung = with("sleep 600\n", "2");
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(60));
  CHECK(hung.code == 77);
  CHECK_THAT(hung.out, Contains("memcheck over copies") && Contains("no time was left for it"));
}

TEST_CASE("a convolution without an engine differs, with the reasons, and gives no level") {
  const Setting setting;
  const std::string out = setting.folder.string();
  const gpu::ConvolutionMode mode = gpu::convolution_mode();
  gpu::convolution_mode().workspace = -1;
  const Said said = selftest_command({"--only", "ops,convolutions", "-o", out.c_str()});
  gpu::convolution_mode() = mode;
  CHECK(said.code == 1);
  CHECK_THAT(said.out, Contains("differs: convolutions") && Contains("needs more workspace than there is"));
  const selftest::Levels levels = selftest::levels_of(records_in(setting.folder));
  CHECK(levels.at("conv2d").emulated.empty());  // a product of matrices passed its samples
  CHECK(levels.at("relu").emulated == "a CPU");
}

TEST_CASE("engines that fail in the self-test are named, one by one") {
  const Setting setting;
  const std::string out = setting.folder.string();
  emu::control.engine_fails = [](int64_t) { return true; };
  const Said said = selftest_command({"--only", "convolutions", "-o", out.c_str()});
  CHECK(said.code == 1);
  CHECK_THAT(said.out, Contains("CUDNN_STATUS_EXECUTION_FAILED"));
}

TEST_CASE("inputs that a library rounds are found: in strict float, to bf16 and to fp16 where TF32 may") {
  const Setting setting;
  const std::string out = setting.folder.string();
  const auto with = [&](int bits, float limit) {
    emu::control.input_bits = bits;
    emu::control.input_limit = limit;
    return selftest_command({"--only", "gemm,convolutions", "--tf32", "-o", out.c_str()});
  };
  constexpr float fp16 = 65504, any = 3e38f;
  const std::string of_strict = "are the inputs rounded?", of_bf16 = "is bf16 used?", of_fp16 = "is fp16 used?";
  const auto words_of = [&](const Said& said) {
    CHECK(said.code == 1);
    std::string all;
    fs::path newest;
    for (const auto& entry : fs::directory_iterator(setting.folder))
      if (entry.path().extension() == ".md" &&
          (newest.empty() || fs::last_write_time(newest) < fs::last_write_time(entry)))
        newest = entry.path();
    return contents(newest);
  };
  const std::string tf32 = words_of(with(10, any));  // TF32, but in strict float, too
  CHECK_THAT(tf32, Contains(of_strict) && !Contains(of_bf16) && !Contains(of_fp16));
  CHECK_THAT(words_of(with(7, any)), Contains(of_strict) && Contains(of_bf16) && !Contains(of_fp16));
  CHECK_THAT(words_of(with(10, fp16)), Contains(of_fp16) && !Contains(of_bf16));
}

TEST_CASE("a training that does not fit into memory is measured in a smaller batch, or left out, and no difference") {
  const Setting setting;
  const std::string out = setting.folder.string();
  const auto with_room_for = [&](size_t bytes) {
    release_cached_memory();
    emu::control.memory = 0;
    size_t left = 0, total = 0;
    cudaMemGetInfo(&left, &total);
    emu::control.memory = total - left + bytes;
    const Said said = selftest_command({"--only", "speed", "-o", out.c_str()});
    INFO(said.out);
    CHECK(said.code == 0);
    return said.out;
  };
  CHECK_THAT(with_room_for(size_t(64) << 20), !Contains("does not fit"));  // what libraries need is there from now on
  CHECK_THAT(with_room_for(100'000), Contains("training small_cnn, 16 px, batch 2 does not fit into memory"));
}

TEST_CASE("sections are listed and chosen by name, and records do not replace one another") {
  const Setting setting;
  const std::string out = setting.folder.string();
  const Said list = selftest_command({"--list"});
  CHECK(list.code == 0);
  for (const selftest::SectionInfo& s : selftest::section_list()) CHECK_THAT(list.out, Contains(s.name));
  CHECK_THAT(selftest_command({"--only", "gem"}).out, Contains("gemm"));
  CHECK_THAT(selftest_command({"--device", "reference"}).out, Contains("'reference'"));
  for (int k = 0; k < 2; ++k) CHECK(selftest_command({"--only", "gemm", "-o", out.c_str()}).code == 0);
  CHECK(records_in(setting.folder).size() == 2);
}
