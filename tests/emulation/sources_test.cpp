// What the compilers cannot say of the .cu files: every kernel has launch bounds, and launches, shared memory and
// atomics stand in the one place that is made for them (backends/cuda/README.md).
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>

namespace {

// All of backends/cuda by file name, without comments.
std::map<std::string, std::string> sources() {
  std::map<std::string, std::string> all;
  for (const auto& entry : std::filesystem::directory_iterator(SKEW_SOURCE_DIR "/backends/cuda")) {
    if (entry.path().extension() == ".md") continue;
    std::stringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    all[entry.path().filename()] = std::regex_replace(text.str(), std::regex("//[^\n]*"), "");
  }
  return all;
}

ptrdiff_t count(const std::string& text, const std::string& pattern) {
  const std::regex words(pattern);
  return std::distance(std::sregex_iterator(text.begin(), text.end(), words), std::sregex_iterator());
}

}  // namespace

TEST_CASE("every kernel has launch bounds") {
  ptrdiff_t kernels = 0;
  for (const auto& [name, text] : sources()) {
    INFO(name);
    const ptrdiff_t here = count(text, R"(__global__)");
    CHECK(count(text, R"(__global__\s+void\s+__launch_bounds__\(block_size(, 1)?\))") == here);
    kernels += here;
  }
  CHECK(kernels >= 4);
}

TEST_CASE("launches, shared memory and atomics stand in one place each") {
  const auto only_in = [](const std::string& pattern, const std::string& place) {
    for (const auto& [name, text] : sources()) {
      INFO(pattern << " in " << name);
      CHECK((count(text, pattern) > 0) == (name == place));
    }
  };
  only_in("<<<", "port.h");
  only_in("__shared__", "port.h");
  only_in("atomic[A-Z]", "loss.cuh");
  only_in("cuda_runtime\\.h", "port.h");
}
