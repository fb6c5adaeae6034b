// npy, npz and zip files made here: what hostile or damaged ones do.
#include "apps/formats/npz.h"

#include <zlib.h>

#include <catch2/catch.hpp>
#include <cstring>

#include "core/error.h"

using namespace skew;
using Buffer = std::vector<uint8_t>;

namespace {

void append(Buffer& out, uint64_t v, int bytes) {
  for (int i = 0; i < bytes; ++i) out.push_back(i < 8 ? uint8_t(v >> 8 * i) : uint8_t(0));
}
void append(Buffer& out, const std::string& s) { out.insert(out.end(), s.begin(), s.end()); }
void append(Buffer& out, const Buffer& b) { out.insert(out.end(), b.begin(), b.end()); }

Buffer npy(const std::string& header, const Buffer& data) {
  Buffer out;
  append(out, std::string("\x93NUMPY\1\0", 8));
  append(out, header.size(), 2);
  append(out, header);
  append(out, data);
  return out;
}

struct Entry {
  std::string name;
  Buffer bytes;
  uint64_t claimed = ~0ull;  // another inflated size than the true one
  bool zip64 = false;
};

Buffer deflated(const Buffer& bytes) {
  Buffer out(compressBound(uLong(bytes.size())) + 64);
  z_stream s{};
  deflateInit2(&s, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  s.next_in = const_cast<Bytef*>(bytes.data()), s.avail_in = uInt(bytes.size());
  s.next_out = out.data(), s.avail_out = uInt(out.size());
  deflate(&s, Z_FINISH);
  out.resize(s.total_out);
  deflateEnd(&s);
  return out;
}

Buffer zip(const std::vector<Entry>& entries) {
  Buffer out, directory;
  for (const Entry& e : entries) {
    const Buffer packed = deflated(e.bytes);
    const uint64_t size = e.claimed == ~0ull ? e.bytes.size() : e.claimed, at = out.size();
    const uint64_t crc = crc32_z(0, e.bytes.data(), e.bytes.size());
    append(out, 0x04034b50, 4), append(out, 20, 2), append(out, 0, 2), append(out, 8, 2), append(out, 0, 4);
    append(out, crc, 4), append(out, packed.size(), 4), append(out, size, 4);
    append(out, e.name.size(), 2), append(out, 0, 2), append(out, e.name), append(out, packed);
    append(directory, 0x02014b50, 4), append(directory, 20, 2), append(directory, 20, 2), append(directory, 0, 2);
    append(directory, 8, 2), append(directory, 0, 4), append(directory, crc, 4);
    append(directory, e.zip64 ? 0xffffffff : packed.size(), 4), append(directory, e.zip64 ? 0xffffffff : size, 4);
    append(directory, e.name.size(), 2), append(directory, e.zip64 ? 20 : 0, 2), append(directory, 0, 8);
    append(directory, 0, 2), append(directory, at, 4), append(directory, e.name);
    if (!e.zip64) continue;
    append(directory, 1, 2), append(directory, 16, 2), append(directory, size, 8);
    append(directory, packed.size(), 8);
  }
  const size_t start = out.size();
  append(out, directory);
  append(out, 0x06054b50, 4), append(out, 0, 4), append(out, entries.size(), 2), append(out, entries.size(), 2);
  append(out, directory.size(), 4), append(out, start, 4), append(out, 0, 2);
  return out;
}

const std::string three_bytes = "{'descr': '|u1', 'fortran_order': False, 'shape': (3,), }\n";

}  // namespace

TEST_CASE("an archive made here is read, Zip64 fields too") {
  for (const bool zip64 : {false, true}) {
    const auto arrays =
        parse_npz(zip({{"a.npy", npy(three_bytes, {1, 2, 3}), ~0ull, zip64}, {"note.txt", {65}}}), "x.npz");
    REQUIRE(arrays.size() == 1);
    CHECK(arrays[0].name == "a");
    CHECK(arrays[0].dtype == "uint8");
    CHECK(arrays[0].shape == std::vector<int64_t>{3});
    CHECK(arrays[0].bytes == Buffer{1, 2, 3});
  }
}

TEST_CASE("every truncation of an archive and of an array is refused") {
  const Buffer array = npy(three_bytes, {1, 2, 3}), archive = zip({{"a.npy", array}, {"b.npy", array}});
  for (size_t n = 0; n < array.size(); ++n) CHECK_THROWS_AS(parse_npy({array.data(), n}, "x.npy"), FileError);
  for (size_t n = 0; n < archive.size(); ++n) CHECK_THROWS_AS(parse_npz({archive.data(), n}, "x.npz"), FileError);
}

TEST_CASE("a flipped bit in an archive changes no array unnoticed") {
  const Buffer array = npy(three_bytes, {1, 2, 3}), archive = zip({{"a.npy", array}, {"b.npy", array}});
  int refused = 0, harmless = 0;
  for (size_t bit = 0; bit < archive.size() * 8; ++bit) {
    Buffer damaged = archive;
    damaged[bit / 8] ^= uint8_t(1 << bit % 8);
    try {
      const auto arrays = parse_npz(damaged, "x.npz");  // versions, dates, attributes may change, and no data
      ++harmless;
      for (const NpyArray& a : arrays) CHECK((a.bytes == Buffer{1, 2, 3} && a.shape == std::vector<int64_t>{3}));
      CHECK(arrays.size() == 2);
    } catch (const FileError&) {
      ++refused;
    }
  }
  CHECK(refused > harmless);
}

TEST_CASE("an entry that lies within another one is refused") {
  Buffer noise;
  for (uint32_t i = 0, state = 1; i < 300; ++i) noise.push_back(uint8_t((state = state * 1664525 + 1013904223) >> 24));
  const Buffer inner = zip({{"b.npy", npy("{'descr': '|u1', 'fortran_order': False, 'shape': (300,), }\n", noise)}});
  const size_t end = inner.size() - 22, directory = size_t(inner[end + 16] | inner[end + 17] << 8);
  const Buffer packed(inner.begin(), inner.begin() + ptrdiff_t(directory));  // local header and data of b
  const uint64_t crc = crc32_z(0, packed.data(), packed.size());
  Buffer out, entry;  // a: the same bytes, stored
  for (Buffer* header : {&out, &entry}) {
    append(*header, header == &out ? 0x04034b50 : 0x02014b50, 4);
    if (header == &entry) append(*header, 20, 2);
    append(*header, 20, 2), append(*header, 0, 8), append(*header, crc, 4);
    append(*header, packed.size(), 4), append(*header, packed.size(), 4), append(*header, 5, 2), append(*header, 0, 2);
  }
  append(entry, 0, 14), append(entry, std::string("a.npy"));
  append(out, std::string("a.npy"));
  Buffer second(inner.begin() + ptrdiff_t(directory), inner.begin() + ptrdiff_t(end));
  second[42] = uint8_t(out.size());  // where b begins now
  append(out, packed);
  const size_t start = out.size();
  append(out, entry), append(out, second);
  append(out, 0x06054b50, 4), append(out, 0, 4), append(out, 2, 2), append(out, 2, 2);
  append(out, entry.size() + second.size(), 4), append(out, start, 4), append(out, 0, 2);
  CHECK_THROWS_WITH(parse_npz(out, "x.npz"), Catch::Contains("overlap"));
}

TEST_CASE("claims are compared before memory is taken") {
  Buffer array = npy(three_bytes, {1, 2, 3});
  CHECK_THROWS_WITH(parse_npz(zip({{"a.npy", array, 0xfffffff0}}), "x.npz"), Catch::Contains("claims more bytes"));
  CHECK_THROWS_WITH(parse_npz(zip({{"a.npy", array, array.size() + 1}}), "x.npz"), Catch::Contains("does not inflate"));
  CHECK_THROWS_WITH(parse_npz(zip({{"a.npy", array, array.size() - 1}}), "x.npz"), Catch::Contains("does not inflate"));
  CHECK_THROWS_WITH(parse_npz(zip({{"a.npy", array}, {"a.npy", array}}), "x.npz"), Catch::Contains("two entries"));
}

TEST_CASE("headers that are no dictionary of an array are refused") {
  for (const char* header :
       {"", "{", "}", "{}", "{'descr': '|u1'", "{'descr': '|u1', 'fortran_order': False, 'shape': (3)}",
        "{'descr': '|u1', 'fortran_order': Maybe, 'shape': (3,)}",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (-3,)}",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (3,)} x",
        "{'descr': '|u1', 'descr': '|u1', 'fortran_order': False, 'shape': (3,)}",
        "{'descr': '|u2', 'fortran_order': False, 'shape': (1,)}",
        "{'descr': '<f3', 'fortran_order': False, 'shape': (1,)}",
        "{'descr': '', 'fortran_order': False, 'shape': (1,)}",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (,)}",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999999999999,)}",
        "{'descr': '<f8', 'fortran_order': True, 'shape': (4294967296, 4294967296, 0, 4294967296)}",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (4294967296, 4294967296)}",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1,"
        "1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1)}"}) {
    INFO(header);
    CHECK_THROWS_AS(parse_npy(npy(header, {1, 2, 3}), "x.npy"), FileError);
  }
}

TEST_CASE("a Fortran-ordered big-endian array becomes row-major little-endian") {
  const NpyArray a = parse_npy(
      npy("{'descr': '>u2', 'fortran_order': True, 'shape': (2, 3)}", {0, 1, 0, 4, 0, 2, 0, 5, 0, 3, 0, 6}), "x");
  CHECK(a.bytes == Buffer{1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0});
}
