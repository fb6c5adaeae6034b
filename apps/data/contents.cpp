// Names of the splits, and the size of a set's pictures.
#include "apps/data/contents.h"

#include <algorithm>

#include "apps/data/option_words.h"
#include "apps/formats/foreign.h"
#include "core/error.h"
#include "core/file.h"

namespace skew {

std::string_view split_name(Split split) {
  constexpr std::string_view names[] = {"train", "val", "test"};
  return names[size_t(split)];
}

std::optional<Split> parse_split(std::string_view word) {
  if (word == "train") return Split::train;
  if (word == "val" || word == "valid" || word == "validation") return Split::val;
  if (word == "test") return Split::test;
  return {};
}

namespace {

// " (411 of the 412 files are DICOM)": a set of another kind of files is one fault, not one a file.
std::string others_like(const std::filesystem::path& file, const std::vector<std::filesystem::path>& files) {
  const auto kind_of = [](const std::filesystem::path& path) -> std::string {
    try {
      const InputFile opened(path.string());
      std::vector<uint8_t> start(size_t(std::min<int64_t>(opened.size(), 512)));
      opened.read(0, start);
      return file_kind(start);
    } catch (const Error&) {
      return "";
    }
  };
  const std::string kind = kind_of(file);
  if (kind.empty() || kind == "PNG" || kind == "JPEG") return "";
  const auto others = std::ranges::count_if(files, [&](const auto& other) { return kind_of(other) == kind; }) - 1;
  return others > 0 ? text(" (", others + 1, " of the ", files.size(), " files are ", kind, ")") : "";
}

}  // namespace

void set_files(Contents& data, std::vector<std::filesystem::path> paths, const DataOptions& options) {
  const auto files = std::make_shared<const std::vector<std::filesystem::path>>(std::move(paths));
  data.read = [files, exif = options.exif](int64_t i) { return read_image(files->at(size_t(i)), {}, exif); };
  data.header = [files, exif = options.exif](int64_t i) { return probe_image(files->at(size_t(i)), {}, exif); };
  std::string why;
  for (const std::filesystem::path& file : *files) {
    try {
      const ImageInfo info = probe_image(file, {}, options.exif);
      data.channels = info.channels;
      data.height = info.height;
      data.width = info.width;
      return;
    } catch (const Error& error) {
      if (!options.lenient && !options.skip_missing)
        throw FileError(error.what() + others_like(file, *files) + skip_advice());
      why = error.what();
    }
  }
  if (!options.lenient) throw FileError(text(data.name, ": none of its images can be read; the last: ", why));
}

}  // namespace skew
