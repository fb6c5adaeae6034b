// Making folders and writing files, with the reason when the system refuses.
#include "apps/cli/loss_output.h"

#include <filesystem>

#include "core/error.h"
#include "core/file.h"

namespace skew {

void make_folder(const std::string& path) {
  std::error_code problem;
  std::filesystem::create_directories(path, problem);
  if (problem || !std::filesystem::is_directory(path, problem))
    throw FileError(
        text(path, ": cannot make this folder", problem ? ": " + problem.message() : ", a file has its name"));
}

void write_text(const std::string& path, const std::string& all) { write_file(path, std::string_view(all)); }

}  // namespace skew
