// Reading args.toml and env.json.
#include "apps/cli/trained_run.h"

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

namespace skew {
namespace fs = std::filesystem;

std::string run_of(const std::string& given) {
  const fs::path path(given), above = fs::absolute(path).parent_path();
  if (fs::is_directory(path)) return given;
  const bool in_run = above.filename() == "weights" && fs::exists(above.parent_path() / "args.toml");
  return in_run ? (path.parent_path() / "..").lexically_normal().string() : "";
}

TrainConfig settings_of(const std::string& run) {
  TrainConfig trained;
  const fs::path file = fs::path(run) / "args.toml";
  if (!run.empty() && fs::exists(file)) set_options(trained, read_settings(file.string()));
  return trained;
}

std::string fingerprint_of_run(const std::string& run) {
  std::ifstream in(fs::path(run) / "env.json");
  const nlohmann::json env = nlohmann::json::parse(in, nullptr, false);
  const bool known = !run.empty() && env.is_object() && env.contains("data") && env["data"].is_string();
  return known ? env["data"].get<std::string>() : "";
}

}  // namespace skew
