// Ctrl-C, SIGTERM and a closed terminal: the handler only remembers; whoever runs a loop asks between steps and stops
// in order.
#pragma once

namespace skew {

// Remembers SIGINT, SIGTERM and SIGHUP from here on, but those that are ignored (nohup's SIGHUP). A second Ctrl-C ends
// the process at once, as people expect.
void watch_stop_signals();
int stop_signal();                    // one of these, or 0
int exit_code_of_signal(int signal);  // 130, 143, 129

}  // namespace skew
