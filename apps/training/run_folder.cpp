// Making and opening run folders, runs/latest, log.txt and env.json.
#include "apps/training/run_folder.h"

#include <ctime>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "apps/formats/near_path.h"
#include "core/error.h"
#include "core/file.h"
#include "core/kernel.h"

namespace skew {

namespace fs = std::filesystem;

namespace {

// A folder made here that holds no checkpoint: nothing in it is worth keeping.
bool failed_at_once(const fs::path& run) { return fs::is_directory(run / "weights") && fs::is_empty(run / "weights"); }

}  // namespace

RunFolder RunFolder::create(const std::string& project, const std::string& name, const std::string& stem) {
  try {
    fs::create_directories(project);
    fs::path path = fs::path(project) / name;
    if (name.empty()) {
      char date[16];
      const std::time_t now = std::time(nullptr);
      std::strftime(date, sizeof date, "%Y-%m-%d", std::localtime(&now));
      const std::string base = std::string(date) + "_" + stem;
      path = fs::path(project) / base;
      for (int k = 2; !fs::create_directory(path); ++k) path = fs::path(project) / text(base, "-", k);
    } else if (fs::exists(path) && !failed_at_once(path)) {
      throw FileError(
          text(path.string(), ": a run of this name exists; choose another --name, or --resume ", path.string()));
    }
    fs::create_directories(path / "weights");
    RunFolder run(path.string());
    fs::remove(path / "log.txt");  // of a run that failed
    return run;
  } catch (const fs::filesystem_error& e) {
    throw FileError(text(project, ": cannot make a run folder there: ", e.code().message(),
                         "; choose a folder that can be written"));
  }
}

RunFolder RunFolder::open(const std::string& path) {
  if (!fs::is_directory(path)) throw FileError(text(path, ": no such run folder", near_path(path)));
  if (!fs::exists(fs::path(path) / "weights/last.safetensors"))
    throw FileError(text(path, ": holds no weights/last.safetensors, so there is nothing to resume"));
  return RunFolder(path);
}

void RunFolder::drop_weights() const {
  std::error_code ignored;  // another error is on its way
  for (const char* name : {"weights/best.safetensors", "weights/last.safetensors"}) fs::remove(file(name), ignored);
}

void RunFolder::make_latest() const {
  const fs::path run = fs::path(path_).lexically_normal(), latest = run.parent_path() / "latest";
  std::error_code ignored;  // a file system without links is no reason to stop
  if (fs::exists(latest, ignored) && !fs::is_symlink(latest, ignored)) return;
  fs::remove(latest, ignored);
  fs::create_directory_symlink(run.filename(), latest, ignored);
}

void RunFolder::log(const std::string& line) const {
  std::ofstream out(file("log.txt"), std::ios::app);
  out << line << '\n';
  out.flush();
  if (!out) throw FileError(text(file("log.txt"), ": cannot write; is the disk full?"));
}

std::string processor_name() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);)
    if (line.starts_with("model name") && line.find(": ") != std::string::npos) return line.substr(line.find(": ") + 2);
  return "unknown";
}

nlohmann::json RunFolder::environment() {
  return {{"skew", SKEW_VERSION},
          {"compiler", __VERSION__},
          {"cpu", processor_name()},
          {"kernels", kernel_library(Device::cpu)}};
}

void RunFolder::write_environment(Device device, int threads, const std::string& data) const {
  nlohmann::json env = environment();
  env["device"] = name_of(device);
  env["threads"] = threads;
  env["data"] = data;
  write_file(file("env.json"), env.dump(1) + "\n");
}

std::string RunFolder::other_environment() const {
  std::ifstream in(file("env.json"));
  const nlohmann::json before = nlohmann::json::parse(in, nullptr, false);
  if (!before.is_object()) return "";
  const nlohmann::json here = environment();  // lives as long as the loop: items() refers to it
  for (const auto& [key, now] : here.items())
    if (before.contains(key) && before[key] != now) return text(key, " ", before[key].dump(), ", now ", now.dump());
  return "";
}

}  // namespace skew
