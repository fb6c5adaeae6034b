// From the end backwards: end record → central directory → each entry's local header → its data.
#include "apps/formats/zip.h"

#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <set>
#include <utility>

#include "core/error.h"

namespace skew {
namespace {

using Bytes = std::span<const uint8_t>;

constexpr uint32_t local_magic = 0x04034b50, entry_magic = 0x02014b50, end_magic = 0x06054b50,
                   end64_magic = 0x06064b50, locator64_magic = 0x07064b50;

[[noreturn]] void fail(const std::string& name, const std::string& why) { throw FileError(name + ": zip: " + why); }

// Little-endian numbers; the caller has made sure that they lie within.
uint64_t number(Bytes b, uint64_t at, int bytes) {
  uint64_t v = 0;
  for (int i = bytes; i-- > 0;) v = v << 8 | b[size_t(at) + size_t(i)];
  return v;
}
bool within(uint64_t at, uint64_t length, uint64_t size) { return at <= size && length <= size - at; }

struct Directory {
  uint64_t offset = 0, size = 0, count = 0;
};

uint64_t find_end_record(Bytes z, const std::string& name) {  // 22 bytes and a comment of at most 65535
  if (z.size() >= 22)
    for (uint64_t at = z.size() - 22, tries = 0; tries <= 65535; --at, ++tries) {
      if (number(z, at, 4) == end_magic && at + 22 + number(z, at + 20, 2) == z.size()) return at;
      if (at == 0) break;
    }
  fail(name, "no directory at the end: truncated, or not a zip archive; fetch the file again");
}

Directory read_end_record(Bytes z, const std::string& name) {
  const uint64_t end = find_end_record(z, name);
  if (number(z, end + 4, 2) != 0 || number(z, end + 6, 2) != 0) fail(name, "an archive of several parts");
  Directory d{number(z, end + 16, 4), number(z, end + 12, 4), number(z, end + 10, 2)};
  uint64_t limit = end;
  if (d.offset == 0xffffffff || d.size == 0xffffffff || d.count == 0xffff) {
    if (end < 20 || number(z, end - 20, 4) != locator64_magic) fail(name, "damaged: the Zip64 locator is missing");
    limit = number(z, end - 12, 8);
    if (!within(limit, 56, end) || number(z, limit, 4) != end64_magic) fail(name, "damaged: a wrong Zip64 end record");
    d = {number(z, limit + 48, 8), number(z, limit + 40, 8), number(z, limit + 32, 8)};
  }
  if (!within(d.offset, d.size, limit)) fail(name, "damaged: the directory lies outside the file");
  if (d.offset + d.size != limit) fail(name, "damaged: the directory does not end where its end record begins");
  if (d.count > d.size / 46) fail(name, "damaged: more entries than the directory has room for");
  return d;
}

struct RawEntry {
  ZipEntry entry;
  uint64_t packed = 0, local = 0;
};

// Sizes that do not fit 32 bits stand in the extra field 1, in this order and only where needed.
void read_zip64(Bytes extra, RawEntry& e, const std::string& name) {
  uint64_t* const wanted[] = {&e.entry.size, &e.packed, &e.local};
  for (uint64_t at = 0; at + 4 <= extra.size();) {
    const uint64_t id = number(extra, at, 2), length = number(extra, at + 2, 2);
    if (!within(at + 4, length, extra.size())) break;
    if (id == 1) {
      uint64_t from = at + 4;
      for (uint64_t* field : wanted) {
        if (*field != 0xffffffff) continue;
        if (!within(from, 8, at + 4 + length)) fail(name, "damaged: a Zip64 field that is too short");
        *field = number(extra, from, 8);
        from += 8;
      }
      return;
    }
    at += 4 + length;
  }
}

RawEntry read_entry(Bytes z, uint64_t& at, uint64_t limit, const std::string& name) {
  if (!within(at, 46, limit) || number(z, at, 4) != entry_magic) fail(name, "damaged: a wrong entry in the directory");
  const uint64_t name_length = number(z, at + 28, 2), extra_length = number(z, at + 30, 2);
  const uint64_t comment_length = number(z, at + 32, 2), flags = number(z, at + 8, 2);
  if (!within(at + 46, name_length + extra_length + comment_length, limit))
    fail(name, "damaged: an entry leaves the directory");
  RawEntry e;
  e.entry.name.assign(reinterpret_cast<const char*>(z.data()) + at + 46, size_t(name_length));
  e.entry.method = int(number(z, at + 10, 2));
  e.entry.crc = uint32_t(number(z, at + 16, 4));
  e.packed = number(z, at + 20, 4), e.entry.size = number(z, at + 24, 4), e.local = number(z, at + 42, 4);
  read_zip64(z.subspan(size_t(at + 46 + name_length), size_t(extra_length)), e, name);
  if (flags & 1) fail(name, "entry '" + e.entry.name + "' is encrypted");
  if (e.entry.method != 0 && e.entry.method != 8)
    fail(name, text("entry '", e.entry.name, "' is packed by method ", e.entry.method,
                    "; stored (0) and deflated (8) are read: write it with numpy.savez_compressed"));
  at += 46 + name_length + extra_length + comment_length;
  return e;
}

// Checks the local header against the directory; returns the range [begin, end) of header and data.
std::pair<uint64_t, uint64_t> locate_data(Bytes z, uint64_t limit, RawEntry& e, const std::string& name) {
  const std::string where = "entry '" + e.entry.name + "'";
  if (!within(e.local, 30, limit) || number(z, e.local, 4) != local_magic)
    fail(name, "damaged: " + where + " has no local header where the directory says");
  const uint64_t name_length = number(z, e.local + 26, 2), extra_length = number(z, e.local + 28, 2);
  const uint64_t start = e.local + 30 + name_length + extra_length;
  if (!within(e.local + 30, name_length + extra_length, limit) || !within(start, e.packed, limit))
    fail(name, "damaged: " + where + " leaves the file");
  if (name_length != e.entry.name.size() ||
      std::memcmp(z.data() + e.local + 30, e.entry.name.data(), size_t(name_length)) != 0)
    fail(name, "damaged: " + where + " has another name in its local header");
  if (int(number(z, e.local + 8, 2)) != e.entry.method)
    fail(name, "damaged: " + where + " has another method in its local header");
  if (e.entry.method == 0 && e.packed != e.entry.size) fail(name, "damaged: " + where + " has two lengths");
  if (e.entry.method == 8 && e.entry.size / 1032 > e.packed + 1)  // deflate's largest possible ratio
    fail(name, "hostile: " + where + " claims more bytes than its data can yield");
  e.entry.data = z.subspan(size_t(start), size_t(e.packed));
  return {e.local, start + e.packed};
}

struct Inflater {
  z_stream stream{};
  explicit Inflater(const std::string& name) {
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) fail(name, "zlib cannot start: out of memory");
  }
  ~Inflater() { inflateEnd(&stream); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
};

std::vector<uint8_t> inflate_all(const ZipEntry& entry, const std::string& name) {
  constexpr uint64_t most = 1u << 30;  // bytes zlib is given at once
  Inflater inflater(name);
  z_stream& s = inflater.stream;
  std::vector<uint8_t> out;
  uint64_t in_done = 0, out_done = 0;
  int status = Z_OK;
  while (status == Z_OK) {
    if (out_done == out.size()) {  // one byte more than claimed, so that an excess shows
      const uint64_t grown = std::max<uint64_t>(4 * entry.data.size() + 4096, 2 * out.size());
      out.resize(size_t(std::min(entry.size + 1, grown)));
      if (out_done == out.size()) break;
    }
    s.next_in = const_cast<Bytef*>(entry.data.data() + in_done);
    s.avail_in = uInt(std::min<uint64_t>(entry.data.size() - in_done, most));
    s.next_out = out.data() + out_done;
    s.avail_out = uInt(std::min<uint64_t>(out.size() - out_done, most));
    const uInt in_before = s.avail_in, out_before = s.avail_out;
    status = inflate(&s, Z_NO_FLUSH);
    in_done += in_before - s.avail_in, out_done += out_before - s.avail_out;
  }
  if (status != Z_STREAM_END || out_done != entry.size || in_done != entry.data.size())
    fail(name, text("damaged: entry '", entry.name, "' does not inflate to the ", entry.size, " bytes it claims"));
  out.resize(size_t(out_done));
  return out;
}

}  // namespace

std::vector<ZipEntry> read_zip_directory(Bytes archive, const std::string& name) {
  const Directory directory = read_end_record(archive, name);
  std::vector<ZipEntry> entries;
  std::vector<std::pair<uint64_t, uint64_t>> ranges;
  std::set<std::string> names;
  uint64_t at = directory.offset;
  for (uint64_t i = 0; i < directory.count; ++i) {
    RawEntry e = read_entry(archive, at, directory.offset + directory.size, name);
    if (!names.insert(e.entry.name).second) fail(name, "two entries named '" + e.entry.name + "'");
    ranges.push_back(locate_data(archive, directory.offset, e, name));
    entries.push_back(std::move(e.entry));
  }
  if (at != directory.offset + directory.size) fail(name, "damaged: the directory holds more than its entries");
  std::sort(ranges.begin(), ranges.end());
  for (size_t i = 1; i < ranges.size(); ++i)
    if (ranges[i].first < ranges[i - 1].second) fail(name, "hostile: entries overlap");
  return entries;
}

std::vector<uint8_t> extract(const ZipEntry& entry, const std::string& name) {
  std::vector<uint8_t> bytes =
      entry.method == 0 ? std::vector<uint8_t>(entry.data.begin(), entry.data.end()) : inflate_all(entry, name);
  if (crc32_z(0, bytes.data(), bytes.size()) != entry.crc)
    fail(name, "damaged: wrong CRC of entry '" + entry.name + "'; fetch the file again");
  return bytes;
}

}  // namespace skew
