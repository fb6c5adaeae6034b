// Names of the splits, and the size of a set's pictures.
#include "apps/data/contents.h"

#include <algorithm>

#include "apps/data/option_words.h"
#include "apps/formats/foreign.h"
#include "apps/formats/words.h"
#include "core/error.h"
#include "core/file.h"
#include "core/text.h"

namespace skew {

std::string_view split_name(Split split) {
  constexpr std::string_view names[] = {"train", "val", "test"};
  return names[size_t(split)];
}

std::string listed(const std::vector<std::string>& names) {
  constexpr size_t shown = 5;
  const std::vector<std::string> first(names.begin(), names.begin() + ptrdiff_t(std::min(shown, names.size())));
  return joined(first, ", ") + (names.size() > shown ? text(" and ", names.size() - shown, " more") : "");
}

std::vector<std::string> folder_words() { return {"auto", "classes", "splits", "inner"}; }

UnknownAs read_unknown_as(const std::string& words) {
  UnknownAs out;
  for (const std::string& item : split_list(words)) {
    const size_t at = item.find('=');
    const std::string which = at == item.npos ? "" : item.substr(0, at), meaning = item.substr(at + 1);
    const bool known = (which.empty() || which == "minus" || which == "blank") && (meaning == "0" || meaning == "mask");
    if (!known)
      throw UsageError(text(option("unknown_as"), ": expected mask, 0, minus=0 or blank=0, got '", item, "'"));
    if (which != "blank") out.minus_is_no = meaning == "0";
    if (which != "minus") out.blank_is_no = meaning == "0";
  }
  return out;
}

OptionValues table_options(const DataOptions& o) {
  return {{"path_col", o.path_col}, {"label_col", o.label_col}, {"label_sep", o.label_sep},  {"split_col", o.split_col},
          {"images", o.images},     {"ending", o.ending},       {"unknown_as", o.unknown_as}};
}

void refuse_options(const OptionValues& options, const std::string& why) {
  for (const auto& [field, value] : options)
    if (!value.empty())
      throw UsageError(text(option(field, value), ": ", why,
                            ", which has no use for it; leave it out, or name a table: ", option("data", "TABLE.csv")));
}

void refuse_all_options(const DataOptions& options, const std::string& why) {
  OptionValues all = table_options(options);
  all.emplace_back("group_col", options.group_col);
  all.emplace_back("ignore", quoted_list(options.ignore));
  all.emplace_back("folders", options.folders == "auto" ? "" : options.folders);
  refuse_options(all, why);
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

void keep_images(const std::vector<bool>& kept, Contents& data, std::vector<std::filesystem::path>& files) {
  const auto keep = [&](auto& of_images) {
    if (of_images.empty()) return;
    size_t to = 0;
    for (size_t i = 0; i < kept.size(); ++i) {
      if (!kept[i]) continue;
      if (to != i) of_images[to] = std::move(of_images[i]);
      ++to;
    }
    of_images.resize(to);
  };
  const size_t classes = data.classes.size();
  for (size_t i = 0, to = 0; i < kept.size(); ++i)
    if (kept[i])
      std::copy_n(data.targets.begin() + ptrdiff_t(i * classes), classes,
                  data.targets.begin() + ptrdiff_t(to++ * classes));
  data.targets.resize(size_t(std::ranges::count(kept, true)) * classes);
  keep(data.paths);
  keep(data.patients);
  keep(data.splits);
  keep(files);
}

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
