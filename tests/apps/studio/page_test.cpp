// The studio page: the module equals the native losses, the page is small, complete and inert whatever names it holds.
// module.mjs and browser.mjs do what needs node and a browser; without those their cases are skipped by name.
#include "apps/studio/page.h"

#include <unistd.h>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "apps/loss_lab/curve.h"
#include "apps/report/number_text.h"
#include "apps/studio/parts.h"
#include "core/error.h"
#include "core/random.h"
#include "core/text.h"
#include "losses/table/loss_table.h"
#include "tests/apps/can_drive.h"

using namespace skew;
using Catch::Contains;
namespace fs = std::filesystem;

namespace {

struct Folder {
  fs::path path = fs::temp_directory_path() / ("skew_studio_" + std::to_string(std::rand()) + std::to_string(getpid()));
  Folder() { fs::create_directories(path); }
  ~Folder() { fs::remove_all(path); }
};

void write(const fs::path& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary).write(bytes.data(), std::streamsize(bytes.size()));
}

bool run(const std::string& command) { return std::system(command.c_str()) == 0; }

// Each sets window.hit or opens a dialog, should it ever run.
const char* payloads[] = {"<script>hit=alert(1)</script>",
                          "</script><script>hit=alert(1)</script>",
                          "<img src=x onerror=hit=alert(1)>",
                          "\"><svg onload=hit=alert(1)>",
                          "'-(hit=alert(1))-'",
                          "<!--<script>",
                          "]]><script>hit=alert(1)</script>",
                          "javascript:hit=alert(1)",
                          "&lt;script&gt;hit=1",
                          "${hit=alert(1)}"};

// Predictions whose classes and paths are the payloads, once a round: six scores a class, 0 and 1 among them, of which
// the last two are of positives.
void write_hostile(const fs::path& path, int from, int to) {
  const auto quoted = [](std::string_view words) {
    std::string out = "\"";
    for (const char c : words) out += c == '"' ? "\"\"" : std::string(1, c);
    return out;
  };
  std::string table = "path";
  for (int round = from; round < to; ++round)
    for (const char* p : payloads)
      for (const char* suffix : {"", " true"}) table += ',' + quoted(p) + std::to_string(round) + suffix + '"';
  const char* scores[] = {"0", "0.1", "0.1", "0.3", "0.7", "1"};
  for (size_t r = 0; r < std::size(scores); ++r) {
    table += '\n' + quoted(payloads[r]) + '"';
    for (size_t k = 0; k < size_t(to - from) * std::size(payloads); ++k)
      table += std::string(",") + scores[r] + (r < 4 ? ",0" : ",1");
  }
  write(path, table + "\n");
}

// Another value that the parameter may have, as text; empty for counts, which are data.
std::string another_value(const FieldInfo& p, Generator& random) {
  const double low = std::isfinite(p.limits.low) ? p.limits.low : -3;
  const double high = std::isfinite(p.limits.high) ? p.limits.high : low + 5, u = .01 + .98 * random.uniform();
  const auto one_of = [&](int n) { return int(random.below(n)); };
  if (p.name == "class_freq" || p.name == "train_num") return "";
  if (p.name == "eps") return field_text(std::pow(10, -2 - 10 * u));
  switch (p.kind) {
    case FieldKind::whole: return std::to_string(int(low) + one_of(4));
    case FieldKind::flag: return one_of(2) ? "true" : "false";
    case FieldKind::word: return p.words[size_t(one_of(int(p.words.size())))];
    case FieldKind::pair:
      return one_of(2) ? "inf" : std::to_string(1 + one_of(9)) + "," + std::to_string(1 + one_of(9));
    default: return field_text(low + u * (high - low));
  }
}

// What the page reads off its curves, by the native losses: lines [p, quantity, label, "ral's", "bce's"].
std::string native_readings() {
  const char* names[] = {"value", "grad", "curvature", "weight"};
  std::string out = "[";
  for (size_t q = 0; q < std::size(names); ++q)
    for (const int y : {0, 1})
      for (const double p : {.037, .5, .873, .994}) {
        const double x = lab::logit(p);
        out += text(out.size() > 1 ? "," : "", '[', p, ",\"", names[q], "\",", y);
        for (const char* loss : {"ral", "bce"}) {
          const double v = lab::quantity(lab::Quantity(q), make_loss(loss).at(x, y), x, y);
          out += text(",\"", report::significant(v, 4), '"');
        }
        out += ']';
      }
  return out + ']';
}

const std::string scripts = SKEW_SOURCE_DIR "/tests/apps/studio/";

}  // namespace

TEST_CASE("the module agrees with the native losses") {
  if (!studio::has_module()) {
    std::cout << "SKIPPED: the module agrees with the native losses: built without a WebAssembly compiler\n";
    return;
  }
  CHECK(studio::module_bytes().size() < 256 * 1024);  // packed
  if (!run("node --version > /dev/null 2>&1")) {
    std::cout << "SKIPPED: the module agrees with the native losses: no node\n";
    return;
  }
  const Folder folder;
  write(folder.path / "module.wasm.gz", studio::module_bytes());
  Generator random(17, 0);
  std::ofstream points(folder.path / "points");
  points.precision(17);
  for (size_t i = 0; i < studio::module_losses.size(); ++i)
    for (int k = 0; k < 10000; ++k) {
      LossParameters moved;  // every other point at the defaults
      const AnyLoss plain = make_loss(studio::module_losses[i]);
      if (k % 2)
        for (const FieldInfo& p : plain.parameters())
          if (const std::string value = another_value(p, random); !value.empty()) moved.emplace_back(p.name, value);
      const AnyLoss loss = plain.with(moved);
      const double x = (random.uniform() - .5) * (k % 10 == 0 ? 200 : 30), y = double(random.below(2));
      points << i << ' ' << loss.parameters().size();
      for (const FieldInfo& p : loss.parameters()) points << ' ' << p.number;
      const AtLogit at = loss.at(x, y);
      points << ' ' << y << ' ' << x << ' ' << at.value << ' ' << at.dx << ' ' << at.d2x << '\n';
    }
  points.close();
  CHECK(run("node " + scripts + "module.mjs " + (folder.path / "module.wasm.gz").string() + " < " +
            (folder.path / "points").string()));
}

TEST_CASE("a person can drive the page") {
  if (!can_drive("a person can drive the page", studio::has_module())) return;
  const Folder folder;
  write(folder.path / "studio.html", studio::page());
  write_hostile(folder.path / "hostile.csv", 0, 10);
  write(folder.path / "hostile.html", studio::page(studio::read_scores((folder.path / "hostile.csv").string())));
  write(folder.path / "native.json", native_readings());
  const char* shots = std::getenv("SKEW_SHOTS");  // a folder, for who wants to look
  CHECK(run("timeout 240 node --experimental-websocket --no-warnings " + scripts + "browser.mjs " +
            (folder.path / "studio.html").string() + ' ' + (folder.path / "hostile.html").string() + ' ' +
            (folder.path / "native.json").string() + ' ' + (shots ? shots : "")));
}

TEST_CASE("the page is one small file that asks for nothing") {
  const std::string page = studio::page();
  CHECK(page.size() < 400 * 1024);
  CHECK_THAT(page, Contains("<title>skew loss studio</title>") && Contains("ral-paper"));
  for (const char* outside : {"http://", "https://", " src=", "@import", "url("}) {
    INFO(outside);
    size_t at = 0, foreign = 0;
    while ((at = page.find(outside, at)) != std::string::npos)
      foreign += page.compare(at, 26, "http://www.w3.org/2000/svg") != 0, ++at;
    CHECK(foreign == 0);
  }
}

TEST_CASE("without the module the page holds figures") {
  const std::string page = studio::page({}, false);
  CHECK(page.size() < 400 * 1024);
  CHECK_THAT(page, Contains("gradient ∂ℓ/∂x of a negative") && Contains("\"module\":null"));
}

TEST_CASE("names and cells of a table are inert in the page") {
  const Folder folder;
  int tried = 0;
  for (int round = 0; round < 10; ++round) {
    write_hostile(folder.path / "predictions.csv", round, round + 1), tried += int(std::size(payloads));
    const std::string page = studio::page(studio::read_scores((folder.path / "predictions.csv").string()));
    const std::string facts = page.substr(page.find("<script id=\"facts\""));
    const std::string json = facts.substr(facts.find('>') + 1, facts.find("</script>") - facts.find('>') - 1);
    CHECK(json.find('<') == std::string::npos);
  }
  CHECK(tried == 100);
}

TEST_CASE("calibrated risks are no classes") {
  const Folder folder;
  const std::string path = (folder.path / "t.csv").string();
  write(path, "path,fox,badly calibrated,fox calibrated\na,.5,.4,.1\n");
  CHECK(studio::read_scores(path).classes == std::vector<std::string>{"fox", "badly calibrated"});
}

TEST_CASE("true labels are no scores, and a class may be called path or true") {
  const Folder folder;
  const std::string path = (folder.path / "t.csv").string();
  write(path, "path_,true,fox,path,fox calibrated,path calibrated\na,fox,.5,.5,.4,.6\n");
  CHECK(studio::read_scores(path).classes == std::vector<std::string>{"fox", "path"});
  write(path, "path,true,fox,true true,fox true\na,.5,.4,1,\n");
  CHECK(studio::read_scores(path).classes == std::vector<std::string>{"true", "fox"});
}

TEST_CASE("scores know their truth: a class's own column, or the one that names it") {
  using Truth = studio::Scores::Truth;
  using Truths = std::vector<Truth>;
  const Folder folder;
  const std::string path = (folder.path / "t.csv").string();
  write(path, "path,fox,owl,fox true,owl true,fox calibrated\na,.5,.4,1,0,.1\nb,.5,.4,0,,.1\n");
  CHECK(studio::read_scores(path).truth == std::vector<Truths>{{Truth::yes, Truth::no}, {Truth::no, Truth::unknown}});
  write(path, "path,true,fox,owl\na,fox,.5,.4\nb,owl,.5,.4\n");
  CHECK(studio::read_scores(path).truth == std::vector<Truths>{{Truth::yes, Truth::no}, {Truth::no, Truth::yes}});
  write(path, "path,fox\na,.5\n");
  CHECK(studio::read_scores(path).truth == std::vector<Truths>{{Truth::unknown}});
}

TEST_CASE("a table that holds no predictions is refused") {
  const Folder folder;
  const std::string path = (folder.path / "t.csv").string();
  write(path, "name,score\na,0.5\n");
  CHECK_THROWS_WITH(studio::read_scores(path), Contains("expected the columns path and one probability per class"));
  write(path, "path,disease\na.png,0.5\nb.png,1.5\n");
  CHECK_THROWS_WITH(studio::read_scores(path),
                    Contains("t.csv:3: expected a probability in [0, 1] for disease, got '1.5'"));
  write(path, "path,disease\n");
  CHECK_THROWS_WITH(studio::read_scores(path), Contains("holds no rows below its header"));
  CHECK_THROWS_AS(studio::read_scores((folder.path / "none.csv").string()), FileError);
}
