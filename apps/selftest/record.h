// What a self-test found, as data, JSON and Markdown: the record that is committed below docs/hardware/, and from which
// the documentation's table of levels is made (levels.h).
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace skew::selftest {

using Json = nlohmann::ordered_json;

enum class SectionVerdict { passed, differs, left_out };

struct SectionRecord {
  std::string name, doc;
  SectionVerdict verdict = SectionVerdict::passed;
  std::string why;                            // of left_out
  int64_t checks = 0, differences = 0;        // how many were made, how many failed
  std::vector<std::string> differing, notes;  // the first of the failed ones, in words; what else is worth knowing
  struct Rate {
    std::string what;
    double value;
    std::string unit;
  };
  std::vector<Rate> rates;
  double seconds = 0;
  bool partial = false;  // there was no time for all of it
  Json details = Json::object();
};

struct Record {
  // How far what it shows counts: "hardware", "emulated", "none" (nothing could be run), or "cpu".
  std::string level = "none";
  std::string why;                    // of level none: the sentence that says what is missing
  std::string date;                   // 2026-01-31
  std::string gpu;                    // for people; empty: none
  bool partial = false;               // not every section, or not all of each: --only, --seconds, or it goes on
  std::string running;                // the section that it was in when it was saved
  std::vector<std::string> compiled;  // ops whose kernels are in this build's library
  Json machine = Json::object(), device = Json::object();
  std::vector<SectionRecord> sections;

  Json asked = Json::object();  // the options: only, tf32, seconds

  bool passed() const;  // no section differs, and one at least was run
  std::vector<std::string> differing_sections() const;
  // "every section passed", "8 of 10 sections passed, left out: memory, sanitizer", "differs: gemm".
  std::string outcome() const;
};

Json to_json(const Record& record);
std::string to_markdown(const Record& record);

// A record's two files, .json and .md, in a folder that is made if need be: under a name that is free when it is saved
// first, selftest-GPU-DATE, with -2, -3 … behind it, and replaced each time after. So a program that is ended leaves
// what it had found.
class RecordFiles {
 public:
  explicit RecordFiles(std::string folder) : folder_(std::move(folder)) {}
  // Returns the path of the JSON. Throws UsageError for a folder that cannot be one, FileError where writing fails.
  std::string save(const Record& record);

 private:
  std::string folder_, path_;
};

}  // namespace skew::selftest
