// The folder of one training run: where it lies, its log, what it says about the machine. Layout: apps/README.md.
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "apps/training/folder_lock.h"
#include "core/device.h"

namespace skew {

// The processor's name as the system tells it, or "unknown".
std::string processor_name();

// Held by one process at a time: FolderLock.
class RunFolder {
 public:
  // Makes project/name, or project/DATE_STEM, with -2, -3 … behind it when that exists. A run called `name` that
  // failed before its first checkpoint is written over. Throws FileError when there is another, or nothing can be made.
  static RunFolder create(const std::string& project, const std::string& name, const std::string& stem);
  // An existing run. Throws FileError unless it holds weights/last.safetensors.
  static RunFolder open(const std::string& path);

  // Leaves no checkpoint.
  void drop_weights() const;
  // Points project/latest, a relative link, at this run: after its first epoch.
  void make_latest() const;

  const std::string& path() const { return path_; }
  std::string file(const std::string& name) const { return path_ + "/" + name; }
  // Appends one line to log.txt. Throws FileError when it cannot be written.
  void log(const std::string& line) const;
  // env.json: version, compiler, CPU, instruction set, threads, libraries.
  void write_environment(Device device, int threads, const std::string& data) const;
  // What of that is other now than when the run began: `cpu "A", now "B"`; "" where nothing is, or nothing is known.
  std::string other_environment() const;

 private:
  static nlohmann::json environment();
  explicit RunFolder(std::string path) : path_(std::move(path)), lock_(path_) {}
  std::string path_;
  FolderLock lock_;
};

}  // namespace skew
