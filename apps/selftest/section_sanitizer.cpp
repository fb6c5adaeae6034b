// NVIDIA's compute-sanitizer over this program, where it is installed: memory that kernels touch, races in shared
// memory, barriers that not all threads reach. It starts the program anew, for the sections that use most kernels.
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>

#include "apps/selftest/section.h"
#include "core/text.h"

extern char** environ;

namespace skew::selftest {
namespace {

namespace fs = std::filesystem;

// A program's path, by the search path.
std::optional<std::string> found(const std::string& name) {
  const char* const path = std::getenv("PATH");
  for (const std::string& folder : split_list(path ? path : "", ':')) {
    const fs::path file = fs::path(folder) / name;
    std::error_code ignored;
    if (fs::is_regular_file(file, ignored) && access(file.c_str(), X_OK) == 0) return file.string();
  }
  return std::nullopt;
}

// A folder of its own for what the other process writes, gone afterwards.
struct OwnFolder {
  fs::path path = fs::temp_directory_path() / text("skew-sanitizer-", getpid());
  OwnFolder() { fs::create_directories(path); }
  ~OwnFolder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
};

struct Ended {
  int status;                      // as a shell says it
  std::vector<std::string> lines;  // of both its outputs
};
Ended run_command(std::vector<std::string> words, const fs::path& output) {
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  pid_t child = 0;
  const int error = posix_spawn(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return {127, {text("cannot be started: ", std::strerror(error))}};
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  Ended ended{WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), {}};
  std::ifstream file(output);
  for (std::string line; std::getline(file, line);) ended.lines.push_back(line);
  return ended;
}

// The sanitizer's own lines, without its marks; all lines where it said nothing.
std::string first_words(const std::vector<std::string>& lines) {
  constexpr size_t most = 6;
  std::vector<std::string> own, all;
  for (const std::string& line : lines) {
    const size_t words = line.find_first_not_of("= ");
    if (words == std::string::npos) continue;
    (line.starts_with("=========") ? own : all).push_back(line.substr(words));
  }
  std::vector<std::string>& said = own.size() > 1 ? own : all;  // one line is its name alone
  if (said.size() > most) said.resize(most);
  return joined(said, "; ");
}

}  // namespace

void sanitizer(Section& s) {
  const std::optional<std::string> program = found("compute-sanitizer");
  if (s.device != Device::cuda) return s.leave_out("compute-sanitizer looks at kernels of cuda alone");
  if (!program) return s.leave_out("compute-sanitizer, which is part of the CUDA toolkit, is not on the search path");
  struct Look {
    std::string tool, sections;
  };
  const OwnFolder folder;
  const std::string self = fs::read_symlink("/proc/self/exe").string();
  for (const Look& look : std::vector<Look>{
           {"memcheck", "copies,gemm,checkpoints"}, {"racecheck", "checkpoints"}, {"synccheck", "checkpoints"}}) {
    const Ended ended = run_command({*program, "--tool", look.tool, "--error-exitcode", "3", self, "selftest",
                                     "--device", "cuda", "--only", look.sections, "--out", folder.path.string()},
                                    folder.path / "said");
    s.check(ended.status == 0, look.tool, " over ", look.sections, ": status ", ended.status, ": ",
            first_words(ended.lines));
  }
}

}  // namespace skew::selftest
