#include "core/error.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <sstream>

using namespace skew;

TEST_CASE("an unknown word is answered with the nearest known one") {
  const std::string m = skew::unknown_word("loss", "focall", {"bce", "focal", "ral"});
  CHECK(m == "unknown loss 'focall'; did you mean 'focal'? (known: bce, focal, ral)");
  CHECK(skew::unknown_word("command", "trian", {"train", "eval"}) ==
        "unknown command 'trian'; did you mean 'train'? (known: train, eval)");
  CHECK(skew::unknown_word("loss", "RAL", {"bce", "ral"}) == "unknown loss 'RAL'; did you mean 'ral'? (known: bce, ral)");
  CHECK(skew::unknown_word("option", "--img_size", {"--img-size"}).find("did you mean '--img-size'?") != m.npos);
  std::vector<std::string> many;
  for (int i = 10; i < 40; ++i) many.push_back("w" + std::to_string(i));
  CHECK(skew::unknown_word("word", "w12x", many) ==
        "unknown word 'w12x'; did you mean 'w12'? (near it: w10, w11, w13, w14; 30 in all)");
  CHECK(skew::unknown_word("loss", "zzzzzz", {"bce"}) == "unknown loss 'zzzzzz' (known: bce)");
}

TEST_CASE("text() writes each part as an ostream does") {
  const auto streamed = [](const auto& part) {
    std::ostringstream out;
    out << part;
    return out.str();
  };
  const auto same = [&](const auto& part) { CHECK(text(part) == streamed(part)); };
  for (const double v : {0., -0., .1, 1. / 3, 1e6, 1e-5, 123456789., 1e300, 5e-324, double(INFINITY), -double(NAN)}) {
    same(v);
    same(float(v));
  }
  for (const int v : {0, -7, 2147483647}) same(v);
  same(uint64_t(-1));
  same(int64_t(-1) << 62);
  same(uint8_t('A'));
  same('x');
  same(true);
  same("literal");
  same(std::string("string"));
  same(std::string_view("view"));
  CHECK(text("a", 1, 'b', 2.5, std::string("c")) == "a1b2.5c");
  CHECK(text().empty());
}
