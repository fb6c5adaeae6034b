// skew autograd page: the explorer as one offline web page.
#include <iostream>

#include "apps/cli/autograd.h"
#include "apps/explorer/page/page.h"
#include "core/file.h"

namespace skew {

void add_autograd_page(Command& autograd) {
  auto out = std::make_shared<std::string>("autograd.html");
  Command& command = autograd.add("page", "the explorer as one offline web page, with this engine in it", [out] {
    write_file(*out, explorer::page());
    std::cout << "open   " << *out << "   in a browser; it needs no network\n";
    if (!explorer::has_module())
      std::cout << "note   built without a WebAssembly compiler, or not as a release: the page holds no engine\n";
    return 0;
  });
  command.option("-o,--out", *out, "the HTML file  [autograd.html]", {.as = "FILE"});
  command.example("skew autograd page -o autograd.html", "the page; open it in a browser");
}

}  // namespace skew
