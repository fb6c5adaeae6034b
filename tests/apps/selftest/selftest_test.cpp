// The self-test's loop and its record, on the cpu, which has no engines and no memory of its own. On emulated cuda,
// whole: tests/emulation/selftest_test.cpp. Without a GPU: tests/cuda_library.
#include "apps/selftest/selftest.h"

#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "apps/selftest/section.h"
#include "core/error.h"

using namespace skew;
using namespace skew::selftest;
using Catch::Matchers::Contains;
namespace fs = std::filesystem;

namespace {

Record on_cpu(const std::vector<std::string>& only) { return selftest::run({.device = Device::cpu, .only = only}); }

struct Folder {
  fs::path path = fs::temp_directory_path() / ("skew-record-test-" + std::to_string(getpid()));
  ~Folder() { fs::remove_all(path); }
};

Record made(SectionVerdict verdict) {
  Record r;
  r.level = "hardware";
  r.date = "2026-01-31";
  r.gpu = "NVIDIA H100 80GB (HBM3)";
  r.sections.resize(2);
  r.sections[0].name = "gemm";
  r.sections[0].verdict = verdict;
  r.sections[0].differing = {"y of 1 times a | b:\nsecond line"};
  r.sections[0].rates = {{"copy", 4321.5, "GB/s"}};
  r.sections[1].name = "memory";
  return r;
}

}  // namespace

TEST_CASE("the cpu passes its self-test beside the reference") {
#ifdef __SANITIZE_ADDRESS__
  std::printf("SKIPPED under the sanitizers: %s; its ops are tried there by every_op_test\n",
              "the cpu passes its self-test beside the reference");
  return;
#endif
  const Record record = on_cpu({"copies", "ops", "gemm", "checkpoints"});
  CHECK(record.level == "cpu");
  CHECK(record.partial);
  REQUIRE(record.sections.size() == 4);
  for (const SectionRecord& s : record.sections) {
    INFO(s.name << (s.differing.empty() ? "" : ": " + s.differing[0]));
    CHECK(s.verdict == SectionVerdict::passed);
    CHECK(s.checks > 0);
  }
  CHECK(exit_code(record) == 0);
  CHECK(record.compiled.empty());
}

TEST_CASE("what a device does not have is left out by name") {
  const Record record = on_cpu({"convolutions", "memory"});
  for (const SectionRecord& s : record.sections) {
    CHECK(s.verdict == SectionVerdict::left_out);
    CHECK_FALSE(s.why.empty());
  }
  CHECK_THROWS_WITH(on_cpu({"gem"}), Contains("'gem'") && Contains("gemm"));
}

TEST_CASE("a record's exit code, names and files") {
  Folder folder;
  const Record passed = made(SectionVerdict::passed), differs = made(SectionVerdict::differs);
  CHECK(exit_code(passed) == 0);
  CHECK(exit_code(differs) == 1);
  CHECK(exit_code(Record{}) == 77);
  CHECK(differs.differing_sections() == std::vector<std::string>{"gemm"});

  RecordFiles files(folder.path.string());
  const std::string first = files.save(differs), second = RecordFiles(folder.path.string()).save(differs);
  CHECK(files.save(differs) == first);  // replaced
  CHECK(fs::path(first).filename() == "selftest-nvidia-h100-80gb-hbm3-2026-01-31.json");
  CHECK(fs::path(second).filename() == "selftest-nvidia-h100-80gb-hbm3-2026-01-31-2.json");
  CHECK(fs::exists(fs::path(second).replace_extension(".md")));
  std::ofstream(folder.path / "file") << "x";
  CHECK_THROWS_AS(RecordFiles((folder.path / "file").string()).save(passed), UsageError);
  CHECK_THROWS_AS(RecordFiles("").save(passed), UsageError);

  const std::string markdown = to_markdown(differs);
  CHECK_THAT(markdown, Contains("Differs: gemm") && Contains("| copy | 4322 | GB/s |"));
  CHECK(to_json(differs).at("sections").at(0).at("differing").size() == 1);
}

TEST_CASE("a record is there from the start, and says until the end what is missing") {
  Folder folder;
  RecordFiles files(folder.path.string());
  std::vector<std::string> running;
  const auto saved = [&](const Record& record) {
    std::ifstream file(files.save(record));
    return Json::parse(file);
  };
  const Record record =
      selftest::run({.device = Device::cpu, .only = {"copies", "checkpoints"}}, {.so_far = [&](const Record& r) {
                      const Json found = saved(r);
                      CHECK(found.at("partial") == true);
                      CHECK(found.at("passed").is_null());  // a crash now must not look like success
                      CHECK(found.value("sections", Json::array()).size() == running.size());
                      running.push_back(found.at("running"));
                    }});
  CHECK(running == std::vector<std::string>{"copies", "checkpoints"});
  const Json last = saved(record);
  CHECK_FALSE(last.contains("running"));
  CHECK(last.at("passed") == true);
  CHECK(last.at("asked").at("only") == Json::array({"copies", "checkpoints"}));
  CHECK(last.at("sections").size() == 2);
  CHECK(std::distance(fs::directory_iterator(folder.path), {}) == 2);  // one record
}

TEST_CASE("what there is no time for is left out by name") {
  const Record record = selftest::run({.device = Device::cpu, .only = {"copies", "gemm"}, .seconds = 1e-6});
  CHECK(record.partial);
  REQUIRE(record.sections.size() == 2);
  for (const SectionRecord& s : record.sections) {
    CHECK(s.verdict == SectionVerdict::left_out);
    CHECK_THAT(s.why, Contains("no time"));
  }
  CHECK(exit_code(record) == 77);  // nothing was run
  CHECK_FALSE(record.passed());
  CHECK(record.outcome() == "0 of 2 sections passed, left out: copies, gemm");

  for (void (*const section)(Section&) : {ops, gemm}) {
    SectionRecord found;
    Section late{found, Device::cpu, true, false};
    late.deadline = Clock::now();
    section(late);
    CHECK(found.partial);
    CHECK(found.checks == 0);
    CHECK(found.verdict == SectionVerdict::left_out);
  }
  SectionRecord found;
  Section late{found, Device::cpu, true, false};
  late.deadline = Clock::now();
  ops(late);
  CHECK_THAT(found.why, Contains("conv2d") && Contains("softmax"));
}
