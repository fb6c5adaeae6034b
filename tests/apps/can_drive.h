// Whether this machine can drive a page; without chromium and a node with WebSocket such tests are skipped by name.
#pragma once
#include <cstdio>
#include <cstdlib>

namespace skew {

inline bool can_drive(const char* what, bool has_module) {
  const auto works = [](const char* command) { return std::system(command) == 0; };
  if (has_module && works("chromium --version > /dev/null 2>&1") &&
      works("node --experimental-websocket -e 'new WebSocket(\"ws://localhost\").onerror = () => {}' > /dev/null 2>&1"))
    return true;
  std::printf("SKIPPED: %s: needs the module, chromium and node 20.10 or later\n", what);
  return false;
}

}  // namespace skew
