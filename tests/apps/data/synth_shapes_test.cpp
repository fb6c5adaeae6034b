// The generated set: counts, repeatability, its grammar.
#include "apps/data/open_data.h"
#include "apps/data/sources.h"

#include <catch2/catch.hpp>

#include "core/error.h"
#include "tests/apps/data/scratch_folder.h"

using namespace skew;

TEST_CASE("synth:shapes14 has the sizes, the tail and the co-occurrence it promises") {
  const auto data = open_data("synth:shapes14");
  CHECK(data->indices(Split::train).size() == 2800);
  CHECK(data->indices(Split::val).size() == 400);
  CHECK(data->indices(Split::test).size() == 800);
  CHECK((data->channels() == 1 && data->height() == 28 && data->width() == 28));
  const auto train = data->class_counts(Split::train);
  CHECK(train == std::vector<int64_t>{896, 326, 180, 118, 85, 65, 52, 43, 36, 31, 27, 24, 21, 19});
  CHECK(data->classes().back() == "hook");
  int64_t both = 0;  // disc and square: one scene
  for (const int64_t i : data->indices(Split::train)) both += data->target(i)[0] == 1 && data->target(i)[3] == 1;
  CHECK(double(both) > 1.5 * 896.0 * 118 / 2800);
}

TEST_CASE("an image is a function of the data's seed and its index, not of the run's seed") {
  DataOptions other;
  other.seed = 9;
  const auto a = open_data("synth:shapes14"), b = open_data("synth:shapes14", other),
             c = open_data("synth:shapes14:seed=1");
  for (const int64_t i : {0, 17, 3999}) {
    CHECK(a->read(i).bytes == b->read(i).bytes);
    CHECK(a->read(i).bytes != c->read(i).bytes);
  }
  uint64_t sum = 0;  // the very pixels, on every machine
  for (int64_t i = 0; i < 20; ++i)
    for (const uint8_t v : a->read(i).bytes) sum = sum * 31 + v;
  CHECK(sum == 0x602bf744eec54451);
}

TEST_CASE("other sizes, and words that are none") {
  const auto data = open_data("synth:shapes14:100/20/30:seed=4");
  CHECK((data->size() == 150 && data->indices(Split::val).size() == 20));
  const auto message = [](const char* src) { return message_of<Error>([&] { open_data(src); }); };
  CHECK(message("synth:shape14").find("unknown synthetic set 'shape14'; did you mean 'shapes14'?") == 0);
  CHECK(message("synth:shapes14:10/20").find("expected synth:shapes14[:TRAIN/VAL/TEST][:seed=S]") != std::string::npos);
  CHECK(message("synth:shapes14:1/x/2").find("'x' is no number") != std::string::npos);
  CHECK(message("synth:shapes14:seed=-1").find("'-1' is no number") != std::string::npos);
  CHECK(message("synth:").find("unknown synthetic set ''") == 0);
  CHECK(message("synth:shapes14:0/0/0").find("no images in it") != std::string::npos);
}
