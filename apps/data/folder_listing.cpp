// Names are sorted, so that the order of images does not depend on the file system.
#include "apps/data/folder_listing.h"

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include "apps/formats/foreign.h"
#include "apps/formats/words.h"
#include "core/error.h"

namespace skew {
namespace fs = std::filesystem;
namespace {

using Words = std::set<std::string>;

const Words& picture_endings() {
  static const Words words = {".png",  ".jpg",  ".jpeg", ".jpe",  ".jfif", ".bmp", ".gif",   ".tif", ".tiff",
                              ".webp", ".heic", ".heif", ".avif", ".jp2",  ".dcm", ".dicom", ".nii"};
  return words;
}
const Words& other_endings() {
  static const Words words = {".txt",  ".md",          ".rst",   ".csv", ".tsv", ".json", ".jsonl", ".xml",
                              ".yaml", ".yml",         ".toml",  ".ini", ".cfg", ".log",  ".html",  ".htm",
                              ".db",   ".py",          ".ipynb", ".sh",  ".pdf", ".doc",  ".docx",  ".xls",
                              ".xlsx", ".ods",         ".npy",   ".npz", ".mat", ".pkl",  ".pt",    ".pth",
                              ".h5",   ".safetensors", ".mp4",   ".avi", ".mov"};
  return words;
}
const Words& archive_endings() {
  static const Words words = {".zip", ".gz", ".tar", ".tgz", ".7z", ".rar", ".bz2", ".xz"};
  return words;
}

// Whether the first bytes are those of a picture of any kind.
bool looks_like_a_picture(const fs::path& file) {
  std::vector<uint8_t> head(512);
  std::ifstream in(file, std::ios::binary);
  in.read(reinterpret_cast<char*>(head.data()), std::streamsize(head.size()));
  head.resize(size_t(in.gcount()));
  static const Words pictures = {"PNG", "JPEG", "GIF", "TIFF", "WebP", "DICOM", "HEIC", "AVIF", "JPEG 2000", "NIfTI"};
  return pictures.contains(file_kind(head));
}

// Why the file is left out; "" for an image.
std::string reason(const fs::path& file, const std::string& name) {
  static const Words of_the_system = {"thumbs.db", "desktop.ini"};
  const std::string lower = lower_case(name), ending = fs::path(lower).extension().string();
  if (of_the_system.contains(lower)) return "left there by the system";
  if (picture_endings().contains(ending)) return "";
  if (other_endings().contains(ending)) return no_image_words;
  if (archive_endings().contains(ending)) return "archive, to be unpacked if it holds images";
  std::error_code error;
  const fs::file_status status = fs::status(file, error);
  if (status.type() == fs::file_type::not_found || error) return "";  // a link to nothing: a missing image
  if (status.type() != fs::file_type::regular) return "";             // a pipe, a device: refused where it is opened
  return looks_like_a_picture(file) ? "" : "no image by its first bytes";
}

// Whether the first two lines are text with as many separators each: a table that lost its ending (HAM10000_metadata).
bool looks_like_a_table(const fs::path& file) {
  std::string head(4096, '\0');
  std::ifstream in(file, std::ios::binary);
  in.read(head.data(), std::streamsize(head.size()));
  head.resize(size_t(in.gcount()));
  if (std::ranges::any_of(head, [](uint8_t c) { return c < ' ' && c != '\t' && c != '\r' && c != '\n'; })) return false;
  std::istringstream lines(head);
  std::string first, second;
  if (!std::getline(lines, first) || !std::getline(lines, second)) return false;
  return std::ranges::any_of(std::string(",;\t"), [&](char separator) {
    const auto count = std::ranges::count(first, separator);
    return count > 0 && std::ranges::count(second, separator) >= count;  // a quoted field may hold more
  });
}

std::vector<std::string> sorted_names(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
    names.push_back(at->path().filename().string());
  if (error) throw FileError(text(folder.string(), ": cannot be read: ", error.message()));
  std::sort(names.begin(), names.end());
  return names;
}

class Walk {
 public:
  explicit Walk(const fs::path& root) {
    out_.root = root;
    real_root_ = fs::canonical(root).string();
    if (real_root_.back() != '/') real_root_ += '/';
  }
  FolderListing run() {
    enter("");
    std::sort(out_.images.begin(), out_.images.end());
    return std::move(out_);
  }

 private:
  void enter(const std::string& folder) {
    for (const std::string& name : sorted_names(out_.root / folder))
      look_at(folder.empty() ? name : folder + "/" + name, name, folder.empty());
  }

  void look_at(const std::string& path, const std::string& name, bool top) {
    const fs::path file = out_.root / path;
    std::error_code error;
    const bool folder = fs::is_directory(file, error);
    const std::string shown = path + (folder ? "/" : "");
    if (name.starts_with(".")) return leave_out("hidden", shown);
    if (folder && (name == "__MACOSX" || name == "@eaDir" || name == "$RECYCLE.BIN"))
      return leave_out("left there by the system", shown);
    if (!folder) {
      if (top && is_table_name(name)) out_.tables.push_back(name);
      const std::string why = reason(file, name);
      return why.empty() ? out_.images.push_back(path) : leave_out(why, path);
    }
    if (fs::exists(file / "args.toml", error) && fs::exists(file / "weights", error))
      return leave_out("run of skew train", shown);
    const std::string real = fs::canonical(file, error).string();
    if (error || !(real + "/").starts_with(real_root_)) return leave_out(outside_words, shown);
    if (!seen_.insert(real).second || (real + "/") == real_root_) return leave_out("folder that was met before", shown);
    out_.folders.push_back(path);
    enter(path);
  }

  void leave_out(const std::string& why, const std::string& path) { out_.left_out[why].push_back(path); }

  FolderListing out_;
  std::string real_root_;
  std::set<std::string> seen_;
};

}  // namespace

FolderListing list_folder(const fs::path& root) {
  std::error_code error;
  if (!fs::is_directory(root, error)) throw FileError(text(root.string(), ": no such folder"));
  return Walk(root).run();
}

std::vector<std::string> list_tables(const fs::path& folder) {
  std::vector<std::string> tables = sorted_names(folder);
  std::erase_if(tables, [&](const std::string& name) {
    std::error_code error;
    if (name.starts_with(".") || !fs::is_regular_file(folder / name, error)) return true;
    return !is_table_name(name) && (name.find('.') != name.npos || !looks_like_a_table(folder / name));
  });
  return tables;
}

std::string describe(const std::map<std::string, std::vector<std::string>>& left_out) {
  constexpr size_t shown = 3;
  std::string out;
  for (const auto& [why, paths] : left_out) {
    out += text(out.empty() ? "left out: " : ", ", paths.size(), " ", why, " (");
    for (size_t k = 0; k < std::min(shown, paths.size()); ++k) out += (k ? ", " : "") + paths[k];
    out += paths.size() > shown ? ", …)" : ")";
  }
  return out;
}

bool is_no_data_name(const std::string& name) {
  static const Words texts = {".txt", ".md", ".rst", ".json", ".yaml", ".yml", ".html", ".pdf", ".py"};
  static const Words bare = {"readme", "license", "licence", "citation", "changelog", "thumbs.db", "desktop.ini"};
  const std::string lower = lower_case(name);
  return bare.contains(lower) || texts.contains(fs::path(lower).extension().string());
}

bool is_table_name(const std::string& name) {
  const std::string lower = lower_case(name);
  return lower.ends_with(".csv") || lower.ends_with(".csv.gz") || lower.ends_with(".tsv") || lower.ends_with(".tab");
}

}  // namespace skew
