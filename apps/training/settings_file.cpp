// Reading through toml++; writing keeps the order of the fields, tables last as TOML wants it.
#include "apps/training/settings_file.h"

#define TOML_EXCEPTIONS 1
#include <toml++/toml.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/file.h"

namespace skew {
namespace {

std::string text_of(const toml::node& node, const std::string& where) {
  if (const auto* s = node.as_string()) return s->get();
  if (const auto* i = node.as_integer()) return field_text(i->get());
  if (const auto* b = node.as_boolean()) return field_text(b->get());
  if (const auto* f = node.as_floating_point()) return field_text(f->get());
  if (const auto* list = node.as_array()) {
    std::vector<std::string> items;
    for (const toml::node& item : *list) items.push_back(text_of(item, where));
    return quoted_list(items);
  }
  throw UsageError(text(where, ": expected a string, a number, true, false or a list"));
}

// A TOML string: everything but quotes, backslashes and control characters as it is.
std::string quoted(const std::string& s) {
  constexpr char digits[] = "0123456789ABCDEF";
  std::string out = "\"";
  for (const char c : s) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') (out += '\\') += c;
    else if (byte < 0x20 || byte == 0x7F) (((out += "\\u00") += digits[byte >> 4])) += digits[byte & 15];
    else out += c;
  }
  return out + '"';
}

bool is_bare(const FieldInfo& f) {
  const bool number = f.kind == FieldKind::number || f.kind == FieldKind::whole;
  return f.kind == FieldKind::flag || (number && f.value != "auto");
}

std::string key_text(const std::string& key) {
  const bool plain = !key.empty() && std::all_of(key.begin(), key.end(), [](unsigned char c) {
    return std::isalnum(c) || c == '_' || c == '-';
  });
  return plain ? key : quoted(key);
}

}  // namespace

std::string flag_of(const std::string& key) {
  std::string flag = "--" + key;
  std::replace(flag.begin(), flag.end(), '_', '-');
  return flag;
}

std::vector<SettingsEntry> read_settings(const std::string& path) {
  const std::vector<uint8_t> bytes = read_file(path, 1 << 20);
  return parse_settings({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, path);
}

std::vector<SettingsEntry> parse_settings(std::string_view words, const std::string& path) {
  toml::table file;
  try {
    file = toml::parse(words, path);
  } catch (const toml::parse_error& e) {
    throw UsageError(text(path, ":", e.source().begin.line, ": ", e.description()));
  }
  std::vector<SettingsEntry> entries;
  for (auto&& [key, node] : file) {
    const std::string name(key.str()), where = text(path, ":", node.source().begin.line);
    if (!node.is_table()) entries.push_back({name, text_of(node, where), where});
    else
      for (auto&& [argument, value] : *node.as_table())
        entries.push_back(
            {argument.str() == "name" ? name : name + "." + std::string(argument.str()), text_of(value, where), where});
  }
  return entries;
}

std::string settings_text(const std::vector<FieldInfo>& fields, const SettingsNote& note) {
  std::string out, tables;
  for (const FieldInfo& f : fields) {
    const std::string value = is_bare(f) ? f.value : quoted(f.value), remark = note ? "   # " + note(f.name) : "";
    if (f.kind != FieldKind::choice) {
      out += f.name + " = " + value + remark + "\n";
      continue;
    }
    tables += "\n[" + f.name + "]\nname = " + value + remark + "\n";
    for (const auto& [name, argument] : f.arguments) tables += key_text(name) + " = " + quoted(argument) + "\n";
  }
  return out + tables;
}

nlohmann::ordered_json settings_json(const std::vector<FieldInfo>& fields) {
  nlohmann::ordered_json all;
  for (const FieldInfo& f : fields) {
    nlohmann::ordered_json value = f.value;
    if (is_bare(f)) value = nlohmann::ordered_json::parse(f.value);
    if (f.kind == FieldKind::choice) {
      value = {{"name", f.value}};
      for (const auto& [name, argument] : f.arguments) value[name] = argument;
    }
    all[f.name] = value;
  }
  return all;
}

}  // namespace skew
