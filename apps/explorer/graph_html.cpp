// The picture, the table and the check as one page without scripts, to be mailed or shown.
#include "apps/explorer/picture.h"
#include "apps/explorer/views.h"
#include "apps/report/svg.h"

namespace skew::explorer {
namespace {

// Text safe in HTML; line ends stay.
std::string escape_lines(std::string_view words) {
  std::string out;
  while (true) {
    const size_t end = words.find('\n');
    out += report::escape(words.substr(0, end));
    if (end == words.npos) return out;
    out += '\n';
    words.remove_prefix(end + 1);
  }
}

}  // namespace

std::string graph_html(const Recording& recording, const PictureOptions& options) {
  const std::string svg = graph_svg(recording, options), table = table_text(recording);
  return "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
         "<meta name=\"color-scheme\" content=\"light dark\">\n<title>autograd graph</title>\n"
         "<style>body{margin:0 auto;max-width:110rem;padding:1rem;font:16px/1.4 "
         "system-ui,sans-serif;background:#fff;color:#1c2128}"
         "figure{margin:0;overflow-x:auto}pre{overflow-x:auto;font-size:14px}"
         "@media(prefers-color-scheme:dark){body{background:#14171b;color:#e6e9ed}}</style>\n"
         "<figure tabindex=\"0\">\n" +
         svg + "</figure>\n<pre tabindex=\"0\">" +
         escape_lines(table + (recording.failed ? "\n" + recording.problem.message + "\n" : "")) + "</pre>\n</html>\n";
}

}  // namespace skew::explorer
