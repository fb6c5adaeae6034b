// Runs the built program as a person would and keeps what it says; small models and images for it to work on.
#pragma once
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "apps/formats/utf8.h"
#include "apps/training/checkpoint.h"
#include "tests/apps/data/scratch_folder.h"

namespace skew {

struct Outcome {
  int code = -1;
  std::string out, err;
};

inline std::string contents_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream all;
  all << in.rdbuf();
  return all.str();
}

// Lines of a log as they were said: a sentence goes on in a line below, below its words.
inline std::string unbroken(std::string words) {
  const std::string indent = "\n       ";
  for (size_t at = 0; (at = words.find(indent, at)) != words.npos;) {
    const size_t next = at + indent.size();
    if (next < words.size() && words[next] != ' ' && words[next] != '^') words.replace(at, indent.size(), " ");
    else at = next;
  }
  return words;
}

// Lines wider than a terminal of 80 columns, but for those that are one path or URL, which stays whole. Progress is
// drawn again and again in its line; a file holds all of them.
inline std::string wide_lines(const std::string& words) {
  std::istringstream in(words);
  std::string out;
  for (std::string line; std::getline(in, line);) {
    const size_t first = line.find_first_not_of(' ');
    const bool one_word = first != line.npos && line.find(' ', first) == line.npos && line.find('/') != line.npos;
    if (report::column_width(line) > 80 && !one_word) out += "\n" + line;
  }
  return out;
}

// arguments: as typed after `skew`, for a shell in `folder`; environment: before it. With GOMP_SPINCOUNT given the
// program need not start itself anew (main.cpp), which under the sanitizers is half of the time of most calls.
inline Outcome skew_in(const ScratchFolder& folder, const std::string& arguments,
                       const std::string& environment = "OMP_NUM_THREADS=1 GOMP_SPINCOUNT=1000") {
  const std::string command =
      "cd '" + folder.str() + "' && " + environment + " '" SKEW_BINARY_DIR "/skew' " + arguments + " 2> stderr.txt";
  Outcome o;
  std::FILE* pipe = popen(command.c_str(), "r");
  if (!pipe) return o;
  char part[4096];
  for (size_t n; (n = std::fread(part, 1, sizeof part, pipe)) > 0;) o.out.append(part, n);
  const int status = pclose(pipe);
  o.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  o.err = unbroken(contents_of(folder.path() / "stderr.txt"));
  return o;
}

// The program, begun and not waited for.
inline pid_t begun_run(const ScratchFolder& folder, const std::string& arguments) {
  const pid_t child = fork();
  if (child == 0) {
    if (chdir(folder.str().c_str()) != 0) _exit(99);
    const std::string command = "exec '" SKEW_BINARY_DIR "/skew' " + arguments + " > /dev/null 2>> interrupted.txt";
    execl("/bin/sh", "sh", "-c", command.c_str(), static_cast<char*>(nullptr));
    _exit(98);
  }
  return child;
}

// Sends it `signal`; its exit code, or 128 + the signal that ended it.
inline int interrupted(pid_t child, int signal) {
  kill(child, signal);
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// The same after so long, wherever the program is then.
inline int interrupted_run(const ScratchFolder& folder, const std::string& arguments, int signal,
                           int64_t microseconds) {
  const pid_t child = begun_run(folder, arguments);
  usleep(useconds_t(microseconds));
  return interrupted(child, signal);
}

// The same once `file` is there, at most a minute later.
inline int interrupted_run(const ScratchFolder& folder, const std::string& arguments, int signal,
                           const std::string& file) {
  const pid_t child = begun_run(folder, arguments);
  for (int tries = 0; tries < 60000 && !std::filesystem::exists(folder.path() / file); ++tries) usleep(1000);
  return interrupted(child, signal);
}

// An untrained small_cnn for grey 16×16 images of the classes cat, dog, fox, as weights file `name`.
inline ModelInfo write_model(const ScratchFolder& folder, const std::string& name, Task task = Task::multi_label) {
  ModelInfo info;
  info.model = "small_cnn", info.loss = "bce", info.task = task;
  info.classes = {"cat", "dog", "fox"};
  info.channels = 1, info.height = info.width = 16;
  info.normalisation = {{0.5}, {0.25}};
  constexpr auto tuned = metrics::ThresholdSource::val;
  if (task == Task::multi_label) info.thresholds = {{0.0, tuned}, {1.0, tuned}, {0.5}};
  info.train_counts = {200, 50, 5};
  save_model((folder.path() / name).string(), *build_network(info), info);
  return info;
}

}  // namespace skew
