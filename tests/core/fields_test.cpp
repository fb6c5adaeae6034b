// A struct that describes its members: every kind of member from text and back, and what is refused.
#include "core/fields.h"

#include <catch2/catch.hpp>

#include "core/args.h"

using namespace skew;
using Catch::Contains;

namespace {

enum class Form { code, paper };
constexpr std::array<const char*, 2> words_of(Form) { return {"code", "paper"}; }
std::vector<std::string> colours() { return {"red", "green"}; }

struct Everything {
  double rate = .5;
  ptrdiff_t count = 3;
  int small = 0;
  bool on = false;
  Form form = Form::code;
  std::string colour = "red", name;
  Choice shape{"red"};
  PerClass weight;
  std::vector<ptrdiff_t> steps;
  std::vector<std::string> columns;
  std::optional<int64_t> workers;

  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("rate", self.rate, from_up_to(0, 1, "it is a share"), "a share");
    visit("count", self.count, at_least(1), "how many");
    visit("small", self.small, finite(), "a whole number of the machine's size");
    visit("on", self.on, finite(), "a flag");
    visit("form", self.form, finite(), "which form");
    visit("colour", self.colour, one_of(colours), "a word of somebody's list");
    visit("name", self.name, any_text(), "any text");
    visit("shape", self.shape, one_of(colours), Option("a name with arguments", "Shapes", Belongs::weights, "s"));
    visit("weight", self.weight, above(0), "one, or one per class");
    visit("steps", self.steps, at_least(0), "a list");
    visit("columns", self.columns, any_text(), "words");
    visit("workers", self.workers, between(0, 256), "a number or auto");
  }
  void check() const {
    if (on && count > 9) throw ValueError("thing: count must be at most 9 when on");
  }
};

Everything made(const FieldTexts& texts) { return with_fields<Everything>("thing", texts); }

}  // namespace

TEST_CASE("every kind of member is read from text and prints what reads back equal") {
  const FieldTexts texts{{"rate", "0.25"},    {"count", "12"},     {"small", "-7"},      {"on", "false"},
                         {"form", "paper"},   {"colour", "green"}, {"name", "a, \"b\""}, {"shape", "green"},
                         {"weight", "2,0.5"}, {"steps", "0,5,9"},  {"columns", "x,,z"},  {"workers", "4"}};
  const Everything s = made(texts);
  CHECK(s.rate == .25);
  CHECK((s.count == 12 && s.small == -7 && !s.on && s.form == Form::paper));
  CHECK((s.colour == "green" && s.name == "a, \"b\""));
  CHECK(s.weight.values == std::vector<double>{2, .5});
  CHECK(s.steps == std::vector<ptrdiff_t>{0, 5, 9});
  CHECK(s.columns == std::vector<std::string>{"x", "", "z"});
  CHECK(s.workers == 4);
  const std::vector<FieldInfo> list = field_list(s);
  REQUIRE(list.size() == texts.size());
  for (size_t i = 0; i < list.size(); ++i) CHECK(std::pair(list[i].name, list[i].value) == texts[i]);
}

TEST_CASE("lists read back as they were, whatever their items hold") {
  for (const std::vector<std::string>& items :
       {std::vector<std::string>{}, {""}, {"", ""}, {"a,b", "c"}, {"\"", "\"\"", ",\""}, {"say \"x\", twice", " b "}})
    CHECK(split_list(quoted_list(items)) == items);
  CHECK(split_list("a,\"b, \"\"c\"\"\",d\"e") == std::vector<std::string>{"a", "b, \"c\"", "d\"e"});
  CHECK(quoted_list({"Mass", "No Finding"}) == "Mass,No Finding");
}

TEST_CASE("a choice has arguments of its own, and - and _ are the same in words") {
  Everything s;
  CHECK(set_field_named({"", "--shape"}, s, "shape.size", "3"));
  CHECK(set_field_named({"", "--shape"}, s, "shape.size", "4"));
  CHECK_FALSE(set_field_named({"", "--rate"}, s, "rate.size", "4"));
  CHECK_FALSE(set_field_named({"", "--shap"}, s, "shap", "4"));
  CHECK(s.shape.arguments == FieldTexts{{"size", "4"}});
  CHECK_THROWS_WITH(set_field_named({"", "--shape"}, s, "shape", "blue"), Contains("unknown --shape 'blue'"));
  for (const FieldInfo& f : field_list(s)) {
    if (f.name != "shape") continue;
    CHECK(f.kind == FieldKind::choice);
    CHECK(f.words == colours());
    CHECK(f.arguments == s.shape.arguments);
    CHECK((f.option.group == std::string("Shapes") && f.option.letter == std::string("s") &&
           f.option.to == Belongs::weights));
  }
  CHECK(word_field({"", "x"}, "one-cycle", {"step", "one_cycle"}) == 1);
}

TEST_CASE("a member that may be left to the program says auto, an empty list nothing") {
  const Everything s;
  CHECK(field_text(s.workers) == "auto");
  CHECK(field_text(s.steps).empty());
  CHECK_FALSE(made({{"workers", "7"}, {"workers", "auto"}}).workers);
  CHECK(made({{"steps", ""}}).steps.empty());
}

TEST_CASE("whole numbers may be written as numbers are, as long as they are whole and fit") {
  CHECK(made({{"count", "1e5"}}).count == 100000);
  CHECK(made({{"count", "9007199254740992"}}).count == 9007199254740992);
  CHECK_THROWS_WITH(made({{"count", "1.5"}}), "thing: count must be a whole number, got '1.5'");
  CHECK_THROWS_WITH(made({{"count", "1e300"}}), Contains("whole number"));
  CHECK_THROWS_AS(made({{"small", "3000000000"}}), ValueError);
}

TEST_CASE("what does not fit is refused by name, with the range and its reason") {
  CHECK_THROWS_WITH(made({{"rate", "1"}}), "thing: rate must be in [0, 1), got 1: it is a share");
  CHECK_THROWS_WITH(made({{"rate", "nan"}}), Contains("finite"));
  CHECK_THROWS_WITH(made({{"rate", "fast"}}), "thing: rate must be a number, got 'fast'");
  CHECK_THROWS_WITH(made({{"on", "maybe"}}), "thing: on must be true or false, got 'maybe'");
  CHECK_THROWS_WITH(made({{"form", "papre"}}), Contains("did you mean 'paper'"));
  CHECK_THROWS_WITH(made({{"colour", "gren"}}), Contains("thing: unknown colour 'gren'; did you mean 'green'"));
  CHECK_THROWS_WITH(made({{"steps", "3,-1"}}), Contains("thing: steps must be ≥ 0"));
  CHECK_THROWS_WITH(made({{"weight", ""}}), Contains("one per class"));
  CHECK_THROWS_WITH(made({{"workers", "257"}}), Contains("in [0, 256]"));
  CHECK_THROWS_WITH(made({{"raet", "1"}}), Contains("unknown parameter of thing 'raet'; did you mean 'rate'"));
  CHECK_THROWS_WITH(made({{"on", "true"}, {"count", "10"}}), Contains("at most 9"));
  Everything s;
  s.colour = "blue";
  CHECK_THROWS_WITH(check_fields("thing", s), Contains("unknown colour 'blue'"));
}

TEST_CASE("an op's arguments fill a struct over its defaults") {
  const Args args{
      {"rate", .75}, {"steps", std::vector<double>{2, 100000}}, {"workers", 3.}, {"form", "paper"}, {"on", nullptr}};
  const Everything s = args.read<Everything>("thing");
  CHECK((s.rate == .75 && s.count == 3 && s.workers == 3 && s.form == Form::paper && !s.on));
  CHECK(s.steps == std::vector<ptrdiff_t>{2, 100000});
  CHECK(Args{{"extra", 1.}}.read<Everything>("thing", {}, {"extra"}).count == 3);
  CHECK_THROWS_WITH(Args({{"raet", 1.}}).read<Everything>("thing"),
                    Contains("thing: unknown argument 'raet'; did you mean 'rate'"));
  CHECK_THROWS_AS(Args({{"count", 1.5}}).read<Everything>("thing"), ValueError);
  CHECK_THROWS_AS(Args({{"rate", true}}).read<Everything>("thing"), ValueError);
  Everything base;
  base.count = 8;
  CHECK(Args{}.read<Everything>("thing", base).count == 8);
}
