// What the subcommands of `skew` share: the shape of a command, and how errors become messages and exit codes.
// One file a command; main.cpp lists them. Exit codes: 0 done, 1 failed, 2 wrong usage, 130/143 stopped by a signal.
#pragma once
#include <CLI/CLI.hpp>
#include <functional>
#include <string>

namespace skew {

// Each adds its subcommand to `app`; when it was chosen, `run` is set to what has to be done.
using Run = std::function<int()>;
void add_train(CLI::App& app, Run& run);
void add_eval(CLI::App& app, Run& run);
void add_predict(CLI::App& app, Run& run);
void add_data(CLI::App& app, Run& run);
void add_info(CLI::App& app, Run& run);
void add_bench(CLI::App& app, Run& run);
void add_loss(CLI::App& app, Run& run);

// Options that CLI11 does not know, as --name VALUE or --name=VALUE pairs; throws UsageError with a suggestion for
// names that do not begin with `prefix` ("--loss.").
std::vector<std::pair<std::string, std::string>> free_options(const CLI::App& command, const std::string& prefix);

// Adds --device, a word for device_of (core/device.h).
void add_device(CLI::App& command, std::string& device);

// A run folder or a weights file → the weights file (best, or last where there is no best).
std::string weights_file(const std::string& run_or_file);

}  // namespace skew
