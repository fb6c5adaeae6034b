// Plans of the real cuDNN for described devices, without a driver: every convolution of the networks that this project
// trains, in all three directions, in strict float, in TF32 and, for later, in bf16. None is compiled at run time, all
// are deterministic, and strict ones round nothing. SKEW_LONG=1: batches of 1 too, and 224 px beside 64; the whole
// table is then in the build folder, cuda-plans.csv, its summary in cuda-plans.md (docs/cuda-plans.md is a copy).
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <set>

#include "backends/cuda/plan.h"
#include "core/error.h"
#include "tests/emulation/described_devices.h"

using namespace skew;
using gpu::dnn::Direction;
using gpu::dnn::Plan;
using gpu::dnn::Planner;
using gpu::dnn::Problem;

namespace {

struct Convolution {
  int64_t in, out, side, kernel, stride;
  auto operator<=>(const Convolution&) const = default;
};

// The convolutions of a residual network of basic or bottleneck blocks at an image's side.
std::set<Convolution> residual(int64_t side, bool bottleneck) {
  std::set<Convolution> list = {{3, 64, side, 7, 2}, {1, 64, side, 7, 2}};  // colour, grey
  int64_t in = 64, s = side / 4;
  for (const int64_t width : {64, 128, 256, 512}) {
    const int64_t out = bottleneck ? 4 * width : width, stride = width == 64 ? 1 : 2;
    for (const bool first : {true, false}) {
      const int64_t step = first ? stride : 1, from = first ? in : out;
      const int64_t inside = first ? s : s / stride;
      if (bottleneck) {
        list.insert({from, width, inside, 1, 1});
        list.insert({width, width, inside, 3, step});
        list.insert({width, out, s / stride, 1, 1});
      } else {
        list.insert({from, width, inside, 3, step});
        list.insert({width, width, s / stride, 3, 1});
      }
      if (first && (stride > 1 || from != out)) list.insert({from, out, inside, 1, step});
    }
    in = out;
    s /= stride;
  }
  return list;
}

std::set<Convolution> all_convolutions(int64_t side) {
  std::set<Convolution> list = residual(side, false);
  list.merge(residual(side, true));
  for (const auto& [in, out, s] :
       {std::array<int64_t, 3>{3, 16, side}, {1, 16, side}, {16, 32, side / 2}, {32, 64, side / 4}}) {
    list.insert({in, out, s, 3, 1});  // small_cnn, resnet8
    list.insert({in, out, s, 3, 2});
    list.insert({in, out, s, 1, 2});
  }
  return list;
}

struct Numbers {
  const char* name;
  cudnnDataType_t type;
  bool tf32;
};
constexpr Numbers strict{"strict", CUDNN_DATA_FLOAT, false}, rounded{"TF32", CUDNN_DATA_FLOAT, true};
constexpr Numbers all_numbers[] = {strict, rounded, {"bf16", CUDNN_DATA_BFLOAT16, false}};

Problem problem_of(const Convolution& c, int64_t batch, Direction direction, const Numbers& numbers) {
  const int64_t pad = c.kernel / 2, side = (c.side + 2 * pad - c.kernel) / c.stride + 1;
  return {direction,
          {batch, c.in, c.side, c.side},
          {c.out, c.in, c.kernel, c.kernel},
          {batch, c.out, side, side},
          {pad, pad},
          {pad, pad},
          {c.stride, c.stride},
          {1, 1},
          numbers.tf32,
          true,
          numbers.type};
}

template <class Note> bool has(const std::vector<Note>& notes, Note note) {
  return std::find(notes.begin(), notes.end(), note) != notes.end();
}

const char* name_of(Direction direction) {
  switch (direction) {
    case Direction::forward: return "y";
    case Direction::data: return "dx";
    case Direction::weights: return "dw";
  }
  return "?";
}

bool long_run() {
  const char* asked = std::getenv("SKEW_LONG");
  return asked && *asked == '1';
}

}  // namespace

TEST_CASE("every convolution of the networks has a plan on every described device") {
  const std::string folder = SKEW_BINARY_DIR;
  std::ofstream table, summary;  // of a long run
  if (long_run()) {
    table.open(folder + "/cuda-plans.csv");
    table << "device,numbers,image_px,batch,in,out,side,kernel,stride,result,engine,workspace_bytes,notes\n";
    summary.open(folder + "/cuda-plans.md");
    summary << "| device | numbers | convolutions | without a plan | engines | workspace, median MB | most MB | of |\n"
               "|---|---|---|---|---|---|---|---|\n";
  }
  std::vector<int64_t> sides = {64}, batches = {32};
  if (long_run()) {
    sides.push_back(224);
    batches.push_back(1);
  }
  std::printf("%-9s %-7s %6s %5s %9s %14s  %s\n", "device", "numbers", "plans", "none", "engines", "workspace MB",
              "largest");
  for (const std::string& name : emu::described_devices()) {
    const gpu::dnn::Descriptor device = gpu::dnn::described_device(emu::described_device(name));
    for (const Numbers& numbers : all_numbers) {
      int none = 0;
      std::set<int64_t> engines;
      std::vector<int64_t> workspaces;
      std::string largest, engine_of_largest;
      for (const int64_t side : sides)
        for (const int64_t batch : batches)
          for (const Convolution& c : all_convolutions(side))
            for (const Direction direction : {Direction::forward, Direction::data, Direction::weights}) {
              const std::string what = text(c.in, "→", c.out, ", ", c.side, " px, ", c.kernel, "×", c.kernel, " / ",
                                            c.stride, ", batch ", batch, ", ", name_of(direction));
              INFO(name << ' ' << numbers.name << ' ' << what);
              gpu::dnn::Engine e;
              try {
                e = Planner(problem_of(c, batch, direction, numbers), device).first(int64_t(1) << 30).engine();
              } catch (const DeviceError& error) {
                INFO(error.what());
                CHECK(numbers.type != CUDNN_DATA_FLOAT);  // of shorter numbers it is only counted
                ++none;
              }
              INFO(e.text());
              CHECK_FALSE(has(e.behavior, CUDNN_BEHAVIOR_NOTE_RUNTIME_COMPILATION));
              CHECK_FALSE(has(e.numerical, CUDNN_NUMERICAL_NOTE_NONDETERMINISTIC));
              CHECK_FALSE(has(e.numerical, CUDNN_NUMERICAL_NOTE_REDUCED_PRECISION_REDUCTION));
              if (numbers.type == CUDNN_DATA_FLOAT && !numbers.tf32) {
                CHECK_FALSE(has(e.numerical, CUDNN_NUMERICAL_NOTE_TENSOR_CORE));
                CHECK_FALSE(has(e.numerical, CUDNN_NUMERICAL_NOTE_DOWN_CONVERT_INPUTS));
              }
              if (long_run())
                table << name << ',' << numbers.name << ',' << side << ',' << batch << ',' << c.in << ',' << c.out
                      << ',' << c.side << ',' << c.kernel << ',' << c.stride << ',' << name_of(direction) << ','
                      << e.index << ',' << e.workspace << ",\"" << e.text() << "\"\n";
              if (e.index < 0) continue;
              engines.insert(e.index);
              if (workspaces.empty() || e.workspace > *std::max_element(workspaces.begin(), workspaces.end())) {
                largest = what;
                engine_of_largest = e.text();
              }
              workspaces.push_back(e.workspace);
            }
      REQUIRE_FALSE(workspaces.empty());
      std::sort(workspaces.begin(), workspaces.end());
      const double median = double(workspaces[workspaces.size() / 2]) / 1e6, most = double(workspaces.back()) / 1e6;
      std::printf("%-9s %-7s %6zu %5d %9zu %14.1f  %s\n", name.c_str(), numbers.name, workspaces.size(), none,
                  engines.size(), most, engine_of_largest.c_str());
      if (long_run())
        summary << "| " << name << " | " << numbers.name << " | " << workspaces.size() + size_t(none) << " | " << none
                << " | " << engines.size() << " | " << text(median) << " | " << text(most) << " | " << largest
                << " |\n";
    }
  }
}

// What padding the image to 8 channels would buy: the stem's plans with 3 channels and with 8.
TEST_CASE("the stem's plans with an image of 3 channels and of 8") {
  const gpu::dnn::Descriptor device = gpu::dnn::described_device(emu::described_device("H100"));
  for (const Numbers& numbers : all_numbers)
    for (const int64_t channels : {3, 8})
      for (const Direction direction : {Direction::forward, Direction::weights}) {
        const Planner planner(problem_of({channels, 64, 224, 7, 2}, 32, direction, numbers), device);
        std::string found = "none";
        try {
          found = planner.first(int64_t(1) << 30).engine().text();
        } catch (const DeviceError&) {
          CHECK(numbers.type != CUDNN_DATA_FLOAT);
        }
        std::printf("H100, %s, %ld channels, 224 px, %s: %s\n", numbers.name, long(channels), name_of(direction),
                    found.c_str());
      }
}

TEST_CASE("strict float leaves out engines that TF32 takes") {
  const gpu::dnn::Descriptor device = gpu::dnn::described_device(emu::described_device("H100"));
  const auto indices = [&](const Numbers& numbers) {
    std::set<int64_t> list;
    for (const Plan& plan : Planner(problem_of({64, 64, 16, 3, 1}, 32, Direction::forward, numbers), device).all())
      list.insert(plan.engine().index);
    return list;
  };
  const std::set<int64_t> few = indices(strict), all = indices(rounded);
  CHECK(few.size() < all.size());
  CHECK(std::includes(all.begin(), all.end(), few.begin(), few.end()));
}

TEST_CASE("what the rules forbid is said, and a smaller workspace gives another plan") {
  const gpu::dnn::Descriptor device = gpu::dnn::described_device(emu::described_device("H100"));
  const Problem problem = problem_of({64, 64, 16, 3, 1}, 32, Direction::weights, strict);
  const Planner planner(problem, device);
  std::vector<Plan> plans = planner.all();
  REQUIRE(plans.size() > 1);
  int64_t least = plans[0].engine().workspace;
  for (const Plan& plan : plans) {
    CHECK(gpu::dnn::why_not(plan.engine(), problem).empty());
    least = std::min(least, plan.engine().workspace);
  }
  CHECK(planner.first(least).engine().workspace == least);
  if (least > 0) CHECK_THROWS_WITH(planner.first(least - 1), Catch::Contains("needs more workspace than there is"));
  gpu::dnn::Engine rounding;
  rounding.numerical = {CUDNN_NUMERICAL_NOTE_DOWN_CONVERT_INPUTS};
  CHECK(gpu::dnn::why_not(rounding, problem) == "rounds its inputs");
  Problem loose = problem;
  loose.tf32 = true;
  CHECK(gpu::dnn::why_not(rounding, loose) == "rounds its inputs");  // to fp16: TF32 keeps float's range
  rounding.behavior = {CUDNN_BEHAVIOR_NOTE_RUNTIME_COMPILATION};
  CHECK(gpu::dnn::why_not(rounding, problem) == "is compiled at run time");
}

TEST_CASE("plans of different engines are the first ones of all, and engines that are left out are not among them") {
  const gpu::dnn::Descriptor device = gpu::dnn::described_device(emu::described_device("H100"));
  const Planner planner(problem_of({64, 64, 16, 3, 1}, 32, Direction::forward, strict), device);
  constexpr int64_t any = int64_t(1) << 40;
  std::vector<std::string> expected, found;
  std::set<int64_t> seen;
  for (const Plan& plan : planner.all())
    if (seen.insert(plan.engine().index).second && expected.size() < 3) expected.push_back(plan.engine().text());
  REQUIRE(expected.size() == 3);
  for (const Plan& plan : planner.of_different_engines(3, any)) found.push_back(plan.engine().text());
  CHECK(found == expected);
  const int64_t first = planner.first(any).engine().index, second = planner.first(any, {first}).engine().index;
  CHECK(second != first);
  CHECK(seen.contains(second));
  CHECK_THROWS_WITH(planner.first(any, seen), Catch::Contains("failed before"));
}
