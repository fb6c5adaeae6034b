// The promises of the weights file: every flipped bit and every truncation is found, hostile headers are refused with
// little time and memory, a failed write leaves the old file. Files of other programs: golden_safetensors_test.cpp.
#include "models/weights/safetensors.h"

#include <malloc.h>
#include <sys/resource.h>

#include <array>
#include <atomic>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <iostream>
#include <new>
#include <random>

#include "core/error.h"
#include "core/file.h"
#include "models/weights/stored_values.h"

#if defined(__SANITIZE_ADDRESS__)
constexpr bool sanitized = true;  // bounds on time and memory hold for the normal build
#else
constexpr bool sanitized = false;
#endif

namespace {
std::atomic<size_t> live_bytes{0}, peak_bytes{0};
}

#if !defined(__SANITIZE_ADDRESS__)
// Counts what is allocated by new, so that a test can bound the peak.
void* operator new(size_t size) {
  void* memory = std::malloc(size ? size : 1);
  if (!memory) throw std::bad_alloc();
  const size_t live = live_bytes += malloc_usable_size(memory);
  size_t peak = peak_bytes;
  while (live > peak && !peak_bytes.compare_exchange_weak(peak, live)) {
  }
  return memory;
}
void operator delete(void* memory) noexcept {
  if (memory) live_bytes -= malloc_usable_size(memory);
  std::free(memory);
}
void operator delete(void* memory, size_t) noexcept { operator delete(memory); }
#endif

namespace {

using namespace skew;
using Catch::Matchers::Contains;
using Bytes = std::vector<uint8_t>;

const std::string folder = SKEW_BINARY_DIR "/safetensors_test";
const std::string path = folder + "/weights.safetensors";

struct Fresh {  // an empty folder for each test
  Fresh() {
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
  }
  ~Fresh() { std::filesystem::remove_all(folder); }
};

Bytes random_bytes(size_t n, uint32_t seed) {
  std::mt19937 generator(seed);
  Bytes bytes(n);
  for (uint8_t& byte : bytes) byte = uint8_t(generator());
  return bytes;
}

// A little network's worth of tensors and metadata.
void write_example(uint32_t seed = 1) {
  const Bytes weight = random_bytes(8 * 3 * 3 * 3 * 4, seed), bias = random_bytes(8 * 4, seed + 1),
              steps = random_bytes(8, seed + 2);
  const std::vector<StoredTensor> tensors{{"conv1.weight", "F32", {8, 3, 3, 3}, weight},
                                          {"conv1.bias", "F32", {8}, bias},
                                          {"state/step", "I64", {}, steps},
                                          {"empty", "F64", {0, 3}, {}}};
  write_safetensors(path, tensors, {{"skew.format", "1"}, {"classes", "[\"Ödem\", \"\\\"skew.crc32\\\":\\\"\"]"}});
}

constexpr int64_t plenty = 1 << 30;

Bytes file_of(const std::string& header, size_t data_bytes, uint64_t claimed_length) {
  Bytes file(8);
  std::memcpy(file.data(), &claimed_length, 8);
  file.insert(file.end(), header.begin(), header.end());
  file.resize(file.size() + data_bytes);
  return file;
}
Bytes file_of(const std::string& header, size_t data_bytes = 8) { return file_of(header, data_bytes, header.size()); }

std::string entry(const std::string& name, const std::string& dtype, const std::string& shape,
                  const std::string& offsets) {
  return "\"" + name + "\":{\"dtype\":\"" + dtype + "\",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}";
}
std::string repeated(const std::string& piece, int n) {
  std::string all;
  for (int i = 0; i < n; ++i) all += piece;
  return all;
}

// Each is wrong in one way; {name, bytes}.
std::vector<std::pair<std::string, Bytes>> hostile_files() {
  const std::string good = entry("a", "F32", "[2]", "[0,8]"), max = "9223372036854775807",
                    two64 = "18446744073709551616", boolean = entry("a", "BOOL", "[1]", "[0,1]");
  std::vector<std::pair<std::string, Bytes>> files{
      {"no bytes", {}},
      {"seven bytes", Bytes(7)},
      {"length 0", file_of("", 0)},
      {"length 0, data", file_of("", 8)},
      {"length 2^63", file_of("{" + good + "}", 8, 1ull << 63)},
      {"length 2^64-1", file_of("{" + good + "}", 8, ~0ull)},
      {"length 2^64-8: wraps", file_of("{" + good + "}", 8, ~0ull - 7)},
      {"length 100 MB", file_of("{" + good + "}", 8, 100'000'000)},
      {"length 100 MB + 1", file_of("{" + good + "}", 8, 100'000'001)},
      {"length past the end by 1", file_of("{" + good + "}", 0, good.size() + 3)},
      {"length takes in data", file_of("{" + good + "}", 8, good.size() + 4)},
      {"length cuts the header", file_of("{" + good + "}", 8, good.size() + 1)},
      {"nothing but a brace", file_of("{", 0)},
      {"two objects", file_of("{}{}", 0)},
      {"array", file_of("[]", 0)},
      {"text", file_of("hello", 0)},
      {"space first", file_of(" {}", 0)},
      {"newline first", file_of("\n{}", 0)},
      {"byte order mark", file_of("\xef\xbb\xbf{}", 0)},
      {"NUL after the header", file_of(std::string("{}\0\0", 4), 0)},
      {"NUL in the header", file_of("{" + good + std::string("\0}", 2))},
      {"comment", file_of("{" + good + "/**/}")},
      {"trailing comma", file_of("{" + good + ",}")},
      {"bad UTF-8 in a name", file_of("{" + entry("\xff\xfe", "F32", "[2]", "[0,8]") + "}")},
      {"surrogate in UTF-8", file_of("{" + entry("\xed\xa0\x80", "F32", "[2]", "[0,8]") + "}")},
      {"bad UTF-8 in metadata", file_of("{\"__metadata__\":{\"a\":\"\xc0\xaf\"}," + good + "}")},
      {"duplicate name", file_of("{" + good + "," + entry("a", "F32", "[2]", "[8,16]") + "}", 16)},
      {"duplicate name, escaped", file_of("{" + good + "," + entry("\\u0061", "F32", "[2]", "[8,16]") + "}", 16)},
      {"duplicate field",
       file_of("{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}")},
      {"duplicate metadata key", file_of("{\"__metadata__\":{\"k\":\"1\",\"k\":\"2\"}," + good + "}")},
      {"metadata twice", file_of("{\"__metadata__\":{},\"__metadata__\":{}," + good + "}")},
      {"metadata is text", file_of("{\"__metadata__\":\"x\"," + good + "}")},
      {"metadata holds a number", file_of("{\"__metadata__\":{\"k\":1}," + good + "}")},
      {"metadata holds an object", file_of("{\"__metadata__\":{\"k\":{}}," + good + "}")},
      {"unknown field", file_of("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8],\"x\":1}}")},
      {"no fields", file_of("{\"a\":{}}", 0)},
      {"tensor is a number", file_of("{\"a\":5}", 0)},
      {"tensor is null", file_of("{\"a\":null}", 0)},
      {"overlap by one byte", file_of("{" + good + "," + entry("b", "F32", "[2]", "[7,15]") + "}", 15)},
      {"the same range twice", file_of("{" + good + "," + entry("b", "F32", "[2]", "[0,8]") + "}")},
      {"one inside the other", file_of("{" + good + "," + entry("b", "U8", "[1]", "[3,4]") + "}")},
      {"empty tensor inside another", file_of("{" + good + "," + entry("b", "U8", "[0]", "[3,3]") + "}")},
      {"hole of one byte", file_of("{" + good + "," + entry("b", "F32", "[2]", "[9,17]") + "}", 17)},
      {"hole at the beginning", file_of("{" + entry("a", "F32", "[2]", "[1,9]") + "}", 9)},
      {"data left over", file_of("{" + good + "}", 9)},
      {"data missing", file_of("{" + good + "}", 7)},
      {"offsets reversed", file_of("{" + entry("a", "F32", "[2]", "[8,0]") + "}")},
      {"offsets negative", file_of("{" + entry("a", "F32", "[2]", "[-8,0]") + "}")},
      {"offsets 2^63-1", file_of("{" + entry("a", "F32", "[2]", "[" + max + "," + max + "]") + "}")},
      {"offsets 2^64", file_of("{" + entry("a", "F32", "[2]", "[0," + two64 + "]") + "}")},
      {"offsets in 1e1 form", file_of("{" + entry("a", "F32", "[2]", "[0,8e0]") + "}")},
      {"offsets nested", file_of("{" + entry("a", "F32", "[2]", "[[0,8]]") + "}")},
      {"three offsets", file_of("{" + entry("a", "F32", "[2]", "[0,8,8]") + "}")},
      {"a length of 2^63-1", file_of("{" + entry("a", "F32", "[" + max + "]", "[0,8]") + "}")},
      {"a product that wraps to 2", file_of("{" + entry("a", "U8", "[4294967296,4294967296,2]", "[0,8]") + "}")},
      {"0 times a huge product", file_of("{" + entry("a", "F32", "[0,1099511627776,1099511627776]", "[0,0]") + "}", 0)},
      {"a fractional length", file_of("{" + entry("a", "F32", "[2.0]", "[0,8]") + "}")},
      {"half a byte", file_of("{" + entry("a", "F4", "[3]", "[0,1]") + "}", 1)},
      {"rank 99", file_of("{" + entry("a", "U8", "[" + repeated("1,", 98) + "8]", "[0,8]") + "}")},
      {"dtype in lower case", file_of("{" + entry("a", "f32", "[2]", "[0,8]") + "}")},
      {"an empty dtype", file_of("{" + entry("a", "", "[2]", "[0,8]") + "}")},
      {"BOOL of 2", file_of("{" + boolean + "}\x02", 0, boolean.size() + 2)},
      {"objects 100,000 deep", file_of(repeated("{\"a\":", 100'000), 0)},
      {"arrays 100,000 deep", file_of("{\"a\":" + repeated("[", 100'000), 0)},
      {"a name of 1 MB", file_of("{" + entry(std::string(1 << 20, 'x'), "F32", "[2]", "[0,8]") + "}")},
      {"a number of 1 MB", file_of("{" + entry("a", "F32", "[" + std::string(1 << 20, '9') + "]", "[0,8]") + "}")},
      {"20,000 axes", file_of("{" + entry("a", "U8", "[" + repeated("1,", 20'000) + "8]", "[0,8]") + "}")},
      {"one checksum without the other", file_of("{\"__metadata__\":{\"skew.crc32\":\"00000000\"}," + good + "}")}};
  return files;
}

}  // namespace

TEST_CASE("tensors and metadata come back, the same arguments give the same bytes") {
  const Fresh fresh;
  write_example();
  const Bytes first = read_file(path, plenty);
  write_example();
  CHECK(read_file(path, plenty) == first);
  uint64_t header = 0;
  std::memcpy(&header, first.data(), 8);
  CHECK(header % 8 == 0);

  const SafetensorsFile file = SafetensorsFile::read(path);
  REQUIRE(file.tensors().size() == 4);
  CHECK(file.tensors()[0].name == "conv1.weight");
  CHECK(file.tensors()[3].bytes.empty());
  CHECK(file.find("conv1.bias").shape == std::vector<int64_t>{8});
  CHECK(file.metadata().size() == 2);
  CHECK(file.metadata().at("skew.format") == "1");
  CHECK_THROWS_WITH(file.find("conv1.wieght"), Contains("did you mean 'conv1.weight'?"));
  CHECK_FALSE(file.contains("conv2"));
}

TEST_CASE("what cannot be written is refused before anything is touched") {
  const Fresh fresh;
  const Bytes eight(8);
  const auto write = [&](const StoredTensor& tensor, const Metadata& metadata = {}) {
    const std::vector<StoredTensor> one{tensor};
    write_safetensors(path, one, metadata);
  };
  const std::vector<StoredTensor> twice{{"a", "U8", {8}, eight}, {"a", "U8", {8}, eight}};
  CHECK_THROWS_AS(write_safetensors(path, twice), ValueError);
  CHECK_THROWS_WITH(write({"a", "F32", {3}, eight}), Contains("has 8 bytes, its dtype F32 and shape need 12"));
  CHECK_THROWS_WITH(write({"a", "F322", {2}, eight}), Contains("did you mean"));
  CHECK_THROWS_AS(write({"a", "F32", {-2}, eight}), ValueError);
  CHECK_THROWS_AS(write({"__metadata__", "F32", {2}, eight}), ValueError);
  CHECK_THROWS_AS(write({"\xff", "F32", {2}, eight}), ValueError);
  CHECK_THROWS_AS(write({"a", "F32", {2}, eight}, {{"k", "\xff"}}), ValueError);
  CHECK(std::filesystem::is_empty(folder));
}

TEST_CASE("each of 10,000 flipped bits is found") {
  const Fresh fresh;
  write_example();
  const Bytes good = read_file(path, plenty);
  std::mt19937_64 generator(7);
  CHECK_NOTHROW(SafetensorsFile::from_bytes(good, "good"));
  int found = 0;
  for (int i = 0; i < 10'000; ++i) {
    Bytes bad = good;
    const uint64_t bit = generator() % (8 * bad.size());
    bad[bit / 8] = uint8_t(bad[bit / 8] ^ 1 << bit % 8);
    try {
      SafetensorsFile::from_bytes(std::move(bad), "flipped");
      UNSCOPED_INFO("bit " << bit % 8 << " of byte " << bit / 8 << " flipped unseen");
    } catch (const FileError&) {
      ++found;
    }
  }
  CHECK(found == 10'000);
}

TEST_CASE("each of 1,000 truncations is found") {
  const Fresh fresh;
  write_example();
  const Bytes good = read_file(path, plenty);
  CHECK_NOTHROW(SafetensorsFile::from_bytes(good, "good"));
  int found = 0;
  for (size_t i = 0; i < 1'000; ++i) {
    const size_t length = i * good.size() / 1'000;
    try {
      SafetensorsFile::from_bytes(Bytes(good.begin(), good.begin() + ptrdiff_t(length)), "cut");
    } catch (const FileError&) {
      ++found;
    }
  }
  CHECK(found == 1'000);
}

TEST_CASE("the damaged tensor is named") {
  const Fresh fresh;
  write_example();
  Bytes bytes = read_file(path, plenty);
  bytes[bytes.size() - 9] ^= 1;  // the last byte before state/step's eight
  CHECK_THROWS_WITH(SafetensorsFile::from_bytes(bytes, "w"), Contains("checksum differs in tensor 'conv1.bias'"));
}

TEST_CASE("hostile headers are refused, fast and without memory") {
  const Fresh fresh;
  const auto files = hostile_files();
  CHECK(files.size() >= 60);
  double slowest = 0;
  size_t hungriest = 0;
  for (const auto& [name, bytes] : files) {
    INFO(name);
    write_file(path, bytes);
    const size_t live = live_bytes;
    peak_bytes = live;
    const std::clock_t start = std::clock();  // of this process, whatever else the machine does
    CHECK_THROWS_AS(SafetensorsFile::read(path), FileError);
    slowest = std::max(slowest, double(std::clock() - start) / CLOCKS_PER_SEC);
    hungriest = std::max(hungriest, peak_bytes - live);
    CHECK((sanitized || peak_bytes - live < 16u << 20));
  }
  std::cout << files.size() << " hostile files: at most " << slowest * 1e3 << " ms, " << (hungriest >> 10) << " KiB\n";
  CHECK((sanitized || slowest < 0.010));
}

TEST_CASE("folders, pipes, devices and missing files are refused") {
  const Fresh fresh;
  CHECK_THROWS_WITH(SafetensorsFile::read(folder), Contains("is a folder"));
  CHECK_THROWS_WITH(SafetensorsFile::read("/dev/zero"), Contains("device or pipe"));
  CHECK_THROWS_WITH(SafetensorsFile::read(folder + "/none"), Contains("No such file"));
  CHECK_THROWS_AS(write_file(folder + "/none/file", std::string_view("x")), FileError);
  CHECK_THROWS_WITH(write_file(folder, std::string_view("x")), Contains("is a folder"));
}

TEST_CASE("a full disk is an error and leaves the old file") {
  const Fresh fresh;
  const Bytes kilobyte(1024);
  const std::vector<StoredTensor> one{{"a", "U8", {1024}, kilobyte}};
  CHECK_THROWS_WITH(write_safetensors("/dev/full", one), Contains("No space left"));

  write_example(1);
  const Bytes before = read_file(path, plenty);
  rlimit old_limit;
  REQUIRE(getrlimit(RLIMIT_FSIZE, &old_limit) == 0);
  for (rlim_t k = 0; k < 50; ++k) {
    rlimit limit = old_limit;
    limit.rlim_cur = k * before.size() / 50;
    REQUIRE(setrlimit(RLIMIT_FSIZE, &limit) == 0);
    bool refused = false;
    try {
      write_example(2);
    } catch (const FileError&) {
      refused = true;
    }
    REQUIRE(setrlimit(RLIMIT_FSIZE, &old_limit) == 0);
    INFO("limit " << limit.rlim_cur);
    CHECK(refused);
    CHECK(read_file(path, plenty) == before);
    CHECK(std::distance(std::filesystem::directory_iterator(folder), {}) == 1);  // no temporary file is left
  }
  write_example(2);
  CHECK(read_file(path, plenty) != before);
}

TEST_CASE("a link is followed, permissions stay") {
  const Fresh fresh;
  write_example(1);
  std::filesystem::permissions(path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  std::filesystem::create_symlink("weights.safetensors", folder + "/latest");
  write_file(folder + "/latest", std::string_view("new"));
  CHECK(std::filesystem::is_symlink(folder + "/latest"));
  CHECK(std::filesystem::file_size(path) == 3);
  CHECK(std::filesystem::status(path).permissions() ==
        (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
}

TEST_CASE("whole numbers and small floats are widened exactly") {
  const Bytes halves{0x00, 0x3c, 0x01, 0x00, 0x00, 0xfc}, quarter{0x7e, 0x7f, 0x01};
  CHECK(to_doubles({"h", "F16", {3}, halves}) ==
        std::vector<double>{1, 0x1p-24, -std::numeric_limits<double>::infinity()});
  CHECK(to_doubles({"q", "F8_E4M3", {1}, std::span(quarter).first(1)})[0] == 448);
  CHECK(std::isnan(to_doubles({"q", "F8_E4M3", {1}, std::span(quarter).subspan(1, 1)})[0]));
  const Bytes minus_one(8, 0xff);
  CHECK(to_integers({"i", "I64", {1}, minus_one})[0] == -1);
  CHECK_THROWS_AS(to_integers({"i", "U64", {1}, minus_one}), FileError);
  CHECK_THROWS_AS(to_integers({"i", "F64", {1}, minus_one}), FileError);
  CHECK_THROWS_AS(to_doubles({"i", "C64", {1}, minus_one}), FileError);
}
