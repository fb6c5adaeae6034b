// libzip checks the archive (ZIP_CHECKCONS: every entry against its local header) and CRCs; claims are checked here.
// The bytes of one entry at a time are in memory beside the arrays read so far.
#include "apps/formats/npz.h"

#include <zip.h>

#include <memory>
#include <string_view>

#include "core/error.h"
#include "core/file.h"

namespace skew {
namespace {

constexpr int64_t max_file_bytes = int64_t{16} << 30;

[[noreturn]] void bad_zip(const std::string& name, const std::string& why) { throw FileError(name + ": zip: " + why); }

struct ZipError : zip_error_t {
  ZipError() { zip_error_init(this); }
  ~ZipError() { zip_error_fini(this); }
  std::string words() { return zip_error_strerror(this); }
};
using Archive = std::unique_ptr<zip_t, void (*)(zip_t*)>;
using Entry = std::unique_ptr<zip_file_t, int (*)(zip_file_t*)>;

Archive open_archive(std::span<const uint8_t> bytes, const std::string& name) {
  if (bytes.empty()) bad_zip(name, "an empty file; fetch it again");  // libzip takes it for an empty archive
  ZipError error;
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  zip_t* archive = source ? zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error) : nullptr;
  if (archive == nullptr) {
    zip_source_free(source);
    if (zip_error_code_zip(&error) == ZIP_ER_EXISTS) bad_zip(name, "two entries of one name");
    bad_zip(name, "truncated, damaged, or not a zip archive: " + error.words() + "; fetch the file again");
  }
  return {archive, zip_discard};
}

zip_stat_t stat_of(zip_t* archive, int64_t entry, const std::string& name) {
  zip_stat_t stat;
  if (zip_stat_index(archive, zip_uint64_t(entry), ZIP_FL_ENC_RAW, &stat) != 0)
    bad_zip(name, text("damaged: entry ", entry, ": ", zip_strerror(archive)));
  return stat;
}

std::vector<uint8_t> extract(zip_t* archive, const zip_stat_t& stat, const std::string& name) {
  const std::string where = text("entry '", stat.name, "'");
  if (stat.encryption_method != ZIP_EM_NONE) bad_zip(name, where + " is encrypted");
  if (stat.comp_method != ZIP_CM_STORE && stat.comp_method != ZIP_CM_DEFLATE)
    bad_zip(name, text(where, " is packed by method ", stat.comp_method,
                       "; stored (0) and deflated (8) are read: write it with numpy.savez_compressed"));
  if (stat.size / 1032 > stat.comp_size + 1)  // deflate's largest possible ratio
    bad_zip(name, "hostile: " + where + " claims more bytes than its data can yield");
  const Entry entry(zip_fopen_index(archive, stat.index, 0), zip_fclose);
  if (!entry) bad_zip(name, "damaged: " + where + ": " + zip_strerror(archive));
  std::vector<uint8_t> bytes(size_t(stat.size) + 1);  // one more than claimed, so that an excess shows
  size_t done = 0;
  for (int64_t n = 1; n > 0 && done < bytes.size(); done += size_t(n)) {
    n = zip_fread(entry.get(), bytes.data() + done, bytes.size() - done);
    if (n < 0) bad_zip(name, "damaged: " + where + ": " + zip_file_strerror(entry.get()) + "; fetch the file again");
  }
  if (done != stat.size)
    bad_zip(name, text("damaged: ", where, " does not inflate to the ", stat.size, " bytes it claims"));
  bytes.pop_back();
  return bytes;
}

}  // namespace

std::vector<NpyArray> parse_npz(std::span<const uint8_t> file, const std::string& name) {
  constexpr std::string_view suffix = ".npy";
  const Archive archive = open_archive(file, name);
  const int64_t count = zip_get_num_entries(archive.get(), 0);
  uint64_t packed = 0;
  for (int64_t i = 0; i < count; ++i) packed += stat_of(archive.get(), i, name).comp_size;
  if (packed > file.size()) bad_zip(name, "hostile: entries overlap");
  std::vector<NpyArray> arrays;
  for (int64_t i = 0; i < count; ++i) {
    const zip_stat_t stat = stat_of(archive.get(), i, name);
    const std::string entry = stat.name;
    if (!entry.ends_with(suffix)) continue;
    arrays.push_back(parse_npy(extract(archive.get(), stat, name), name + ": " + entry));
    arrays.back().name = entry.substr(0, entry.size() - suffix.size());
  }
  return arrays;
}

std::vector<NpyArray> read_npz(const std::filesystem::path& path) {
  return parse_npz(read_file(path.string(), max_file_bytes), path.string());
}

}  // namespace skew
