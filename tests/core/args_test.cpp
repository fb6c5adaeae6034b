// Named arguments as data: types, defaults, unknown names.
#include "core/args.h"

#include <catch2/catch.hpp>

#include "core/error.h"

using namespace skew;
using Catch::Contains;

TEST_CASE("absent and null arguments take the default") {
  const Args args{{"eps", nullptr}, {"axis", 2.}};
  CHECK(args.integer("eps", 5) == 5);
  CHECK(args.integer("axis", 0) == 2);
  CHECK(args.flag("keepdim", true));
  CHECK(args.word("mode", "mean") == "mean");
  CHECK(args.numbers("stride", {1, 1}) == std::vector<double>{1, 1});
  CHECK_FALSE(args.has("eps"));
  CHECK(args.has("axis"));
}

TEST_CASE("a value of another type is refused by name") {
  const Args args{{"axis", 1.5}, {"huge", 1e300}, {"mode", true}, {"stride", 2.}, {"pad", std::vector<double>{1, .5}}};
  CHECK_THROWS_WITH(args.integer("axis", 0), "argument 'axis': expected a whole number, got 1.5");
  CHECK_THROWS_AS(args.integer("huge", 0), ValueError);
  CHECK_THROWS_WITH(args.word("mode", ""), "argument 'mode': expected a word");
  CHECK_THROWS_WITH(args.numbers("stride", {}), "argument 'stride': expected a list of numbers");
  CHECK(args.numbers("pad", {}) == std::vector<double>{1, .5});
  CHECK_THROWS_WITH(args.flag("axis", false), "argument 'axis': expected true or false");
}

TEST_CASE("unknown arguments are refused with the op's name and a suggestion") {
  const Args args{{"stirde", 2.}};
  CHECK_THROWS_WITH(args.only("conv2d", {"stride", "pad"}),
                    Contains("conv2d: unknown argument 'stirde'") && Contains("stride"));
  CHECK_NOTHROW(Args{}.only("conv2d", {}));
}

TEST_CASE("arguments print as they would be written") {
  const Args args{{"groups", 1.},
                  {"kernel", std::vector<double>{3, 3}},
                  {"mode", std::string("max")},
                  {"x", nullptr},
                  {"y", false}};
  CHECK(args.print() == "groups=1 kernel=[3, 3] mode=max x=null y=false");
}
