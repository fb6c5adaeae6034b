// Running the converter: the drawing goes in by an unnamed file, the picture comes out by a pipe.
#include "apps/report/picture_file.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>

#include "apps/report/svg.h"
#include "core/error.h"
#include "core/file.h"

extern char** environ;

namespace skew::report {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

// An unnamed file that holds the bytes, to be read from its beginning.
File holding(const std::string& bytes) {
  File file(std::tmpfile());
  if (!file || std::fwrite(bytes.data(), 1, bytes.size(), file.get()) != bytes.size() || std::fflush(file.get()) != 0)
    throw FileError("a temporary file for the picture cannot be written; is the disk full?");
  std::rewind(file.get());
  return file;
}

struct Converted {
  bool started = false;
  int status = -1;
  std::string out;
};

// rsvg-convert with these arguments, what it writes on stdout kept.
Converted run_converter(const std::vector<const char*>& arguments, std::FILE* in) {
  Converted result;
  int ends[2];
  if (pipe(ends) != 0) throw FileError("a pipe for the picture cannot be made");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, fileno(in), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);  // write_picture says it
  posix_spawn_file_actions_addclose(&actions, ends[0]);
  posix_spawn_file_actions_addclose(&actions, ends[1]);
  std::vector<char*> words{const_cast<char*>("rsvg-convert")};
  for (const char* argument : arguments) words.push_back(const_cast<char*>(argument));
  words.push_back(nullptr);
  pid_t child = 0;
  result.started = posix_spawnp(&child, "rsvg-convert", &actions, nullptr, words.data(), environ) == 0;
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  std::array<char, 1 << 16> part;
  for (ssize_t n; result.started && (n = read(ends[0], part.data(), part.size())) != 0;) {
    if (n > 0) result.out.append(part.data(), size_t(n));
    else if (errno != EINTR) break;
  }
  close(ends[0]);
  while (result.started && waitpid(child, &result.status, 0) < 0 && errno == EINTR) continue;
  return result;
}

bool is_fixed(const std::string& path) { return picture_ending(path) == "png" || picture_ending(path) == "pdf"; }

}  // namespace

std::string picture_ending(const std::string& path) {
  for (const char* ending : {"svg", "png", "pdf"})
    if (path.ends_with(std::string(".") + ending)) return ending;
  return "";
}

bool is_one_picture(const std::string& path) {
  for (const char* ending : {".jpg", ".jpeg", ".gif", ".webp", ".tif", ".tiff", ".eps", ".ps"})
    if (path.ends_with(ending)) throw UsageError(text(path, ": figures are written as .svg, .png or .pdf"));
  return !picture_ending(path).empty();
}

void prepare_picture(const std::string& path) {
  if (!is_fixed(path)) return;
  if (!run_converter({"--version"}, holding("").get()).started)
    throw FileError(text(path,
                         ": PNG and PDF are made by the program rsvg-convert, which is not here; install it, "
                         "apt-get install librsvg2-bin, or ask for a name that ends with .svg"));
  if (theme() == Theme::automatic) set_theme(Theme::light);
}

void prepare_out(const std::string& path) {
  if (picture_ending(path).empty())
    throw UsageError("--out: expected a name that ends with .svg, .png or .pdf, got '" + path + "'");
  prepare_picture(path);
}

void write_picture(const std::string& path, const std::string& svg) {
  const std::string ending = picture_ending(path);
  if (ending.empty()) throw ValueError(text(path, ": expected a name that ends with .svg, .png or .pdf"));
  if (ending == "svg") return write_file(path, std::string_view(svg));
  const bool pixels = ending == "png";
  const Converted made =
      run_converter({"--unlimited", "-f", ending.c_str(), "-z", pixels ? "2" : "1"}, holding(svg).get());
  if (!made.started || !WIFEXITED(made.status) || WEXITSTATUS(made.status) != 0 || made.out.empty())
    throw FileError(text(path, ": rsvg-convert could not draw it; the same with .svg shows what it was given"));
  write_file(path, std::string_view(made.out));
}

}  // namespace skew::report
