// Putting the page together.
#include "apps/explorer/page/page.h"

#include "apps/explorer/json_text.h"
#include "apps/explorer/page/parts.h"
#include "apps/report/page_text.h"
#include "apps/report/svg.h"

namespace skew::explorer {

bool has_module() { return !packed_module().empty(); }

std::string page(const std::string& recording, bool with_module) {
  JsonText facts;
  facts.open('{').key("version").value(SKEW_VERSION).key("module");
  if (with_module) facts.value(report::base64(packed_module()));
  else facts.null();
  facts.close('}');
  std::string out(html_part());
  report::replace_mark(out, "/*STYLE*/",
                       ":root{" + report::colour_variables(false) + "}@media(prefers-color-scheme:dark){:root{" +
                           report::colour_variables(true) + "}}" + std::string(css_part()));
  report::replace_mark(out, "/*FACTS*/", facts.str());
  report::replace_mark(out, "/*SCRIPT*/", js_part());
  report::replace_mark(out, "/*RECORDING*/", recording);  // last: its names are other people's words
  return out;
}

}  // namespace skew::explorer
