// Settings as a file: the fields of a struct (core/fields.h) as TOML, each `key = value`, a Choice as a table [key] of
// its name and arguments. What is written reads back as it was, whatever the texts hold.
#pragma once
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/fields.h"

namespace skew {

std::string flag_of(const std::string& key);  // weight_decay → --weight-decay

// One setting of a file: key as fields name it ("lr", "loss", "loss.gamma_neg"), its text, file and line.
struct SettingsEntry {
  std::string key, text, where;
};
// Throws UsageError for what is no TOML or holds tables within tables, FileError for a file that cannot be read.
std::vector<SettingsEntry> read_settings(const std::string& path);
std::vector<SettingsEntry> parse_settings(std::string_view toml, const std::string& path);

// Sets the field of that key; throws UsageError for an unknown one (with a suggestion) and for a bad value.
template <class S> void set_option(S& s, const std::string& key, const std::string& value) {
  try {
    if (set_field_named({"", flag_of(key)}, s, key, value)) return;
  } catch (const ValueError& e) {
    throw UsageError(e.what());
  }
  throw UsageError(unknown_word("option", key, field_names<S>()));
}
template <class S> void set_options(S& s, const std::vector<SettingsEntry>& entries) {
  for (const SettingsEntry& entry : entries) {
    try {
      set_option(s, entry.key, entry.text);
    } catch (const UsageError& e) {
      throw UsageError(text(entry.where, ": ", e.what()));
    }
  }
}

// A remark behind each value, or nothing.
using SettingsNote = std::function<std::string(const std::string& key)>;
std::string settings_text(const std::vector<FieldInfo>& fields, const SettingsNote& note = {});
nlohmann::ordered_json settings_json(const std::vector<FieldInfo>& fields);

}  // namespace skew
