#include "apps/training/settings.h"

#define TOML_EXCEPTIONS 1
#include <toml++/toml.h>

#include <charconv>
#include <cmath>

#include "core/error.h"
#include "core/file.h"

namespace skew {
namespace {

// "16" → 16; nothing for anything that is not wholly a number.
std::optional<double> number_of(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return {};
  return value;
}

bool is_true(const std::string& text) { return text == "true" || text == "1" || text == "yes"; }
bool is_false(const std::string& text) { return text == "false" || text == "0" || text == "no"; }

void check(const Setting& s, const std::string& value) {
  const std::string flag = "--" + s.key;
  const auto number = number_of(value);
  switch (s.kind) {
    case SettingKind::text:
      return;
    case SettingKind::word:
      for (const std::string& word : s.words)
        if (word == value) return;
      throw UsageError(text(flag, ": ", unknown_word("word", value, s.words)));
    case SettingKind::integer:
      if (!number || *number != std::floor(*number) || std::abs(*number) > 9e15)
        throw UsageError(text(flag, ": expected a whole number, got '", value, "'"));
      return;
    case SettingKind::number:
      if (!number) throw UsageError(text(flag, ": expected a number, got '", value, "'"));
      return;
    case SettingKind::flag:
      if (!is_true(value) && !is_false(value))
        throw UsageError(text(flag, ": expected true or false, got '", value, "'"));
  }
}

std::string toml_text(const toml::node& node, const std::string& where) {
  if (const auto* s = node.as_string()) return s->get();
  if (const auto* i = node.as_integer()) return std::to_string(i->get());
  if (const auto* b = node.as_boolean()) return b->get() ? "true" : "false";
  if (const auto* f = node.as_floating_point()) {
    char buffer[32];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, f->get()).ptr;
    return std::string(buffer, end);
  }
  if (const auto* list = node.as_array()) {
    std::string out;
    for (const toml::node& item : *list) out += (out.empty() ? "" : ",") + toml_text(item, where);
    return out;
  }
  throw UsageError(text(where, ": expected a string, a number, true, false or a list"));
}

// A number as TOML writes it (it knows no .9), the shortest text that reads back equal.
std::string bare_number(const std::string& text) {
  char buffer[64];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, *number_of(text)).ptr;
  return std::string(buffer, end);
}

std::string quoted(const std::string& s) {
  std::string out = "\"";
  for (const char c : s) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n')
      out += "\\n";
    else
      out += c;
  }
  return out + '"';
}

}  // namespace

Settings::Settings(std::vector<Setting> table, std::string dotted_prefix)
    : table_(std::move(table)), prefix_(std::move(dotted_prefix)) {
  for (const Setting& s : table_) values_[s.key] = {s.value, ""};
}

const Setting& Settings::find(const std::string& key) const {
  std::vector<std::string> known;
  for (const Setting& s : table_) {
    if (s.key == key) return s;
    known.push_back(s.key);
  }
  throw UsageError(unknown_word("option", key, known));
}

void Settings::set(const std::string& key, const std::string& value, const std::string& origin) {
  if (!prefix_.empty() && key.rfind(prefix_ + ".", 0) == 0) {
    dotted_[key.substr(prefix_.size() + 1)] = value;
    return;
  }
  check(find(key), value);
  values_[key] = {value, origin};
}

void Settings::read_toml(const std::string& path) {
  toml::table file;
  const std::vector<uint8_t> bytes = read_file(path, 1 << 20);
  try {
    file = toml::parse(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()), path);
  } catch (const toml::parse_error& e) {
    throw UsageError(skew::text(path, ":", e.source().begin.line, ": ", e.description()));
  }
  for (auto&& [key, node] : file) {
    const std::string name(key.str()), where = skew::text(path, ":", node.source().begin.line);
    try {
      if (!node.is_table()) {
        set(name, toml_text(node, where), where);
        continue;
      }
      if (name != prefix_) throw UsageError(skew::text("unknown table [", name, "]; only [", prefix_, "] exists"));
      for (auto&& [parameter, value] : *node.as_table())
        set(parameter.str() == "name" ? name : name + "." + std::string(parameter.str()), toml_text(value, where),
            where);
    } catch (const UsageError& e) {
      throw UsageError(skew::text(where, ": ", e.what()));
    }
  }
}

std::string Settings::text(const std::string& key) const { return values_.at(find(key).key).text; }
int64_t Settings::integer(const std::string& key) const { return int64_t(*number_of(text(key))); }
double Settings::number(const std::string& key) const { return *number_of(text(key)); }
bool Settings::flag(const std::string& key) const { return is_true(text(key)); }
bool Settings::is_set(const std::string& key) const { return !values_.at(find(key).key).origin.empty(); }

std::string Settings::print(bool origins) const {
  std::string out, tail;
  for (const Setting& s : table_) {
    const Value& v = values_.at(s.key);
    const bool bare = s.kind == SettingKind::integer || s.kind == SettingKind::number;
    std::string value = bare                          ? bare_number(v.text)
                        : s.kind == SettingKind::flag ? (is_true(v.text) ? "true" : "false")
                                                      : quoted(v.text);
    const std::string note = origins ? "   # " + (v.origin.empty() ? "default" : v.origin) : "";
    if (s.key == prefix_)
      tail = "[" + prefix_ + "]\nname = " + value + note + "\n";
    else
      out += s.key + " = " + value + note + "\n";
  }
  for (const auto& [name, value] : dotted_) tail += name + " = " + quoted(value) + "\n";
  return out + (tail.empty() ? "" : "\n" + tail);
}

std::string Settings::to_toml() const { return print(false); }
std::string Settings::with_origins() const { return print(true); }

}  // namespace skew
