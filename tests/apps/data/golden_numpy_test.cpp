// Files that NumPy and others wrote, whole and malformed: every array by its hash, every refusal.
#include <catch2/catch.hpp>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>

#include "apps/formats/npz.h"
#include "core/error.h"
#include "core/file.h"
#include "tests/apps/data/sha256.h"
#include "tests/golden_folder.h"

using namespace skew;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

std::vector<NpyArray> read(const fs::path& path) {
  if (path.extension() == ".npz") return read_npz(path);
  return {parse_npy(read_file(path.string(), 1 << 30), path.string())};
}

// "" when the array is what the index says, else what differs.
std::string difference(const NpyArray& array, const json& expected) {
  if (array.dtype != expected.at("dtype")) return array.name + ": dtype " + array.dtype;
  if (json(array.shape) != expected.at("shape")) return array.name + ": shape";
  if (sha256(array.bytes) != expected.at("sha256_row_major_little_endian")) return array.name + ": bytes";
  return "";
}

std::string difference(const std::vector<NpyArray>& arrays, const json& expected) {
  if (expected.contains("array")) return difference(arrays.at(0), expected["array"]);
  const json& named = expected.at("arrays");
  if (arrays.size() != named.size()) return "number of arrays";
  for (const NpyArray& a : arrays) {
    if (!named.contains(a.name)) return "an array named " + a.name;
    if (const std::string d = difference(a, named[a.name]); !d.empty()) return d;
  }
  return "";
}

// Runs `check(path, case)` → "" or what went wrong, over every file of the index, and prints the line of the set.
template <class Check> void run_set(const std::string& index, Check check) {
  if (!golden::available(index)) return;
  const fs::path file = golden::folder() + "/" + index;
  const json files = json::parse(golden::slurp(file.string())).at("files");
  std::string skipped;
  int n = 0, k = 0, wrong = 0;
  for (const auto& [name, expected] : files.items()) {
    ++n;
    const fs::path path = file.parent_path() / name;
    if (!fs::exists(path)) {
      skipped += (k++ ? ", " : "") + name;
      continue;
    }
    const std::string problem = check(path, expected);
    INFO(name << ": " << problem);
    CHECK(problem.empty());
    wrong += !problem.empty();
  }
  std::cout << "golden " << index << ": " << n << " cases, " << k << " skipped (" << skipped << "), worst error "
            << (wrong ? 1 : 0) << " of tolerance 0\n";
  CHECK(n > 0);
}

}  // namespace

TEST_CASE("sha256 gives the published answer") {
  const std::string abc = "abc";
  CHECK(sha256({reinterpret_cast<const uint8_t*>(abc.data()), 3}) ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("arrays that NumPy wrote are read bit by bit") {
  run_set("interop/numpy/expected.json", [](const fs::path& path, const json& expected) -> std::string {
    try {
      return difference(read(path), expected);
    } catch (const std::exception& e) {
      return e.what();
    }
  });
}

// What numpy refuses is refused; what it accepts is refused with a message or read with the same result.
TEST_CASE("malformed arrays are refused with a message naming the file") {
  run_set("interop/numpy_malformed/expected.json", [](const fs::path& path, const json& expected) -> std::string {
    const bool accepted = expected.at("numpy") == "accepts";
    try {
      const std::vector<NpyArray> arrays = read(path);
      return accepted && expected.contains("arrays") ? difference(arrays, expected) : "was not refused";
    } catch (const FileError& e) {
      const std::string message = e.what();
      return message.find(path.filename().string()) != std::string::npos ? "" : "message without the file: " + message;
    } catch (const std::exception& e) {
      return std::string("threw another type: ") + e.what();
    }
  });
}
