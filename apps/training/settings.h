// Named settings with a default, a TOML file and flags above each other, and where each value came from.
// One table describes a setting once: the command line's help, the file's keys, args.toml and --print-config read it.
// Next: apps/training/train_settings.h (the table of `skew train`).
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace skew {

enum class SettingKind { text, word, integer, number, flag };

struct Setting {
  std::string key;      // as in a file: weight_decay; on the command line --weight-decay
  std::string value;    // the default, as text
  std::string help;
  std::string group;    // of the help screen; settings of "Common" are shown by --help, the others by --help-all
  SettingKind kind = SettingKind::text;
  std::vector<std::string> words = {};  // kind word: the only ones allowed
  std::string short_flag = {};          // "b" for -b
};

class Settings {
 public:
  // dotted: prefix of keys that are free ("loss" allows loss.gamma_neg); "" for none.
  Settings(std::vector<Setting> table, std::string dotted_prefix);

  const std::vector<Setting>& table() const { return table_; }
  // Throws UsageError for an unknown key (with a suggestion) and for text that is not of the setting's kind.
  // `origin` says where the value came from: "flag", or a file's name and line.
  void set(const std::string& key, const std::string& value, const std::string& origin);
  // Reads a TOML file below what was set by flags: call it before set(…, "flag"). A table [loss] has name and parameters.
  // Throws UsageError for a file that does not parse, an unknown key, a value of the wrong kind.
  void read_toml(const std::string& path);

  std::string text(const std::string& key) const;
  int64_t integer(const std::string& key) const;
  double number(const std::string& key) const;
  bool flag(const std::string& key) const;
  bool is_set(const std::string& key) const;  // by a file or a flag
  const std::map<std::string, std::string>& dotted() const { return dotted_; }  // without the prefix

  std::string to_toml() const;        // every setting, so that the run can be repeated from the file alone
  std::string with_origins() const;   // to_toml with each value's origin as a comment

 private:
  struct Value {
    std::string text, origin;
  };
  const Setting& find(const std::string& key) const;
  std::string print(bool origins) const;

  std::vector<Setting> table_;
  std::string prefix_;
  std::map<std::string, Value> values_;
  std::map<std::string, std::string> dotted_;
};

}  // namespace skew
