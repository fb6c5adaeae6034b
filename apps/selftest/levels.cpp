// From records to levels.
#include "apps/selftest/levels.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "core/error.h"
#include "core/file.h"
#include "core/registry.h"
#include "core/text.h"

namespace skew::selftest {

std::vector<std::string_view> built_in_record_texts();  // built_in_records.cpp.in

namespace {

std::string words_at(const Json& object, const char* key) {
  const auto at = object.find(key);
  return at != object.end() && at->is_string() ? at->get<std::string>() : std::string();
}
const Json& member(const Json& object, const char* key) {
  static const Json nothing;
  const auto at = object.is_object() ? object.find(key) : object.end();
  return object.is_object() && at != object.end() ? *at : nothing;
}
std::set<std::string> names_in(const Json& list) {
  std::set<std::string> names;
  for (const Json& name : list)
    if (name.is_string()) names.insert(name.get<std::string>());
  return names;
}

// Adds a word to a list of such, once.
void join(std::string& list, const std::string& word) {
  const std::vector<std::string> known = split_list(list, ';');
  if (word.empty()) return;
  for (const std::string& k : known)
    if (k == word || k == " " + word) return;
  list += (list.empty() ? "" : "; ") + word;
}

// The ops that passed the section of samples and did not differ in that of special values. Convolutions must have
// passed their own, whole: in that of samples a product of matrices may have stood in for every engine.
std::set<std::string> passed_ops(const Json& record) {
  std::set<std::string> passed, differs;
  bool convolutions = false;
  for (const Json& section : member(record, "sections")) {
    const Json& details = member(section, "details");
    const std::string name = words_at(section, "name");
    convolutions |= name == "convolutions" && words_at(section, "verdict") == "passed" && !section.contains("partial");
    if (name == "ops") passed = names_in(member(details, "passed"));
    if (name == "ops" || name == "special") differs.merge(names_in(member(details, "differs")));
  }
  if (!convolutions) differs.insert({"conv2d", "conv_transpose2d"});
  for (const std::string& name : differs) passed.erase(name);
  return passed;
}

bool has_plans(const Json& record) {
  for (const Json& section : member(record, "sections")) {
    const Json& plans = member(member(section, "details"), "plans");
    if (plans.empty() || !plans.is_array()) continue;
    return std::none_of(plans.begin(), plans.end(), [](const Json& plan) {
      return !plan.is_string() || plan.get<std::string>().ends_with(": none");
    });
  }
  return false;
}

const char* yes(const std::string& evidence) { return evidence.empty() ? "–" : evidence.c_str(); }

}  // namespace

std::vector<Json> read_records(const std::string& folder) {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".json") paths.push_back(entry.path().string());
  std::sort(paths.begin(), paths.end());
  std::vector<Json> records;
  for (const std::string& path : paths) {
    const std::vector<uint8_t> bytes = read_file(path, 1 << 24);
    Json record = Json::parse(bytes.begin(), bytes.end(), nullptr, false);
    if (words_at(record.is_object() ? record : Json::object(), "record") != "skew selftest")
      throw FileError(text(path, ": is no record of `skew selftest`; take it out of the folder"));
    records.push_back(std::move(record));
  }
  return records;
}

std::vector<Json> built_in_records() {
  std::vector<Json> records;
  for (const std::string_view words : built_in_record_texts()) {
    Json record = Json::parse(words, nullptr, false);
    if (record.is_object()) records.push_back(std::move(record));
  }
  return records;
}

Levels levels_of(const std::vector<Json>& records) {
  Levels levels;
  for (const auto& [name, row] : registered_ops()) levels[name];
  const auto add = [&](const std::set<std::string>& ops, std::string OpLevels::*level, const std::string& evidence) {
    for (const std::string& op : ops)
      if (const auto at = levels.find(op); at != levels.end()) join(at->second.*level, evidence);
  };
  for (const Json& record : records) {
    const std::string level = words_at(record, "level"), gpu = words_at(record, "gpu");
    add(names_in(member(record, "compiled")), &OpLevels::compiled, words_at(member(record, "device"), "architectures"));
    if (level == "hardware") add(passed_ops(record), &OpLevels::hardware, gpu);
    if (level != "emulated") continue;
    add(passed_ops(record), &OpLevels::emulated, "a CPU");
    if (has_plans(record)) add({"conv2d", "conv_transpose2d"}, &OpLevels::planned, "a described " + gpu);
  }
  return levels;
}

std::string highest_level(const OpLevels& levels) {
  if (!levels.hardware.empty()) return "hardware";
  if (!levels.emulated.empty()) return "emulated";
  if (!levels.planned.empty()) return "planned";
  return levels.compiled.empty() ? "–" : "compiled";
}

std::string levels_markdown(const Levels& levels) {
  std::map<OpLevels, std::vector<std::string>> groups;
  for (const auto& [op, evidence] : levels) groups[evidence].push_back('`' + op + '`');
  std::string out = "| ops and losses | compiled | planned | emulated | hardware |\n|---|---|---|---|---|\n";
  for (auto group = groups.rbegin(); group != groups.rend(); ++group) {
    const OpLevels& e = group->first;
    out += text("| ", group->second.size(), ": ", joined(group->second, " "), " | ", yes(e.compiled), " | ",
                yes(e.planned), " | ", yes(e.emulated), " | ", yes(e.hardware), " |\n");
  }
  return out;
}

}  // namespace skew::selftest
