// Every figure in headless Chromium, measured by the boxes of its texts: none overlap, none leaves the picture, no two
// names are cut to the same, and each can be read on what is really behind it. measure.mjs does that; it also leaves
// screenshots and a sheet of all, index.html, in the folder SKEW_FIGURES. SKEW_LONG=1: all classes, scripts and themes.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "apps/report/svg.h"
#include "core/file.h"
#include "core/text.h"
#include "tests/apps/can_drive.h"
#include "tests/apps/cli/run_program.h"
#include "tests/apps/figures/every_figure.h"

using namespace skew;
namespace fs = std::filesystem;

namespace {

bool whole() { return std::getenv("SKEW_LONG") != nullptr; }

// Of `skew loss`: arguments, and the folder they write.
struct Made {
  const char *folder, *arguments;
};
constexpr Made made[] = {
    {"single", "loss plot --loss ral --of value,grad,weight,curvature --y both"},
    {"compare", "loss plot --loss bce,focal,asl,apl,hill,ral,ral-paper --of value,grad,weight,curvature --y both"},
    {"logits", "loss plot --loss bce,asl,ral --of grad --y both --x logit=-8:8:801"},
    {"soft", "loss plot --loss bce,ral --of value,grad --y .3"},
    {"sweep", "loss plot --loss ral --sweep lambda=1.1:2:5 --of value,grad --y both"},
    {"sweep two", "loss plot --loss bce,ral,ral-paper --sweep gamma_neg=0:6:7 --of grad --y 0"},
    {"sweep many", "loss plot --loss focal --sweep gamma=0:5:24 --of grad --y both"},
    {"heat", "loss heat --loss ral --over gamma_neg=0:6:25,clip=0:.3:25"},
    {"heat p", "loss heat --loss asl --over gamma_neg=0:6:13,clip=0:.3:7 --of peak-p"},
    {"heat flat", "loss heat --loss focal --over gamma=0:2:3,alpha=.2:.4:2 --of peak-p --y 1"},
    {"heat budget", "loss heat --loss ral --over lambda=1.1:2:10,gamma_neg=0:6:13 --of budget"},
    {"proper", "loss proper --loss bce,ral,asl,hill,partial_selective"},
    {"budget.svg", "loss budget --loss bce,focal,asl,apl,hill,ral,ral-paper --prior .01,.05,.2"},
    {"budget untrained.svg", "loss budget --loss bce,ral --prior .001,.5 --auroc untrained"},
    {"race", "loss race --data synth:shapes14:64/32/64 --loss bce,ral --epochs 1 --seeds 2"},
};

void write_all(const fs::path& folder, nlohmann::json& list, const std::vector<figures::NamedFigure>& made_now,
               const std::string& theme) {
  for (const figures::NamedFigure& figure : made_now) {
    const std::string file = text(figure.name, ", ", theme, ".svg");
    write_file((folder / file).string(), figure.svg);
    list.push_back({{"name", figure.name}, {"theme", theme}, {"file", file}});
  }
}

// What the program wrote below `folder`, by the names of their folders.
std::vector<figures::NamedFigure> figures_below(const fs::path& folder, const std::string& name) {
  std::vector<figures::NamedFigure> out;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().extension() == ".svg")
      out.push_back({name + ", " + entry.path().stem().string(), contents_of(entry.path())});
  std::ranges::sort(out, {}, &figures::NamedFigure::name);
  return out;
}

}  // namespace

TEST_CASE("every figure can be read: no text over another, none cut to equality, contrast 4.5") {
  if (!can_drive("every figure can be read", true)) return;
  const ScratchFolder scratch;
  const char* kept = std::getenv("SKEW_FIGURES");
  const fs::path folder = kept ? fs::path(kept) : scratch.path() / "figures";
  fs::create_directories(folder);
  nlohmann::json list = nlohmann::json::array();
  for (const std::string theme : {"light", "dark"}) {
    report::set_theme(theme == "dark" ? report::Theme::dark : report::Theme::light);
    for (const size_t classes : {2, 14, 100})
      for (const std::string& script : figures::scripts())
        if (whole() || ((script == "long" || script == "middle") && classes == 14) ||
            (theme == "light" && script == "arabic" && classes == 2))
          write_all(folder, list, figures::class_figures(classes, script), theme);
    write_all(folder, list, figures::other_figures(), theme);
    for (const Made& m : made) {
      if (std::string_view(m.folder) == "race" && theme == "dark") continue;  // trained once
      const std::string out = text(theme, ' ', m.folder);
      const Outcome o = skew_in(scratch, text(m.arguments, " --theme ", theme, " -o '", out, "'"));
      INFO(m.arguments << "\n" << o.err);
      REQUIRE(o.code == 0);
      if (out.ends_with(".svg"))
        write_all(folder, list, {{std::string(m.folder), contents_of(scratch.path() / out)}}, theme);
      else write_all(folder, list, figures_below(scratch.path() / out, m.folder), theme);
    }
  }
  report::set_theme(report::Theme::automatic);
  write_file((folder / "figures.json").string(), list.dump());
  const std::string command = text("timeout 900 node --experimental-websocket --no-warnings '" SKEW_SOURCE_DIR
                                   "/tests/apps/figures/measure.mjs' '",
                                   folder.string(), kept ? "' shots" : "'");
  CHECK(std::system(command.c_str()) == 0);
}
