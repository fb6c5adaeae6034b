// A folder that lives as long as a test, and small images in it.
#pragma once
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "apps/formats/image.h"

namespace skew {

class ScratchFolder {
 public:
  ScratchFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "skew_test_XXXXXX").string();
    if (!mkdtemp(name.data())) throw std::runtime_error("no scratch folder");
    path_ = name;
  }
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::string str() const { return path_.string(); }

  void write(const std::string& name, const std::string& bytes) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << bytes;
  }
  // A PNG whose sample k is (value + k) mod 256.
  void png(const std::string& name, int64_t height, int64_t width, int64_t channels = 1, int value = 0) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    Image image{channels, height, width, 8, {}};
    for (int64_t k = 0; k < height * width * channels; ++k) image.bytes.push_back(uint8_t(value + k));
    write_png(path_ / name, image);
  }

 private:
  std::filesystem::path path_;
};

// The message of the exception that f throws, or "" if it throws none.
template <class E, class F> std::string message_of(F f) {
  try {
    f();
  } catch (const E& error) {
    return error.what();
  }
  return "";
}

}  // namespace skew
