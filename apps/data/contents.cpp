// Names of the splits, and the size of a set's pictures.
#include "apps/data/contents.h"

#include "apps/data/option_words.h"
#include "core/error.h"

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

void set_files(Contents& data, std::vector<std::filesystem::path> paths, const DataOptions& options) {
  const auto files = std::make_shared<const std::vector<std::filesystem::path>>(std::move(paths));
  data.read = [files](int64_t i) { return read_image(files->at(size_t(i))); };
  std::string why;
  for (const std::filesystem::path& file : *files) {
    try {
      const ImageInfo info = probe_image(file);
      data.channels = info.channels;
      data.height = info.height;
      data.width = info.width;
      return;
    } catch (const Error& error) {
      if (!options.lenient && !options.skip_missing) throw FileError(error.what() + skip_advice());
      why = error.what();
    }
  }
  if (!options.lenient) throw FileError(text(data.name, ": none of its images can be read; the last: ", why));
}

}  // namespace skew
