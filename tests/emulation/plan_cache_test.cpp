// Choices of engines on disk, with the real cuDNN and described devices: found again by another program, made into the
// same plan in a fraction of the time, of another device or version never; whatever the file holds, a plan is one that
// the rules allow.
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "backends/cuda/plan_cache.h"
#include "core/random.h"
#include "tests/emulation/described_devices.h"

using namespace skew;
using gpu::dnn::Choice;
using gpu::dnn::Direction;
using gpu::dnn::PlanCache;
using gpu::dnn::Planner;
using gpu::dnn::Problem;

namespace {

constexpr int64_t plenty = int64_t(1) << 30;

struct File {
  std::filesystem::path folder = std::filesystem::temp_directory_path() / ("skew_plans_" + std::to_string(getpid()));
  std::string path = (folder / "deep/cuda-plans").string();
  ~File() { std::filesystem::remove_all(folder); }
  std::string contents() const {
    std::stringstream bytes;
    bytes << std::ifstream(path).rdbuf();
    return bytes.str();
  }
  void write(const std::string& bytes) const { std::ofstream(path) << bytes; }
};

std::vector<Problem> some_problems() {
  std::vector<Problem> list;
  for (const bool tf32 : {false, true})
    for (const int64_t channels : {3, 64})
      for (const Direction direction : {Direction::forward, Direction::data, Direction::weights})
        list.push_back({direction,
                        {8, channels, 16, 16},
                        {64, channels, 3, 3},
                        {8, 64, 16, 16},
                        {1, 1},
                        {1, 1},
                        {1, 1},
                        {1, 1},
                        tf32,
                        true});
  return list;
}

template <class F> double milliseconds(const F& f) {
  const auto start = std::chrono::steady_clock::now();
  f();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

TEST_CASE("a choice of an engine is the same plan again, on every described device") {
  for (const std::string& name : emu::described_devices()) {
    const gpu::dnn::Descriptor device = gpu::dnn::described_device(emu::described_device(name));
    double anew = 0, again = 0;
    for (const Problem& problem : some_problems()) {
      const Planner planner(problem, device);
      std::optional<gpu::dnn::Plan> first, second;
      anew += milliseconds([&] { first = planner.first(plenty); });
      const Choice choice = first->choice();
      again += milliseconds([&] { second = planner.again(choice, plenty); });
      INFO(name << ": " << first->engine().text());
      REQUIRE(second);
      CHECK(second->engine().text() == first->engine().text());
      CHECK(second->choice() == choice);
      if (choice.engine >= 0 && first->engine().workspace > 0)
        CHECK_FALSE(planner.again(choice, first->engine().workspace - 1));
    }
    std::printf("%s: %zu plans anew %.1f ms, by their choices %.1f ms (times of planning, on the CPU)\n", name.c_str(),
                some_problems().size(), anew, again);
  }
}

TEST_CASE("no choice that a file could hold gives a plan that the rules forbid") {
  const gpu::dnn::Descriptor device = gpu::dnn::described_device(emu::described_device("H100"));
  const Problem strict = some_problems()[3];  // 64 channels, forward
  Problem rounded = strict;
  rounded.tf32 = true;
  const Planner planner(strict, device);
  for (const gpu::dnn::Plan& plan : Planner(rounded, device).all())
    if (!gpu::dnn::why_not(plan.engine(), strict).empty()) CHECK_FALSE(planner.again(plan.choice(), plenty));
  Generator random(3, 1);
  const Choice right = planner.first(plenty).choice();
  int made = 0;
  for (int k = 0; k < 2000; ++k) {
    Choice wrong = right;
    if (k % 2) wrong.engine = random.below(300) - 20;
    for (ptrdiff_t n = random.below(4); n > 0; --n)
      wrong.knobs.emplace_back(random.below(80) - 10, random.below(40) - 10);
    for (auto& [type, value] : wrong.knobs)
      if (random.below(3) == 0) value = random.below(1000) - 500;
    if (const auto plan = planner.again(wrong, plenty)) {
      ++made;
      CHECK(gpu::dnn::why_not(plan->engine(), strict).empty());
    }
  }
  std::printf("2000 forged choices: %d are plans, all within the rules\n", made);
}

TEST_CASE("a file of choices is read by the next program, and joined with what another wrote meanwhile") {
  const File file;
  const gpu::dnn::Descriptor h100 = gpu::dnn::described_device(emu::described_device("H100")),
                             b200 = gpu::dnn::described_device(emu::described_device("B200"));
  const std::vector<Problem> problems = some_problems();
  const Choice choice = {12, {{2, 5}, {7, -1}}}, other = {3, {}};
  PlanCache first(file.path), second(file.path);
  CHECK_FALSE(first.find(gpu::dnn::key_of(problems[0], h100)));
  CHECK_FALSE(second.find(gpu::dnn::key_of(problems[0], h100)));
  first.keep(gpu::dnn::key_of(problems[0], h100), choice);
  first.save();
  second.keep(gpu::dnn::key_of(problems[1], h100), other);
  second.save();
  PlanCache later(file.path);
  CHECK(later.size() == 2);
  CHECK(later.find(gpu::dnn::key_of(problems[0], h100)) == choice);
  CHECK(later.find(gpu::dnn::key_of(problems[1], h100)) == other);
  for (size_t k = 2; k < problems.size(); ++k) CHECK_FALSE(later.find(gpu::dnn::key_of(problems[k], h100)));
  CHECK_FALSE(later.find(gpu::dnn::key_of(problems[0], b200)));
  const std::string before = file.contents();
  later.save();  // nothing new: nothing written
  CHECK(file.contents() == before);
}

TEST_CASE("a damaged or foreign file is ignored, and replaced by a sound one") {
  const File file;
  const gpu::dnn::Descriptor device = gpu::dnn::described_device(emu::described_device("H100"));
  const gpu::dnn::PlanKey key = gpu::dnn::key_of(some_problems()[0], device);
  const Choice choice = {12, {{2, 5}, {7, -1}}};
  {
    PlanCache cache(file.path);
    cache.keep(key, choice);
    cache.save();
  }
  const std::string sound = file.contents();
  std::vector<std::string> broken = {"",
                                     "\n",
                                     "hello\n",
                                     "{\"a\": 1}",
                                     sound + "1 2",
                                     sound + "1\n",
                                     sound + "5 1 2 3\n",
                                     sound + "-1 2 3\n",
                                     sound + "99999999999999999999 1 2\n",
                                     sound + "9223372036854775807 1 2\n",
                                     sound + "1 2 -3\n",
                                     sound + "1 2 3 4\n",
                                     sound + "1 2 x\n",
                                     sound + std::string(1, '\0') + "\n",
                                     std::string(100000, '9')};
  for (size_t length = 1; length < sound.size(); ++length) broken.push_back(sound.substr(0, length));
  for (const std::string& bytes : broken) {
    file.write(bytes);
    PlanCache cache(file.path);
    const auto found = cache.find(key);
    if (found) CHECK(*found == choice);
    cache.keep(key, choice);
    cache.save();
    CHECK(file.contents() == sound);
  }
  Generator random(5, 1);
  for (int k = 0; k < 300; ++k) {  // one byte is another: still a choice, or none; never a crash
    std::string bytes = sound;
    bytes[size_t(random.below(ptrdiff_t(bytes.size())))] = char(random.below(256));
    file.write(bytes);
    PlanCache cache(file.path);
    cache.find(key);
    CHECK(cache.size() <= 1);
  }
}

TEST_CASE("where nothing can be written, nothing is") {
  const File file;
  std::filesystem::create_directories(file.folder);
  std::ofstream(file.folder / "deep") << "a file in the folder's place";
  PlanCache cache(file.path), none("");
  for (PlanCache* c : {&cache, &none}) {
    c->keep({1, 2, 3}, {4, {}});
    c->save();
    CHECK(c->find({1, 2, 3}) == Choice{4, {}});
  }
  CHECK_FALSE(std::filesystem::exists(file.path));
}

TEST_CASE("what is forgotten is gone from the file, too") {
  const File file;
  PlanCache first(file.path);
  first.keep({1}, {5, {}});
  first.keep({2}, {6, {}});
  first.save();
  PlanCache second(file.path);
  second.forget({1});
  second.save();
  PlanCache third(file.path);
  CHECK_FALSE(third.find({1}));
  CHECK(third.find({2}) == Choice{6, {}});
  third.forget({2});
  third.keep({2}, {7, {}});
  third.save();
  CHECK(PlanCache(file.path).find({2}) == Choice{7, {}});
}

TEST_CASE("of too many choices those of this program stay") {
  const File file;
  PlanCache old(file.path);
  for (int64_t k = 0; k < 10000; ++k) old.keep({1, k}, {5, {}});
  old.save();
  CHECK(PlanCache(file.path).size() == 10000);
  PlanCache later(file.path);
  later.keep({2, 0}, {6, {}});
  later.save();
  PlanCache last(file.path);
  CHECK(last.size() == 1);
  CHECK(last.find({2, 0}) == Choice{6, {}});
}
