// The record's two forms, and its files.
#include "apps/selftest/record.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <filesystem>

#include "apps/report/number_text.h"
#include "core/error.h"
#include "core/file.h"
#include "core/text.h"

namespace skew::selftest {
namespace {

const char* word(SectionVerdict verdict) {
  switch (verdict) {
    case SectionVerdict::passed: return "passed";
    case SectionVerdict::differs: return "differs";
    case SectionVerdict::left_out: return "left out";
  }
  return "?";
}

Json section_json(const SectionRecord& s) {
  Json out = {{"name", s.name}, {"verdict", word(s.verdict)}};
  if (!s.why.empty()) out["why"] = s.why;
  if (s.partial) out["partial"] = true;
  out["seconds"] = std::round(10 * s.seconds) / 10;
  out["checks"] = s.checks;
  out["differences"] = s.differences;
  if (!s.differing.empty()) out["differing"] = s.differing;
  if (!s.notes.empty()) out["notes"] = s.notes;
  for (const SectionRecord::Rate& r : s.rates)
    out["rates"].push_back({{"what", r.what}, {"value", r.value}, {"unit", r.unit}});
  if (!s.details.empty()) out["details"] = s.details;
  return out;
}

// "NVIDIA H100 80GB HBM3" → "nvidia-h100-80gb-hbm3"
std::string file_word(const std::string& words) {
  std::string out;
  for (const char c : words) {
    if (std::isalnum(static_cast<unsigned char>(c))) out += char(std::tolower(static_cast<unsigned char>(c)));
    else if (!out.empty() && out.back() != '-') out += '-';
  }
  while (!out.empty() && out.back() == '-') out.pop_back();
  return out;
}

std::string stem_of(const Record& r) {
  std::string gpu = file_word(r.gpu);
  if (gpu.empty()) gpu = r.level == "cpu" ? "cpu" : "no-gpu";
  else if (r.level == "emulated") gpu = "emulated-" + gpu;
  return text("selftest-", gpu, '-', r.date);
}

// Text in a cell of a Markdown table.
std::string cell(std::string words) {
  std::replace(words.begin(), words.end(), '|', '/');
  std::replace(words.begin(), words.end(), '\n', ' ');
  return words;
}

std::string headline(const Record& r) {
  if (r.level == "none")
    return text(r.compiled.empty()
                    ? std::string()
                    : text("Compiled, not run: kernels of ", r.compiled.size(), " ops and losses for ",
                           r.device.value("architectures", std::string("no architecture that is known")), ". "),
                "No usable device: ", r.why);
  std::string outcome = r.outcome();
  outcome[0] = char(std::toupper(static_cast<unsigned char>(outcome[0])));
  const std::string what = r.level == "emulated" ? "On an emulated device: it shows no speed, and nothing of hardware."
                           : r.level == "cpu"    ? "On the cpu, beside the reference."
                                                 : "On hardware.";
  if (!r.running.empty()) return text("Not finished: it was in ", r.running, ". ", outcome, " so far. ", what);
  return text(outcome, ". ", what);
}

void add_words(std::string& out, const char* title, const std::vector<std::string>& lines) {
  if (lines.empty()) return;
  out += text('\n', title, "\n\n");
  for (const std::string& line : lines) out += "- " + line + '\n';
}

std::string plain(const Json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

}  // namespace

bool Record::passed() const {
  const auto ran = [](const SectionRecord& s) { return s.verdict == SectionVerdict::passed; };
  return level != "none" && differing_sections().empty() && std::any_of(sections.begin(), sections.end(), ran);
}

std::string Record::outcome() const {
  if (const std::vector<std::string> names = differing_sections(); !names.empty())
    return "differs: " + joined(names, ", ");
  std::vector<std::string> cut, out;
  for (const SectionRecord& s : sections) {
    if (s.verdict == SectionVerdict::left_out) out.push_back(s.name);
    else if (s.partial) cut.push_back(s.name);
  }
  const size_t ran = sections.size() - out.size();
  std::string words = out.empty()
                          ? text("every section", asked.contains("only") ? " that was asked for" : "", " passed")
                          : text(ran, " of ", sections.size(), " sections passed, left out: ", joined(out, ", "));
  if (!cut.empty()) words += text(", cut short: ", joined(cut, ", "));
  return words;
}

std::vector<std::string> Record::differing_sections() const {
  std::vector<std::string> names;
  for (const SectionRecord& s : sections)
    if (s.verdict == SectionVerdict::differs) names.push_back(s.name);
  return names;
}

Json to_json(const Record& r) {
  Json out = {{"record", "skew selftest"}, {"version", 1}, {"level", r.level}, {"date", r.date}};
  if (!r.gpu.empty()) out["gpu"] = r.gpu;
  out["passed"] = r.running.empty() ? Json(r.passed()) : Json();  // nobody knows before its end
  if (r.partial) out["partial"] = true;
  if (!r.running.empty()) out["running"] = r.running;
  if (!r.why.empty()) out["why"] = r.why;
  if (!r.asked.empty()) out["asked"] = r.asked;
  out["machine"] = r.machine;
  if (!r.device.empty()) out["device"] = r.device;
  if (!r.compiled.empty()) out["compiled"] = r.compiled;
  for (const SectionRecord& s : r.sections) out["sections"].push_back(section_json(s));
  return out;
}

std::string to_markdown(const Record& r) {
  std::string out = text("# skew selftest, ", r.date,
                         r.gpu.empty()           ? ""
                         : r.level == "emulated" ? ", emulated " + r.gpu
                                                 : ", " + r.gpu,
                         "\n\n", headline(r), "\n");
  if (!r.machine.empty() || !r.device.empty()) {
    out += "\n| what | found |\n|---|---|\n";
    for (const Json* group : {&r.asked, &r.machine, &r.device})
      for (const auto& [key, value] : group->items())
        if (key != "properties") out += text("| ", key, " | ", cell(plain(value)), " |\n");
  }
  if (!r.sections.empty()) out += "\n| section | verdict | checks | differences | seconds |\n|---|---|---|---|---|\n";
  for (const SectionRecord& s : r.sections)
    out += text("| ", s.name, " | ", word(s.verdict), s.why.empty() ? "" : ": " + cell(s.why), " | ", s.checks, " | ",
                s.differences, " | ", report::fixed(s.seconds, 1), " |\n");
  for (const SectionRecord& s : r.sections) {
    if (s.differing.empty() && s.notes.empty() && s.rates.empty()) continue;
    out += text("\n## ", s.name, "\n\n", s.doc, ".\n");
    add_words(out, "Differs:", s.differing);
    add_words(out, "Noted:", s.notes);
    if (!s.rates.empty()) out += "\n| what | value | unit |\n|---|---|---|\n";
    for (const SectionRecord::Rate& rate : s.rates)
      out += text("| ", rate.what, " | ", report::significant(rate.value), " | ", rate.unit, " |\n");
  }
  return out;
}

std::string RecordFiles::save(const Record& record) {
  namespace fs = std::filesystem;
  std::error_code failed;
  if (folder_.empty()) throw UsageError("--out: expected a folder; name one, or leave it out");
  fs::create_directories(folder_, failed);
  if (fs::exists(folder_) && !fs::is_directory(folder_))
    throw UsageError(text("--out: ", folder_, " is no folder; name another, or leave it out"));
  if (failed)
    throw UsageError(
        text("--out: cannot make the folder ", folder_, " (", failed.message(), "); name another, or leave it out"));
  const auto markdown = [this] { return fs::path(path_).replace_extension(".md").string(); };
  for (int n = 1; n == 1 ? path_.empty() : fs::exists(path_) || fs::exists(markdown()); ++n)
    path_ = (fs::path(folder_) / text(stem_of(record), n > 1 ? text('-', n) : "", ".json")).string();
  // names and sentences of libraries may hold any bytes
  write_file(path_, to_json(record).dump(1, ' ', false, Json::error_handler_t::replace) + '\n');
  write_file(markdown(), to_markdown(record));
  return path_;
}

}  // namespace skew::selftest
