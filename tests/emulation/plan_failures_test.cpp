// Plans that fail: while they are made, when they are executed, for good or once. The result is right whoever computes
// it in the end; what failed is not taken again, nor by the next program; an error that is no refusal of a problem goes
// out.
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "backends/cuda/conv2d.h"
#include "core/error.h"
#include "ops/conv2d.h"
#include "tests/emulation/control.h"

using namespace skew;
using Catch::Contains;
namespace fs = std::filesystem;

namespace {

struct Settings {
  emu::Control before = emu::control;
  gpu::ConvolutionMode mode = gpu::convolution_mode();
  ~Settings() {
    emu::control = before;
    gpu::convolution_mode() = mode;
  }
};

// A convolution of ones, of a problem that no other test has: `width` is its own.
std::vector<double> convolved(ptrdiff_t width, Device device = Device::cuda) {
  const Tensor x = Tensor::full({2, 8, 9, width}, 1, DType::float32, device),
               w = Tensor::full({16, 8, 3, 3}, 2, DType::float32, device);
  return conv2d(x, w).doubles();
}
std::vector<double> truth(ptrdiff_t width) { return convolved(width, Device::reference); }

// The engines that are executed, of which those fail for which `fails` says so.
std::vector<int64_t> engines_asked(ptrdiff_t width, const std::function<bool(int64_t)>& fails) {
  const Settings settings;
  std::vector<int64_t> asked;
  emu::control.engine_fails = [&](int64_t engine) {
    asked.push_back(engine);
    return fails(engine);
  };
  CHECK(convolved(width) == truth(width));
  return asked;
}
bool never(int64_t) { return false; }

std::string contents(const fs::path& path) {
  std::stringstream all;
  all << std::ifstream(path).rdbuf();
  return all.str();
}

}  // namespace

TEST_CASE("an engine that fails whenever it is executed gives way to the next one, for good") {
  const int64_t first = engines_asked(13, never).at(0);
  const std::vector<int64_t> then = engines_asked(13, [&](int64_t engine) { return engine == first; });
  REQUIRE(then.size() == 2);
  CHECK(then[0] == first);
  CHECK(then[1] != first);
  CHECK(engines_asked(13, never) == std::vector<int64_t>{then[1]});
}

TEST_CASE("where every engine fails a product of matrices computes the convolution") {
  const gpu::PlanCounts before = gpu::plan_counts();
  const std::vector<int64_t> asked = engines_asked(14, [](int64_t) { return true; });
  std::printf("%zu engines were asked before the product of matrices\n", asked.size());
  CHECK(asked.size() > 1);
  CHECK(std::set<int64_t>(asked.begin(), asked.end()).size() == asked.size());
  CHECK(gpu::plan_counts().none == before.none + 1);
  CHECK(engines_asked(14, never).empty());
}

TEST_CASE("rules that leave no engine are no error; a library that fails while it plans is one, and not remembered") {
  const Settings settings;
  gpu::convolution_mode().workspace = -1;
  CHECK(engines_asked(15, never).empty());
  gpu::convolution_mode() = settings.mode;
  emu::control.planning_fails = true;
  CHECK_THROWS_AS(convolved(16), DeviceError);
  CHECK_THROWS_WITH(convolved(16), Contains("CUDNN_STATUS_INTERNAL_ERROR"));
  emu::control = settings.before;
  CHECK(engines_asked(16, never).size() == 1);
}

// What the next test starts in a program of its own: engines of FAILING fail.
TEST_CASE("a program that convolves", "[.program]") {
  const char* const failing = std::getenv("FAILING");
  for (const int64_t engine : engines_asked(17, [&](int64_t e) { return failing && std::to_string(e) == failing; }))
    std::printf("ENGINE %ld\n", long(engine));
}

TEST_CASE("the next program takes the engine that worked, never one that failed") {
  const fs::path folder = fs::temp_directory_path() / ("skew_failing_plans_" + std::to_string(getpid()));
  fs::create_directories(folder);
  const auto engines_of_program = [&](const std::string& failing) {
    const std::string command = "XDG_CACHE_HOME='" + folder.string() + "' FAILING=" + failing + " '" +
                                fs::read_symlink("/proc/self/exe").string() + "' 'a program that convolves' >" +
                                (folder / "said").string();
    CHECK(std::system(command.c_str()) == 0);
    std::vector<std::string> engines;
    std::istringstream lines(contents(folder / "said"));
    for (std::string line; std::getline(lines, line);)
      if (line.starts_with("ENGINE ")) engines.push_back(line.substr(7));
    return engines;
  };
  const std::vector<std::string> first = engines_of_program("");
  REQUIRE(first.size() == 1);
  const std::string kept = contents(folder / "skew/cuda-plans");
  CHECK_FALSE(kept.empty());
  CHECK(engines_of_program("") == first);
  const std::vector<std::string> other = engines_of_program(first[0]);
  REQUIRE(other.size() == 2);
  CHECK(other[0] == first[0]);
  CHECK(contents(folder / "skew/cuda-plans") != kept);
  CHECK(engines_of_program("") == std::vector<std::string>{other[1]});
  fs::remove_all(folder);
}
