// Ctrl-C and SIGTERM: the handler only remembers; whoever runs a loop asks at the end of a step and stops in order.
#pragma once

namespace skew {

// Remembers SIGINT and SIGTERM from here on. A second Ctrl-C ends the process at once, as people expect.
void watch_stop_signals();
int stop_signal();                    // SIGINT, SIGTERM or 0
int exit_code_of_signal(int signal);  // 130, 143

}  // namespace skew
