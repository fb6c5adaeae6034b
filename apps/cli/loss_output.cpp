#include "apps/cli/loss_output.h"

#include <filesystem>

#include "apps/report/number_text.h"
#include "core/error.h"
#include "core/file.h"

namespace skew {

void make_folder(const std::string& path) {
  std::error_code problem;
  std::filesystem::create_directories(path, problem);
  if (problem || !std::filesystem::is_directory(path, problem))
    throw FileError(text(path, ": cannot make this folder", problem ? ": " + problem.message() : ", a file has its name"));
}

void write_text(const std::string& path, const std::string& all) { write_file(path, std::string_view(all)); }

std::string latex_text(const std::string& words) {
  std::string out;
  for (const char c : words) {
    if (std::string_view("_%&#${}").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

std::string latex_number(double value) {
  const std::string plain = report::significant(value, 3);
  const size_t e = plain.find('e');
  if (e == std::string::npos) return plain;
  return plain.substr(0, e) + "\\cdot10^{" + std::to_string(std::stoi(plain.substr(e + 1))) + "}";
}

}  // namespace skew
