// The list of sections, and the loop over them.
#include "apps/selftest/selftest.h"

#include <sys/utsname.h>

#include <algorithm>
#include <ctime>
#include <filesystem>

#include "apps/selftest/section.h"
#include "core/device_library.h"
#include "core/kernel.h"
#include "core/memory.h"
#include "core/parallel.h"
#include "core/registry.h"
#include "core/storage.h"

namespace skew::selftest {
namespace {

struct Entry {
  SectionInfo info;
  void (*run)(Section&);
};
const std::vector<Entry>& entries() {
  static const std::vector<Entry> all = {
      {{"copies", "copies to the device, within it and back, and the order of queued work"}, copies},
      {{"ops", "every op and loss beside the reference, forward and backward"}, ops},
      {{"special", "the same with infinities, NaN and the ends of float"}, special},
      {{"gemm", "products of matrices, exact on whole numbers"}, gemm},
      {{"convolutions", "which engines convolutions get, and the first ones beside the definition"}, convolutions},
      {{"training", "a small network's loss beside the cpu's, twice the same"}, training},
      {{"checkpoints", "weights across devices, and training that goes on exactly"}, checkpoints},
      {{"memory", "more memory than there is, and a device that works on"}, memory},
      {{"sanitizer", "compute-sanitizer over copies, products and training steps, where it is installed"}, sanitizer},
      {{"speed", "copies, passes, products, convolutions and training steps, measured"}, speed}};
  return all;
}

std::string today() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  localtime_r(&now, &parts);
  char words[16];
  std::strftime(words, sizeof words, "%Y-%m-%d", &parts);
  return words;
}

Json about_machine() {
  utsname system{};
  uname(&system);
  return {{"skew", SKEW_VERSION},
          {"system", text(system.sysname, ' ', system.release, ' ', system.machine)},
          {"compiler", __VERSION__},
          {"cpu", kernel_library(Device::cpu)},
          {"threads", threads()}};
}

std::vector<std::string> ops_with_kernels(Device device) {
  std::vector<std::string> names;
  for (const auto& [name, row] : registered_ops())
    if (has_op(row, device)) names.push_back(name);
  return names;
}

// The device's own words about itself; whatever it does not know is left out.
Json about_device(Device device) {
  try {
    const Json about = Json::parse(report_of(device), nullptr, false);
    return about.is_object() ? about : Json::object();
  } catch (const std::exception& error) {
    Json about = Json::object();
    about["error"] = error.what();
    return about;
  }
}

bool answers(Device device) {
  try {
    return Tensor::full({1}, 3, DType::float32, device).item() == 3;
  } catch (const std::exception&) {
    return false;
  }
}

SectionRecord run_section(const Entry& entry, const Plan& plan, const Record& record, Clock::time_point deadline) {
  SectionRecord found;
  found.name = entry.info.name;
  found.doc = entry.info.doc;
  Section section{found, plan.device, record.level == "emulated", plan.tf32};
  section.deadline = deadline;
  section.memory_total = record.device.value("memory_total", int64_t(0));
  section.memory_free = record.device.value("memory_free", int64_t(0));
  section.capability = record.device.value("capability", std::string());
  section.cudnn = record.device.value("cudnn", std::string());
  const auto start = Clock::now();
  try {
    if (section.late()) section.cut("the section");
    else entry.run(section);
  } catch (const std::exception& error) {
    section.differ(text("ended early: ", error.what()));
  }
  found.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  return found;
}

std::vector<Entry> chosen(const Plan& plan) {
  std::vector<std::string> names;
  for (const Entry& e : entries()) names.push_back(e.info.name);
  for (const std::string& name : plan.only)
    if (std::find(names.begin(), names.end(), name) == names.end())
      throw ValueError(unknown_word("--only", name, names));
  std::vector<Entry> list;
  for (const Entry& e : entries())
    if (plan.only.empty() || std::find(plan.only.begin(), plan.only.end(), e.info.name) != plan.only.end())
      list.push_back(e);
  return list;
}

}  // namespace

std::vector<SectionInfo> section_list() {
  std::vector<SectionInfo> list;
  for (const Entry& e : entries()) list.push_back(e.info);
  return list;
}

Record run(const Plan& plan, const Progress& progress) {
  const std::vector<Entry> list = chosen(plan);
  const auto deadline =
      plan.seconds > 0
          ? Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(plan.seconds))
          : Clock::time_point::max();
  Record record;
  record.date = today();
  record.machine = about_machine();
  if (!plan.only.empty()) record.asked["only"] = plan.only;
  if (plan.tf32) record.asked["tf32"] = true;
  if (plan.seconds > 0) record.asked["seconds"] = plan.seconds;
  record.why = why_unusable(plan.device);
  record.device = about_device(plan.device);
  if (plan.device != Device::cpu && !record.device.value("emulated", false))
    record.compiled = ops_with_kernels(plan.device);
  if (!record.why.empty()) return record;
  record.level = plan.device == Device::cpu ? "cpu" : record.device.value("emulated", false) ? "emulated" : "hardware";
  if (plan.device != Device::cpu) record.gpu = record.device.value("name", std::string("GPU"));
  record.partial = true;
  for (const Entry& entry : list) {
    record.running = entry.info.name;
    if (progress.so_far) progress.so_far(record);
    if (progress.begin) progress.begin(entry.info);
    record.sections.push_back(run_section(entry, plan, record, deadline));
    if (progress.end) progress.end(record.sections.back());
    release_cached_memory();
    if (answers(plan.device)) continue;
    record.sections.back().verdict = SectionVerdict::differs;
    record.sections.back().differing.push_back("after it the device does not answer: what follows was not run");
    break;
  }
  record.running.clear();
  record.partial = record.sections.size() < entries().size() ||
                   std::any_of(record.sections.begin(), record.sections.end(), [](const auto& s) { return s.partial; });
  return record;
}

int exit_code(const Record& record) {
  if (!record.differing_sections().empty()) return 1;
  return record.passed() ? 0 : 77;  // nothing could be run
}

}  // namespace skew::selftest
