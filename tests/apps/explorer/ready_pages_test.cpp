// The pages that lie ready in docs/pages are of this version, hold their engines, and open.
#include <catch2/catch.hpp>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/apps/can_drive.h"

using namespace skew;

namespace {

std::string ready_page(const std::string& name) {
  std::ifstream in(SKEW_SOURCE_DIR "/docs/pages/" + name);
  return {std::istreambuf_iterator<char>(in), {}};
}

nlohmann::json facts_of(const std::string& page) {
  const std::string opens = "<script id=\"facts\" type=\"application/json\">";
  const size_t from = page.find(opens) + opens.size();
  return nlohmann::json::parse(page.substr(from, page.find("</script>", from) - from), nullptr, false);
}

}  // namespace

TEST_CASE("the ready pages are of this version and hold their engines; `ninja ready_pages` makes them anew") {
  for (const char* name : {"autograd.html", "loss.html"}) {
    INFO(name);
    const nlohmann::json facts = facts_of(ready_page(name));
    REQUIRE(facts.is_object());
    CHECK(facts["version"] == SKEW_VERSION);
    REQUIRE(facts["module"].is_string());
    CHECK(facts["module"].get<std::string>().starts_with("H4sI"));  // what gzip begins with, in base64
  }
}

TEST_CASE("the ready pages open") {
  if (!can_drive("the ready pages open", true)) return;
  for (const auto& [name, shows] :
       {std::pair{"autograd.html", "#picture svg"}, std::pair{"loss.html", "#curves svg"}}) {
    INFO(name);
    const std::string command = std::string("timeout 120 node --experimental-websocket --no-warnings '" SKEW_SOURCE_DIR
                                            "/tests/apps/ready_page.mjs' '" SKEW_SOURCE_DIR "/docs/pages/") +
                                name + "' '" + shows + "'";
    CHECK(std::system(command.c_str()) == 0);
  }
}
