// The page: one file, small, offline; driven in a browser as a person would.
#include "apps/explorer/page/page.h"

#include <fstream>

#include "apps/explorer/examples.h"
#include "apps/explorer/page/parts.h"
#include "apps/explorer/views.h"
#include "tests/apps/can_drive.h"
#include "tests/apps/data/scratch_folder.h"
#include "tests/apps/explorer/programs.h"

using namespace skew;
using namespace skew::explorer;

TEST_CASE("the page is one file below 1.5 MB that loads nothing") {
  const std::string html = page();
  CHECK(html.size() < 1500000);
  CHECK(html.starts_with("<!doctype html>"));
  CHECK(html.find("default-src 'none'") != std::string::npos);
  for (const char* outside : {"http://", "https://", " src=", "@import", "url("}) {
    INFO(outside);
    CHECK(html.find(outside) == std::string::npos);
  }
  for (const char* mark : {"/*STYLE*/", "/*RECORDING*/", "/*FACTS*/", "/*SCRIPT*/"})
    CHECK(html.find(mark) == std::string::npos);
  if (has_module()) std::printf("page: %zu bytes, module %zu packed\n", html.size(), packed_module().size());
}

TEST_CASE("without the module the page says what it lacks") {
  const std::string html = page("", false);
  CHECK(html.find("\"module\":null") != std::string::npos);
  CHECK(html.find("clang-14 lld-14 wasi-libc") != std::string::npos);
  CHECK(html.size() < 130000);  // the parts alone
}

TEST_CASE("a person can drive the page") {
  if (!can_drive("a person can drive the page", has_module())) return;
  const ScratchFolder folder;
  std::ofstream(folder.path() / "autograd.html") << page();
  Recording recording = ran(example_named("chain").program);
  check_leaves(recording);
  std::ofstream(folder.path() / "recorded.html") << page(json_text(recording));
  const char* shots = std::getenv("SKEW_SCREENSHOTS");
  const std::string command = "timeout 500 node --experimental-websocket --no-warnings '" SKEW_SOURCE_DIR
                              "/tests/apps/explorer/browser.mjs' '" +
                              (folder.path() / "autograd.html").string() + "' '" +
                              (folder.path() / "recorded.html").string() + "' " + (shots ? shots : "");
  CHECK(std::system(command.c_str()) == 0);
}
