// The table of samples, filled before main.
#include "apps/op_trials/op_samples.h"

#include "core/error.h"
#include "losses/table/loss_table.h"

namespace skew {
namespace {

std::map<std::string, OpSamples>& table() {
  static std::map<std::string, OpSamples> all;
  return all;
}

// A loss derives its samples; what it must refuse follows from its kind.
std::vector<Sample> refused_by(const LossEntry& loss) {
  const SampleInput hard{"target", {2, 3}, Fill::binary}, indices{"target", {3}, Fill::index, 2};
  if (!loss.single_label && !loss.pointwise)
    return {{{{"x", {2, 3}}, {"target", {2, 4}, Fill::binary}}, {}},
            {{{"x", {6}}, {"target", {6}, Fill::binary}}, {}},
            {{{"x", {2, 3}}, {"target", {2, 3}, Fill::normal}}, {}}};
  if (loss.pointwise)
    return {{{{"x", {2, 3}}, {"target", {2, 4}, Fill::binary}}, {}},
            {{{"x", {2, 3}}, {"target", {2}, Fill::binary}}, {}},
            {{{"x", {2, 3}}, {"target", {2, 3}, Fill::normal}}, {}},
            {{{"x", {2, 3}}, hard, {"weight", {4}, Fill::unit}}, {}}};
  std::vector<Sample> list = {{{{"x", {3, 4}}, {"target", {2}, Fill::index, 4}}, {}},
                              {{{"x", {3, 2}}, {"target", {3}, Fill::index, 100}}, {}},
                              {{{"x", {3}}, indices}, {}},
                              {{{"x", {3, 2}}, {"target", {3, 3}, Fill::unit}}, {}},
                              {{{"x", {3, 2}}, indices, {"weight", {3}}}, {}},
                              {{{"x", {3, 2}}, indices, {"mask", {3, 2}, Fill::binary}}, {}}};
  for (const FieldInfo& p : loss.parameters)
    if (p.name == "class_freq" || p.name == "cum_samples")
      list.push_back({{{"x", {3, 2}}, indices}, {{p.name, std::vector<double>{4, 2, 1}}}});
  return list;
}

}  // namespace

bool register_samples(const std::string& op, std::vector<Sample> samples, std::vector<Sample> refused) {
  if (!table().emplace(op, OpSamples{std::move(samples), std::move(refused)}).second)
    throw ValueError(text("samples: two sets for '", op, "'"));
  return true;
}

const OpSamples& samples_of(const OpRow& row) {
  const auto loss = loss_table().find(row.name);
  if (loss != loss_table().end()) table()[row.name] = {row.samples, refused_by(loss->second)};
  return table()[row.name];
}

}  // namespace skew
