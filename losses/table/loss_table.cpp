// The table of losses, filled while the library is loaded, and what AnyLoss asks of it.
#include "losses/table/loss_table.h"

#include <algorithm>

#include "core/error.h"

namespace skew {
namespace {

std::map<std::string, LossEntry>& table() {
  static std::map<std::string, LossEntry> entries;
  return entries;
}
std::map<std::string, LossAlias>& aliases() {
  static std::map<std::string, LossAlias> names;
  return names;
}

std::string shortened(const std::string& list, size_t longest) {
  const size_t numbers = size_t(std::count(list.begin(), list.end(), ',')) + 1;
  if (numbers <= longest) return list;
  size_t third = 0;
  for (int k = 0; k < 3; ++k) third = list.find(',', third) + 1;
  return text(list.substr(0, third), "…,", list.substr(list.rfind(',') + 1), " (", numbers, " numbers)");
}

}  // namespace

bool register_loss(LossEntry entry) {
  const std::string name = entry.name;
  return table().emplace(name, std::move(entry)).second;
}
bool register_loss_alias(const std::string& alias, const std::string& name, LossParameters preset) {
  return aliases().emplace(alias, LossAlias{name, std::move(preset)}).second;
}

const std::map<std::string, LossEntry>& loss_table() { return table(); }

const std::map<std::string, LossAlias>& loss_aliases() { return aliases(); }

bool has_loss(const std::string& name) { return table().contains(name) || aliases().contains(name); }

std::vector<std::string> loss_names() {
  std::vector<std::string> names;
  for (const auto& [name, entry] : table()) names.push_back(name);
  return names;
}

const LossEntry& find_loss(const std::string& name) {
  const auto alias = aliases().find(name);
  const auto at = table().find(alias == aliases().end() ? name : alias->second.name);
  if (at != table().end()) return at->second;
  std::vector<std::string> known = loss_names();
  for (const auto& [other, target] : aliases()) known.push_back(other);
  throw ValueError(unknown_word("loss", name, known));
}

AnyLoss make_loss(const std::string& name, const LossParameters& parameters) {
  const LossEntry& entry = find_loss(name);
  LossParameters all;
  const auto alias = aliases().find(name);
  if (alias != aliases().end()) all = alias->second.preset;
  all.insert(all.end(), parameters.begin(), parameters.end());
  return entry.make(all);
}

AtLogit AnyLoss::Interface::at(double, double, ptrdiff_t) const {
  throw ValueError(text(name(), ": has no value at a single logit, it couples the classes of a row"));
}

LossFormula AnyLoss::formula() const {
  const LossFormula own = loss_->formula_of_form();
  const LossEntry& entry = find_loss(name());
  return own.text.empty() ? LossFormula{entry.formula, entry.latex} : own;
}

bool AnyLoss::has_parameter(std::string_view wanted) const {
  for (const FieldInfo& p : parameters())
    if (p.name == wanted) return true;
  return false;
}

AnyLoss AnyLoss::with(const LossParameters& changes) const {
  if (changes.empty()) return *this;
  LossParameters all;
  for (const FieldInfo& p : parameters()) all.emplace_back(p.name, p.value);
  all.insert(all.end(), changes.begin(), changes.end());
  return make_loss(name(), all);
}

std::string AnyLoss::print(size_t longest) const {
  std::string list;
  for (const FieldInfo& p : parameters())
    list += (list.empty() ? "" : " ") + p.name + "=" + shortened(p.value, longest);
  return name() + "(" + list + ")";
}

}  // namespace skew
