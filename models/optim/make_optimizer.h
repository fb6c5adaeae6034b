// Optimisers by name, with arguments as data: what the command line, TOML files and golden files use.
// In C++ write Sgd{net.parameters(), {.lr = .1}} instead (sgd.h, adam.h, rmsprop.h, adagrad.h).
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "core/args.h"
#include "models/optim/optimizer.h"

namespace skew {

std::vector<std::string> optimizer_names();  // sgd, adam, adamw, rmsprop, adagrad

// Throws ValueError for an unknown optimiser.
std::vector<FieldInfo> optimizer_arguments(const std::string& name);

// Argument names are the members of SgdArgs, AdamArgs, …, but `betas`, a list of two, for beta1 and beta2.
// `groups`: empty, or one per parameter; each overrides `args` for its parameter.
// Throws ValueError for an unknown optimiser or argument and for values out of range.
std::unique_ptr<Optimizer> make_optimizer(const std::string& name, Tensors parameters, const Args& args = {},
                                          const std::vector<Args>& groups = {});

}  // namespace skew
