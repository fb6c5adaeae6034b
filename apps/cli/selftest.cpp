// skew selftest: a device put to the proof, section by section, and a record of it for docs/hardware/.
#include "apps/selftest/selftest.h"

#include <filesystem>
#include <iostream>

#include "apps/cli/command.h"
#include "apps/report/number_text.h"
#include "apps/report/table.h"
#include "core/device_library.h"
#include "core/error.h"
#include "core/text.h"

namespace skew {
namespace {

struct SelftestArgs {
  std::string device = "cuda", out = ".";
  std::vector<std::string> only;
  bool list = false, tf32 = false;
  double seconds = 0;
};

std::string padded(std::string words, size_t width) {
  if (words.size() < width) words.append(width - words.size(), ' ');
  return words;
}

int list_sections() {
  report::Table table({report::left("section"), report::wrapping("")});
  for (const selftest::SectionInfo& s : selftest::section_list()) table.add_row({s.name, s.doc});
  std::cout << table.str(report::wants_style(stdout));
  return 0;
}

const char* word(selftest::SectionVerdict verdict) {
  switch (verdict) {
    case selftest::SectionVerdict::passed: return "passed";
    case selftest::SectionVerdict::differs: return "DIFFERS";
    case selftest::SectionVerdict::left_out: return "left out";
  }
  return "?";
}

void print_section(const selftest::SectionRecord& s) {
  std::cout << padded(word(s.verdict), 10) << report::counted(s.checks, "check", "checks") << ", "
            << report::fixed(s.seconds, 1) << " s\n";
  constexpr size_t most = 5;
  for (size_t k = 0; k < std::min(most, s.differing.size()); ++k)
    std::cout << report::wrapped("  " + s.differing[k], 4) << '\n';
  if (s.differences > int64_t(most))
    std::cout << "  and " << s.differences - int64_t(most) << " more; the record holds the first 30\n";
  for (const std::string& note : s.notes) std::cout << report::wrapped("  " + note, 4) << '\n';
  for (const auto& r : s.rates)
    std::cout << report::wrapped(text("  ", r.what, ": ", report::significant(r.value), ' ', r.unit), 4) << '\n';
  std::cout << std::flush;
}

std::string end_of(const selftest::Record& r) {
  if (r.level == "none") return "nothing could be run";
  const std::string outcome = r.outcome();
  if (r.level == "emulated") return outcome + ", on an emulated device, which shows no speed and nothing of hardware";
  return outcome;
}

int run_selftest(const SelftestArgs& a) {
  if (a.device != "cuda" && a.device != "cpu")
    throw UsageError(unknown_word("--device", a.device, {"cuda", "cpu"}) +
                     "; the reference is what it is compared with");
  const Device device = a.device == "cpu" ? Device::cpu : Device::cuda;
  if (a.tf32 && device == Device::cpu) use_tf32(device, true);  // refuses
  selftest::RecordFiles files(a.out);
  const selftest::Record record =
      selftest::run({.device = device, .only = a.only, .tf32 = a.tf32, .seconds = a.seconds},
                    {.begin = [](const selftest::SectionInfo& s) { std::cout << padded(s.name, 14) << std::flush; },
                     .end = print_section,
                     .so_far = [&files](const selftest::Record& r) { files.save(r); }});
  const std::string path = files.save(record);
  const std::string markdown = std::filesystem::path(path).replace_extension(".md").string();
  std::cout << report::wrapped(text(end_of(record), "; the record is ", path, " and ", markdown)) << '\n';
  if (record.level == "hardware" && !record.partial)
    std::cout << report::wrapped(
                     "please add both to docs/hardware/ and send them to the project: docs/cuda.md says how")
              << '\n';
  if (record.level == "none") std::cerr << report::wrapped("skew: " + record.why, 6) << '\n';
  return selftest::exit_code(record);
}

}  // namespace

void add_selftest(Command& skew) {
  auto a = std::make_shared<SelftestArgs>();
  Command& command = skew.add("selftest", "put a GPU to the proof, and write a record of it",
                              [a] { return a->list ? list_sections() : run_selftest(*a); });
  command.option("--device", a->device, "cuda, or cpu  [cuda]");
  command.option("--only", a->only, "these sections alone, at commas; --list names them",
                 {.as = "SECTION", .list = true});
  command.flag("--list", a->list, "what the sections ask, and stop");
  command.flag("--tf32", a->tf32, "products and convolutions with inputs rounded to 10 bits, too");
  command.option("--seconds", a->seconds,
                 "after so long begin no further check, and name what is left out; 0: no limit  [0]",
                 {.low = 0, .high = 1e6});
  command.option("-o,--out", a->out, "folder of the record, selftest-GPU-DATE.json and .md  [.]", {.as = "DIR"});
  command.example("skew selftest --list", "what it asks");
}

}  // namespace skew
