// The handlers and the flag that they set.
#include "apps/training/stop_signal.h"

#include <unistd.h>

#include <csignal>
#include <initializer_list>
#include <string_view>

namespace skew {
namespace {

volatile std::sig_atomic_t received = 0;

void remember(int signal) {
  if (received == SIGINT && signal == SIGINT) {
    std::signal(SIGINT, SIG_DFL);
    std::raise(SIGINT);
  }
  received = signal;
  constexpr std::string_view words = "\nstopping after this step; once more ends at once\n";
  if (signal == SIGINT && isatty(STDERR_FILENO)) [[maybe_unused]]
    const auto told = write(STDERR_FILENO, words.data(), words.size());
}

}  // namespace

void watch_stop_signals() {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP})
    if (std::signal(signal, remember) == SIG_IGN) std::signal(signal, SIG_IGN);
}

int stop_signal() { return received; }
int exit_code_of_signal(int signal) { return 128 + signal; }

}  // namespace skew
