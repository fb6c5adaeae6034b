// The settings of `skew train` as flags, for the commands that train. Names, helps and defaults are those of its table.
#pragma once
#include <CLI/CLI.hpp>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace skew {

class TrainFlags {
 public:
  // Adds a flag for every setting but those of `without`, those of "Common" visible; and -c, --help-all.
  void add_to(CLI::App& command, const std::vector<std::string>& without = {});
  // What the person gave: key and value, in the table's order; flags without a value are "true".
  std::vector<std::pair<std::string, std::string>> given(const CLI::App& command) const;

  std::string config;     // a TOML file, or ""
  bool help_all = false;  // asked for: print whole_help()
  std::string whole_help(CLI::App& command) const;

 private:
  std::map<std::string, std::string> values_;
};

std::string flag_of(const std::string& key);  // weight_decay → --weight-decay

}  // namespace skew
