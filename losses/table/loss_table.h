// Losses by name, as command lines, files and reports need them: the table of all losses with their parameters.
#pragma once
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "losses/table/any_loss.h"

namespace skew {

struct LossEntry {
  std::string name, summary, formula, paper, remarks;
  bool single_label;
  std::vector<FieldInfo> parameters;
  std::function<AnyLoss(const LossParameters&)> make;
  std::string latex = {};  // the formula as LaTeX; empty where nobody wrote it
  bool pointwise = true;   // a function of one logit and its label: at() works; false: it couples logits
};

const std::map<std::string, LossEntry>& loss_table();
const LossEntry& find_loss(const std::string& name);  // throws ValueError with a suggestion; knows the aliases too
bool has_loss(const std::string& name);               // likewise
std::vector<std::string> loss_names();                // without aliases, sorted
// Throws ValueError for an unknown loss or parameter (with a suggestion) and for a value outside its range (with the
// reason).
AnyLoss make_loss(const std::string& name, const LossParameters& parameters = {});

// ---- filling the table, while the library is loaded
bool register_loss(LossEntry entry);
// Another name for a loss with some parameters preset: ral-paper = ral with form=paper.
struct LossAlias {
  std::string name;  // of the loss
  LossParameters preset;
};
const std::map<std::string, LossAlias>& loss_aliases();
bool register_loss_alias(const std::string& alias, const std::string& name, LossParameters preset);

}  // namespace skew
