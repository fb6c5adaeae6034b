// Every file of interop/safetensors by values and bytes, every file of interop/safetensors_malformed by verdict, and
// each valid file written again and read back. Our own hostile files are in safetensors_test.cpp.
#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <limits>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "models/weights/safetensors.h"
#include "models/weights/stored_values.h"
#include "tests/golden_folder.h"

namespace {

using nlohmann::json;
using skew::SafetensorsFile;
using skew::StoredTensor;

std::string golden_file(const std::string& name) { return skew::golden::folder() + "/interop/" + name; }

// False, with a line that says so, if the set is not there.
bool read_expected(const std::string& name, json& expected) {
  if (!skew::golden::available("interop/" + name + "/expected.json")) return false;
  expected = json::parse(skew::golden::slurp(golden_file(name) + "/expected.json"));
  return true;
}

std::string hex(std::span<const uint8_t> bytes) {
  std::string digits;
  for (const uint8_t byte : bytes) {
    digits += "0123456789abcdef"[byte >> 4];
    digits += "0123456789abcdef"[byte & 15];
  }
  return digits;
}

double number(const json& value) {
  if (value.is_null() || value == "nan") return std::numeric_limits<double>::quiet_NaN();
  if (value == "inf") return std::numeric_limits<double>::infinity();
  if (value == "-inf") return -std::numeric_limits<double>::infinity();
  return value.get<double>();
}

// Equal to the last bit, signs of zero included; any NaN equals any other.
bool same(double a, double b) {
  if (std::isnan(b)) return std::isnan(a);
  return a == b && std::signbit(a) == std::signbit(b);
}

void check_values(const StoredTensor& tensor, const json& values) {
  if (tensor.dtype == "I64" || tensor.dtype == "U64") {  // a double cannot hold them all: compare 64-bit patterns
    REQUIRE(tensor.bytes.size() == values.size() * 8);
    for (size_t i = 0; i < values.size(); ++i) {
      uint64_t bits;
      std::memcpy(&bits, tensor.bytes.data() + 8 * i, 8);
      CHECK(bits == (tensor.dtype == "U64" ? values[i].get<uint64_t>() : uint64_t(values[i].get<int64_t>())));
    }
    return;
  }
  const std::vector<double> ours = skew::to_doubles(tensor);
  REQUIRE(ours.size() == values.size());
  for (size_t i = 0; i < ours.size(); ++i) {
    INFO("element " << i << ": " << ours[i] << ", expected " << values[i]);
    CHECK(same(ours[i], number(values[i])));
  }
}

void check_file(const SafetensorsFile& file, const json& expected) {
  REQUIRE(file.tensors().size() == expected.at("tensors").size());
  for (const auto& [name, tensor] : expected.at("tensors").items()) {
    INFO("tensor " << name);
    const StoredTensor& ours = file.find(name);
    CHECK(ours.dtype == tensor.at("dtype").get<std::string>());
    CHECK(ours.shape == tensor.at("shape").get<std::vector<int64_t>>());
    if (tensor.contains("bytes")) CHECK(hex(ours.bytes) == tensor.at("bytes").get<std::string>());
    if (tensor.contains("values")) check_values(ours, tensor.at("values"));
  }
  const json& metadata = expected.at("metadata");
  CHECK(file.metadata() == (metadata.is_null() ? skew::Metadata{} : metadata.get<skew::Metadata>()));
}

}  // namespace

TEST_CASE("files of the safetensors library are read and written again") {
  json expected;
  if (!read_expected("safetensors", expected)) return;
  const std::string copy = SKEW_BINARY_DIR "/golden_copy.safetensors";
  size_t n = 0;
  for (const auto& [name, what] : expected.at("files").items()) {
    INFO("file " << name);
    const SafetensorsFile file = SafetensorsFile::read(golden_file("safetensors/") + name + ".safetensors");
    check_file(file, what);
    skew::write_safetensors(copy, file.tensors(), file.metadata());
    const SafetensorsFile again = SafetensorsFile::read(copy);
    check_file(again, what);
    ++n;
  }
  std::filesystem::remove(copy);
  std::cout << "golden interop/safetensors/expected.json: " << n
            << " cases, 0 skipped (), worst error 0 of tolerance 0\n";
}

TEST_CASE("malformed files are refused, what the library refuses above all") {
  json expected;
  if (!read_expected("safetensors_malformed", expected)) return;
  size_t n = 0;
  for (const auto& [name, verdict] : expected.at("files").items()) {
    INFO("file " << name);
    const std::string path = golden_file("safetensors_malformed/") + name + ".safetensors";
    if (verdict.at("safetensors") == "error") {
      CHECK_THROWS_AS(SafetensorsFile::read(path), skew::FileError);
    } else {  // a stricter verdict is allowed, but if we read it, then the same names
      try {
        const SafetensorsFile file = SafetensorsFile::read(path);
        for (const json& tensor : verdict.at("names")) CHECK(file.contains(tensor.get<std::string>()));
      } catch (const skew::FileError&) {
      }
    }
    ++n;
  }
  std::cout << "golden interop/safetensors_malformed/expected.json: " << n
            << " cases, 0 skipped (), worst error 0 of tolerance 0\n";
}
