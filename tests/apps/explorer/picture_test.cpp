// Pictures: boxes apart, arrows to the right, the same picture each time, text that cannot become markup.
#include "apps/explorer/picture.h"

#include <chrono>
#include <regex>

#include "apps/explorer/examples.h"
#include "apps/explorer/graph_model.h"
#include "apps/explorer/views.h"
#include "apps/report/svg.h"
#include "core/random.h"
#include "tests/apps/explorer/programs.h"

using namespace skew;
using namespace skew::explorer;

namespace {

// A graph in which every box takes one or two of the thirty before it.
std::vector<Arrow> random_arrows(int boxes, uint64_t seed) {
  Generator random(seed, 5);
  std::vector<Arrow> arrows;
  for (int b = 1; b < boxes; ++b)
    for (int k = 0; k < 1 + int(random.below(2)); ++k)
      arrows.push_back({int(std::max<int64_t>(0, b - 1 - random.below(30))), b});
  return arrows;
}

double seconds(const std::function<void()>& run) {
  const auto start = std::chrono::steady_clock::now();
  run();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

TEST_CASE("boxes do not overlap, arrows go to the right, and the picture is the same each time") {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    const int count = 5 + int(seed) * 6;
    Generator random(seed, 6);
    std::vector<BoxSize> boxes;
    for (int b = 0; b < count; ++b) boxes.push_back({40 + 80 * random.uniform(), 20 + 40 * random.uniform()});
    const std::vector<Arrow> arrows = random_arrows(count, seed);
    const GraphLayout layout = layered_layout(boxes, arrows), again = layered_layout(boxes, arrows);
    for (size_t a = 0; a < boxes.size(); ++a) {
      CHECK(layout.corner[a].x == again.corner[a].x);
      CHECK(layout.corner[a].y == again.corner[a].y);
      CHECK(layout.corner[a].x >= -1e-9);
      CHECK(layout.corner[a].y >= -1e-9);
      CHECK(layout.corner[a].x + boxes[a].width <= layout.width + 1e-9);
      CHECK(layout.corner[a].y + boxes[a].height <= layout.height + 1e-9);
      for (size_t b = 0; b < a; ++b) {
        const bool apart = layout.corner[a].x + boxes[a].width <= layout.corner[b].x + 1e-9 ||
                           layout.corner[b].x + boxes[b].width <= layout.corner[a].x + 1e-9 ||
                           layout.corner[a].y + boxes[a].height <= layout.corner[b].y + 1e-9 ||
                           layout.corner[b].y + boxes[b].height <= layout.corner[a].y + 1e-9;
        CHECK(apart);
      }
    }
    for (size_t k = 0; k < arrows.size(); ++k)
      for (size_t i = 0; i + 1 < layout.route[k].size(); ++i)
        CHECK(layout.route[k][i].x <= layout.route[k][i + 1].x + 1e-9);
  }
}

TEST_CASE("a tree is drawn without a crossing") {
  std::vector<Arrow> arrows;
  for (int b = 1; b < 63; ++b) arrows.push_back({b, (b - 1) / 2});
  for (Arrow& arrow : arrows) arrow = {62 - arrow.from, 62 - arrow.to};  // leaves first, as programs make them
  std::vector<int> shuffled;
  const GraphLayout layout = layered_layout(std::vector<BoxSize>(63, {50, 20}), arrows);
  int crossings = 0;
  for (size_t a = 0; a < arrows.size(); ++a)
    for (size_t b = 0; b < a; ++b) {
      const auto &p = layout.route[a], &q = layout.route[b];
      if (p.size() != 2 || q.size() != 2 || p[0].x != q[0].x) continue;
      crossings += (p[0].y - q[0].y) * (p[1].y - q[1].y) < 0;
    }
  CHECK(crossings == 0);
}

TEST_CASE("boxes that want the same place change sides where that saves a crossing") {
  // a line through points: y = 3x + 2 + 0.1·noise, ((x @ w + b − y)²).mean()
  const std::vector<Arrow> arrows = {{0, 1}, {1, 2}, {3, 4},  {2, 5},  {4, 5},   {0, 8},  {6, 8},
                                     {8, 9}, {7, 9}, {9, 10}, {5, 10}, {10, 11}, {11, 12}};
  const GraphLayout layout = layered_layout(std::vector<BoxSize>(13, {80, 40}), arrows);
  int crossings = 0;
  for (size_t a = 0; a < arrows.size(); ++a)
    for (size_t b = 0; b < a; ++b)
      for (size_t i = 0; i + 1 < layout.route[a].size(); ++i)
        for (size_t k = 0; k + 1 < layout.route[b].size(); ++k) {
          const auto &p = layout.route[a], &q = layout.route[b];
          if (std::abs(p[i].x - q[k].x) > 1) continue;
          crossings += (p[i].y - q[k].y) * (p[i + 1].y - q[k + 1].y) < -1e-6;
        }
  CHECK(crossings == 0);
}

TEST_CASE("graphs of 10, 100 and 1,000 boxes are laid out in 20 ms, .2 s and 2 s") {
  for (const auto& [count, limit] : {std::pair{10, .02}, {100, .2}, {1000, 2.}}) {
    const std::vector<Arrow> arrows = random_arrows(count, 3);
    const std::vector<BoxSize> boxes(size_t(count), {90, 50});
    const double took = seconds([&] { layered_layout(boxes, arrows); });
    INFO(count << " boxes: " << took << " s");
    CHECK(took < limit);
  }
}

TEST_CASE("circles of collapsed scopes are drawn, too") {
  const GraphLayout layout = layered_layout(std::vector<BoxSize>(3, {50, 20}), {{0, 1}, {1, 2}, {2, 0}, {1, 1}});
  CHECK(layout.route[2].front().x > layout.route[2].back().x);
  CHECK(layout.route[3].empty());
}

TEST_CASE("scopes deeper than asked for are one box each, with their bytes") {
  const Recording r = ran(example_named("mlp").program);
  const std::string open = graph_svg(r), closed = graph_svg(r, {.scope_depth = 0});
  CHECK(open.find(">hidden<") == std::string::npos);
  CHECK(closed.find(">hidden<") != std::string::npos);
  CHECK(closed.find(">output<") != std::string::npos);
  CHECK(closed.find("saves ") != std::string::npos);
  CHECK(closed.find("= tanh") == std::string::npos);
}

TEST_CASE("every step is a picture at the same places") {
  const Recording r = ran(example_named("chain").program);
  const std::vector<std::string> words = moments(r);
  CHECK(words == std::vector<std::string>{"a = 3", "b = −2", "c = a·b = 3·(−2) = −6", "d = c + a = −6 + 3 = −3",
                                          "L = d² = (−3)² = 9", "∂L += 1, the seed",
                                          "∂d += 2·d·g = 2·(−3)·1 = −6, from L = pow", "∂c += g = −6, from d = add",
                                          "∂a += g = −6, from d = add", "∂a += b·g = −2·(−6) = 12, from c = mul",
                                          "∂b += a·g = 3·(−6) = −18, from c = mul"});
  const std::string all = graph_svg(r);
  std::string last;
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string frame = graph_svg(r, {.moment = int(i)});
    CHECK(frame != last);
    last = frame;
    CHECK(frame.substr(0, frame.find('\n')) == all.substr(0, all.find('\n')));  // the same size
  }
  CHECK(graph_svg(r, {.moment = 4}).find("not yet") != std::string::npos);
  CHECK(last.find("not yet") == std::string::npos);
}

TEST_CASE("two uses by one op are one arrow with both gradients") {
  const Recording r = ran("x = 3.0\nL = x*x + 2.0*x\nL.backward()");
  const GraphModel model = graph_model(r, {});
  std::vector<std::string> gradients;
  for (const GraphArrow& arrow : model.arrows) gradients.push_back(arrow.gradient);
  CHECK(std::count(gradients.begin(), gradients.end(), "3 + 3") == 1);
  CHECK(std::count(gradients.begin(), gradients.end(), "3") == 0);
  CHECK(std::count(gradients.begin(), gradients.end(), "2") == 1);
}

TEST_CASE("there is room between boxes for the longest number beside an arrow") {
  const std::string svg = graph_svg(ran("a = 0.0000018; L = a*a; L.backward()"), {});
  REQUIRE(svg.find(">1.8e−06 + 1.8e−06</text>") != std::string::npos);
  const std::regex box("<g id=\"n(\\d)\"[^]*?<rect x=\"([0-9.]+)\" y=\"[0-9.]+\" width=\"([0-9.]+)\"");
  std::vector<double> left, right;
  for (std::sregex_iterator at(svg.begin(), svg.end(), box), end; at != end; ++at) {
    left.push_back(std::stod((*at)[2]));
    right.push_back(left.back() + std::stod((*at)[3]));
  }
  REQUIRE(left.size() == 2);
  CHECK(left[1] - right[0] > report::text_width("1.8e−06 + 1.8e−06", 12));
}

TEST_CASE("the mistake of a program is drawn") {
  const Recording r = run_program("a = param(zeros(2, 3))\nb = param(zeros(4))\nc = a + b");
  const std::string svg = graph_svg(r);
  CHECK(svg.find("id=\"failed\"") != std::string::npos);
  CHECK(svg.find("s-red") != std::string::npos);
}

TEST_CASE("a box of the page without scripts leads to what the recording holds of its node") {
  const std::string html = graph_html(ran(example_named("chain").program));
  for (const char* part :
       {"<a href=\"#d2\"><g id=\"n2\">", "<section id=\"d2\"><h2>#2 c</h2>", "<dt>way back</dt><dd>a += b·g</dd>",
        "<dt>arrived</dt><dd>+= 12 from c mul: −2·(−6) = 12</dd>", "section:target"}) {
    INFO(part);
    CHECK(html.find(part) != std::string::npos);
  }
  const std::regex link("<a href=\"#d([0-9]+)\">");
  for (auto at = std::sregex_iterator(html.begin(), html.end(), link); at != std::sregex_iterator(); ++at)
    CHECK(html.find("<section id=\"d" + (*at)[1].str() + "\">") != std::string::npos);
}

TEST_CASE("a hundred names and texts that want to be markup stay text") {
  const std::vector<std::string> payloads = {"<script>alert(1)</script>",
                                             "\"><img src=x onerror=alert(1)>",
                                             "]]><script>",
                                             "&lt;script&gt;",
                                             "' onload='alert(1)",
                                             "<!--",
                                             "javascript:alert(1)",
                                             "</svg><script>",
                                             "</style><script>",
                                             "</script><script>alert(1)//"};
  const std::regex ours(
      "</?(!doctype|html|meta|title|style|figure|svg|desc|rect|text|path|g|pre|section|h2|dl|dt|dd|p)\\b|"
      "<a href=\"#d[0-9]+\">|</a>");  // links within the page alone
  size_t tried = 0;
  for (const std::string& payload : payloads)
    for (int place = 0; place < 10; ++place) {
      std::string quoted;
      for (const char c : payload) quoted += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
      std::string program = "a = 1.0\n";
      if (place % 5 == 0) program += "b = (a*2).named(\"" + quoted + "\")\n";
      if (place % 5 == 1) program += "with scope(\"" + quoted + "\"): b = a*2\n";
      if (place % 5 == 2) program += "print(\"" + quoted + "\")\nb = a*2\n";
      if (place % 5 == 3) program += "b = a + " + payload + "\n";
      if (place % 5 == 4) program += "b = upsample(randn(1, 1, 2, 2), output=[2, 2], mode=\"" + quoted + "\")\n";
      const Recording r = run_program(program);
      ++tried;
      for (const int depth : {-1, 0}) {
        std::string html = graph_html(r, {.scope_depth = depth, .title = payload});
        CHECK(html.find("<script") == std::string::npos);
        CHECK(html.find("<img") == std::string::npos);
        CHECK(html.find("<!--") == std::string::npos);
        CHECK(std::count(html.begin(), html.end(), '<') ==
              std::distance(std::sregex_iterator(html.begin(), html.end(), ours), std::sregex_iterator()));
      }
      CHECK(json_text(r).find('<') == std::string::npos);
    }
  CHECK(tried == 100);
}

TEST_CASE("names of other alphabets and long names keep within their boxes") {
  const Recording r = ran(
      "größe = 2.0\n重み = 3.0\na_name_that_is_much_longer_than_anybody_would_wish_to_read_in_a_box = größe * 重み\n");
  const std::string svg = graph_svg(r);
  CHECK(svg.find("größe") != std::string::npos);
  CHECK(svg.find("重み") != std::string::npos);
  CHECK(svg.find("…") != std::string::npos);
}
