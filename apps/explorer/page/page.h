// The explorer as one HTML file, offline: the module, and what shows its answers (page.js). Read next:
// apps/explorer/module/module.cpp.
#pragma once
#include <string>

namespace skew::explorer {

bool has_module();  // whether this build holds it; without it the page says so

// recording: what json_text() makes; the page then shows it instead of running programs. Empty: the page with an editor.
std::string page(const std::string& recording = "", bool with_module = has_module());

}  // namespace skew::explorer
