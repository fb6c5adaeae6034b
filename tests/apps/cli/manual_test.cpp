// Help, manual pages and completion: made from the commands, complete, and their examples work as they are typed.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstring>
#include <filesystem>
#include <map>
#include <sstream>

#include "tests/apps/cli/run_program.h"

using namespace skew;
using Catch::Matchers::Contains;
namespace fs = std::filesystem;

namespace {

std::vector<std::string> lines_of(const std::string& words) {
  std::istringstream in(words);
  std::vector<std::string> out;
  for (std::string line; std::getline(in, line);) out.push_back(line);
  return out;
}

// The pages, by the command's words: "train", "loss eval"; "" is the program's.
std::map<std::string, std::string> pages(const ScratchFolder& folder) {
  const Outcome o = skew_in(folder, "help --manuals manuals");
  REQUIRE(o.code == 0);
  std::map<std::string, std::string> out;
  for (const auto& entry : fs::directory_iterator(folder.path() / "manuals/man1")) {
    std::string name = entry.path().stem().string().substr(4);
    if (!name.empty()) name = name.substr(1);
    std::replace(name.begin(), name.end(), '-', ' ');
    out[name] = contents_of(entry.path());
  }
  return out;
}

// Without the marks of man(7).
std::string unmarked(std::string words) {
  for (const char* mark : {"\\fB", "\\fI", "\\fR", "\\&"})
    for (size_t at; (at = words.find(mark)) != words.npos;) words.erase(at, std::strlen(mark));
  for (size_t at; (at = words.find("\\-")) != words.npos;) words.erase(at, 1);
  return words;
}

bool is_group(const std::string& page) { return page.find("\n.SH COMMANDS\n") != page.npos; }

// Of a page, the lines to be typed.
std::vector<std::string> examples(const std::string& page) {
  std::vector<std::string> out;
  const size_t begin = page.find(".SH EXAMPLES\n"), end = page.find(".SH EXIT STATUS");
  if (begin == page.npos) return out;
  for (const std::string& line : lines_of(page.substr(begin, end - begin)))
    if (line.starts_with("\\fBskew")) out.push_back(unmarked(line));
  return out;
}

// Two classes of 24 small images each, as class folders.
void make_images(const ScratchFolder& folder) {
  for (const char* name : {"cat", "dog"})
    for (int i = 0; i < 24; ++i)
      folder.png(text("my_images/", name, "/", i, ".png"), 16, 16, 1, (name[0] == 'c' ? 20 : 120) + 4 * i);
}

}  // namespace

TEST_CASE("help is found however it is asked for") {
  const ScratchFolder folder;
  const std::string train = skew_in(folder, "train --help").out;
  CHECK(skew_in(folder, "help train").out == train);
  CHECK(skew_in(folder, "help loss eval").out == skew_in(folder, "loss eval --help").out);
  CHECK(skew_in(folder, "help").out == skew_in(folder, "").out);
  const std::string version = skew_in(folder, "--version").out;
  CHECK(skew_in(folder, "version").out == version);
  CHECK(skew_in(folder, "-v").out == version);
  const Outcome wrong = skew_in(folder, "help trian");
  CHECK(wrong.code == 2);
  CHECK_THAT(wrong.err, Contains("did you mean 'train'?"));
  CHECK(skew_in(folder, "help train now").code == 2);
}

TEST_CASE("another program's word for an option is answered with ours") {
  const ScratchFolder folder;
  for (const auto& [theirs, ours] : std::vector<std::pair<std::string, std::string>>{{"--batch-size 8", "--batch"},
                                                                                     {"--imgsz 32", "--img-size"},
                                                                                     {"--img_size 32", "--img-size"},
                                                                                     {"--lr0 .1", "--lr"},
                                                                                     {"--Epochs 3", "--epochs"},
                                                                                     {"-e 3", "--epochs"},
                                                                                     {"--pretrained x", "--init"}}) {
    const Outcome o = skew_in(folder, "train --data synth:shapes14 " + theirs);
    INFO(theirs << ": " << o.err);
    CHECK(o.code == 2);
    CHECK_THAT(o.err, Contains("here it is " + ours + "\n"));
  }
  CHECK_THAT(skew_in(folder, "loss show RAL").err, Contains("did you mean 'ral'?"));
}

TEST_CASE("every command has a page with all its options, and an example") {
  const ScratchFolder folder;
  const auto all = pages(folder);
  CHECK(all.size() > 25);
  for (const auto& [name, page] : all) {
    INFO(name);
    const std::string help = skew_in(folder, name + (name == "train" ? " --help-all" : " --help")).out;
    const std::string shown = unmarked(page);
    for (const std::string& line : lines_of(help))
      if (const size_t at = line.find("--"); line.starts_with("  -") && at < 8) {
        const std::string flag = line.substr(at, line.find_first_of(" ,", at) - at);
        INFO(flag);
        CHECK(shown.find(flag) != shown.npos);
      }
    if (!is_group(page)) CHECK_FALSE(examples(page).empty());
  }
}

TEST_CASE("every example works as it is typed") {
#ifdef __SANITIZE_ADDRESS__
  std::printf("SKIPPED under the sanitizers: every example works as it is typed; the fast build types them\n");
  return;
#endif
  const ScratchFolder folder;
  make_images(folder);
  const auto all = pages(folder);
  const std::string terminal = "COLUMNS=80 NO_COLOR=1 OMP_NUM_THREADS=1 GOMP_SPINCOUNT=1000";
  std::vector<std::string> order = {"train"};  // the others read what it makes
  for (const auto& [name, page] : all)
    if (name != "train") order.push_back(name);
  int typed = 0;
  for (const std::string& name : order)
    for (const std::string& line : examples(all.at(name))) {
      const Outcome o = skew_in(folder, line.substr(5), terminal);
      INFO(line << '\n' << o.err);
      CHECK(o.code == (line.find("--break") == line.npos ? 0 : 1));
      const bool markdown = line.starts_with("skew loss race");  // a document, where the output is no terminal
      CHECK(wide_lines((markdown ? "" : o.out) + contents_of(folder.path() / "stderr.txt")) == "");
      ++typed;
    }
  CHECK(typed > 35);
}

TEST_CASE("the pages are what man reads") {
  if (std::system("groff --version > /dev/null 2>&1") != 0) {
    std::printf("SKIPPED: the pages are what man reads: needs groff\n");
    return;
  }
  const ScratchFolder folder;
  for (const auto& [name, page] : pages(folder)) {
    const std::string file = folder.str() + "/page.1", out = folder.str() + "/out.txt", err = folder.str() + "/err.txt";
    folder.write("page.1", page);
    CHECK(std::system(("groff -man -ww -Tutf8 -K utf8 '" + file + "' > '" + out + "' 2> '" + err + "'").c_str()) == 0);
    INFO(name << ": " << contents_of(err));
    CHECK(contents_of(err).empty());
  }
}

TEST_CASE("completion knows commands, options and their words") {
  const ScratchFolder folder;
  pages(folder);
  const auto completed = [&](const std::string& line) {
    const std::string script = "source '" + folder.str() + "/manuals/completions/skew'; COMP_WORDS=(" + line +
                               "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _skew; echo \"${COMPREPLY[*]}\"";
    folder.write("complete.sh", script);
    const std::string out = folder.str() + "/completed.txt";
    CHECK(std::system(("bash '" + folder.str() + "/complete.sh' > '" + out + "'").c_str()) == 0);
    return contents_of(out);
  };
  CHECK(completed("skew tra") == "train\n");
  CHECK_THAT(completed("skew loss ''"), Contains("plot") && Contains("studio"));
  CHECK(completed("skew train --img") == "--img-size\n");
  CHECK(completed("skew train --opt adamw --model resnet1") == "resnet18\n");
  CHECK_THAT(completed("skew loss eval --"), Contains("--loss") && Contains("--json"));
  CHECK(completed("skew train --data ''") == "\n");  // files, by bash itself
}
