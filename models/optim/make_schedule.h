// Schedules by name, with arguments as data: what the command line, TOML files and golden files use.
// The formulas: schedule.h.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "core/args.h"
#include "models/optim/schedule.h"

namespace skew {

// constant, cosine, warmup_cosine, linear_then_cosine, step, multistep, exponential, polynomial, one_cycle,
// cosine_restarts, reduce_on_plateau
std::vector<std::string> schedule_names();

// Throws ValueError for an unknown schedule.
std::vector<FieldInfo> schedule_arguments(const std::string& name);

// base_lr: > 0. Arguments are the fields of the formula's struct.
// Throws ValueError for an unknown schedule, argument or word, for a missing length and for values out of range.
std::unique_ptr<Schedule> make_schedule(const std::string& name, double base_lr, const Args& args = {});

}  // namespace skew
