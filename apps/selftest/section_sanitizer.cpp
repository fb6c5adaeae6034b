// NVIDIA's compute-sanitizer over this program, where it is installed: memory that kernels touch, races in shared
// memory, barriers that not all threads reach. It starts the program anew, for the sections that use most kernels.
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <thread>

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
  bool in_time = true;

  bool says(const std::string& words) const {
    return std::any_of(lines.begin(), lines.end(),
                       [&](const std::string& line) { return line.find(words) != std::string::npos; });
  }
};

// Its status; nothing where it had to be killed, with all that it started.
std::optional<int> wait_until(Clock::time_point limit, pid_t child) {
  int status = 0;
  for (;;) {
    const pid_t found = waitpid(child, &status, WNOHANG);
    if (found == child || (found < 0 && errno != EINTR)) return status;
    if (Clock::now() >= limit) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  kill(-child, SIGKILL);
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return std::nullopt;
}

Ended run_command(std::vector<std::string> words, const fs::path& output, Clock::time_point limit) {
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);  // a group of its own
  pid_t child = 0;
  const int error = posix_spawn(&child, arguments[0], &actions, &attributes, arguments.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return {127, {text("cannot be started: ", std::strerror(error))}};
  const std::optional<int> status = wait_until(limit, child);
  Ended ended{0, {}, status.has_value()};
  if (status) ended.status = WIFEXITED(*status) ? WEXITSTATUS(*status) : 128 + WTERMSIG(*status);
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

constexpr int found_something = 3;  // the status that it is told to end with then

// Whether it could look at the program at all, which then passed, differed, or had something found in it.
bool has_worked(const Ended& ended, const fs::path& records) {
  if (ended.says("Device not supported")) return false;
  const bool program_ran = !fs::is_empty(records);  // a self-test's record is there from its start
  return ended.status == 0 || ended.status == found_something || (ended.status == 1 && program_ran);
}

struct Look {
  std::string tool, sections;
};

}  // namespace

void sanitizer(Section& s) {
  const std::optional<std::string> program = found("compute-sanitizer");
  if (s.device != Device::cuda) return s.leave_out("compute-sanitizer looks at kernels of cuda alone");
  if (!program) return s.leave_out("compute-sanitizer, which is part of the CUDA toolkit, is not on the search path");
  const OwnFolder folder;
  const std::string self = fs::read_symlink("/proc/self/exe").string();
  constexpr std::chrono::seconds longest(900);  // a tool is up to some hundred times slower than the program
  for (const Look& look : std::vector<Look>{    // the first one shows, too, whether it works here
                                            {"memcheck", "copies"},
                                            {"memcheck", "gemm,checkpoints"},
                                            {"racecheck", "checkpoints"},
                                            {"synccheck", "checkpoints"}}) {
    const std::string name = look.tool + " over " + look.sections;
    if (s.late()) {
      s.cut(name);
      continue;
    }
    const Clock::time_point now = Clock::now(), limit = std::min(now + longest, s.deadline);
    const double seconds = std::chrono::duration<double>(limit - now).count();
    const fs::path records = folder.path / look.tool;
    fs::remove_all(records);
    fs::create_directories(records);
    std::vector<std::string> words = {*program, "--tool", look.tool, "--error-exitcode", text(found_something)};
    if (look.tool == "memcheck") words.insert(words.end(), {"--report-api-errors", "no"});  // answers, not accesses
    words.insert(words.end(), {self, "selftest", "--device", "cuda", "--only", look.sections, "--seconds",
                               text(std::ceil(seconds)), "--out", records.string()});
    const Ended ended = run_command(words, folder.path / "said", limit);
    if (!ended.in_time) s.cut(text(name, ", within ", std::ceil(seconds), " seconds"));
    else if (!has_worked(ended, records))
      return s.leave_out(text("compute-sanitizer does not work here: ", name, ": status ", ended.status, ": ",
                              first_words(ended.lines)));
    else s.check(ended.status == 0, name, ": status ", ended.status, ": ", first_words(ended.lines));
  }
}

}  // namespace skew::selftest
