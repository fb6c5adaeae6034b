// Unequal pictures through the program: trained, evaluated and predicted as one and the same thing.
#include <zlib.h>

#include <catch2/catch.hpp>

#include "apps/evaluation/trained_model.h"
#include "apps/formats/codecs.h"
#include "apps/formats/exif.h"
#include "tests/apps/training/tiny_set.h"

using namespace skew;
using Catch::Matchers::Contains;

namespace {

// Class folders of pictures of three sizes, some in colour.
void write_mixed_folders(const ScratchFolder& folder) {
  const std::string splits[] = {"train", "val", "test"}, classes[] = {"dog", "cat"};
  for (int i = 0; i < 30; ++i)
    folder.png("set/" + splits[i % 3] + "/" + classes[i % 2] + "/" + std::to_string(i) + ".png", 16 + 8 * (i % 4),
               i % 5 == 0 ? 40 : 20, i % 7 == 0 ? 3 : 1, i);
}

std::string scores_of(const std::string& table, const std::string& path) {
  const CsvTable all(table, "scores");
  for (int64_t row = 0; row < all.rows(); ++row)
    if (std::string(all.at(row, all.column("path"))).ends_with(path))
      return std::string(all.at(row, all.column("cat"))) + " " + std::string(all.at(row, all.column("dog")));
  return "none";
}

}  // namespace

TEST_CASE("unequal pictures train at once, and eval and predict see what training saw") {
  const ScratchFolder folder;
  write_mixed_folders(folder);
  const Outcome check = skew_in(folder, "data check set");
  CHECK_THAT(check.out, Contains("in training: ") && Contains("brought to 32x32") && Contains("--in-chans"));
  CHECK_THAT(skew_in(folder, "data check set --json").out, Contains("in_training"));
  for (const auto& [fit, chosen] :
       {std::pair<std::string, Fit>{"auto", Fit::pad}, {"squeeze", Fit::squeeze}, {"crop", Fit::crop}}) {
    INFO(fit);
    const Outcome trained = skew_in(
        folder, "train --data set --model small_cnn -b 4 --epochs 1 --threads 1 --name " + fit + " --fit " + fit);
    INFO(trained.err);
    REQUIRE(trained.code == 0);
    CHECK_THAT(trained.err, Contains("input  8 sizes, ") && Contains("brought to 32x32") &&
                                Contains("25 grey and 5 in colour: all taken as grey (--in-chans)"));
    const ModelInfo info = load_model((folder.path() / "runs" / fit / "weights/best.safetensors").string()).info;
    CHECK(info.fit == chosen);
    CHECK(info.exif == Exif::apply);
    const Outcome eval = skew_in(folder, "eval runs/" + fit + " --data set");
    INFO(eval.err);
    REQUIRE(eval.code == 0);
    const Outcome predict = skew_in(folder, "predict runs/" + fit + " set/test --format csv");
    REQUIRE(predict.code == 0);
    const std::string evaluated = contents_of(folder.path() / "runs" / fit / "test/predictions.csv");
    for (const char* path : {"cat/5.png", "dog/20.png"}) {
      CHECK(scores_of(predict.out, path) != "none");
      CHECK(scores_of(predict.out, path) == scores_of(evaluated, path));
    }
  }
  const Outcome show = skew_in(folder, "data show set");
  CHECK(show.code == 0);
  CHECK_THAT(show.out, Contains("brought to 32x32"));
  CHECK(skew_in(folder, "data show set --fit stretch").code == 2);
  CHECK(skew_in(folder, "train --data set --fit stretch").code == 2);
}

TEST_CASE("a set of many sizes and damages is told in a few lines") {
  const ScratchFolder folder;
  for (int i = 0; i < 60; ++i) folder.png("set/cat/" + std::to_string(i) + ".png", 20 + i, 30, 1, i);
  for (int i = 0; i < 40; ++i)
    folder.write("set/dog/" + std::to_string(i) + ".png",
                 i < 2 ? contents_of(folder.path() / "set/cat/1.png") : "no image");
  const Outcome check = skew_in(folder, "data check set"), show = skew_in(folder, "data show set --split test");
  CHECK(show.code == 0);
  CHECK(std::ranges::count(show.err, '\n') <= 4);
  CHECK_THAT(check.out, Contains("and 52 more kinds"));
  std::istringstream lines(check.out + check.err + show.out + show.err);
  for (std::string line; std::getline(lines, line);) CHECK(line.size() < 300);
}

TEST_CASE("the model remembers whether pictures were turned upright") {
  const ScratchFolder folder;
  write_mixed_folders(folder);
  folder.png("a.png", 20, 30);
  Image sideways = upright(read_image(folder.path() / "a.png"), 8);  // as a camera held the other way stores it
  std::vector<uint8_t> file = encode_png(sideways);
  const std::vector<uint8_t> exif = {0, 0, 0,    26, 'e', 'X', 'I', 'f', 'M', 'M', 0, 42, 0, 0, 0, 8, 0,
                                     1, 1, 0x12, 0,  3,   0,   0,   0,   1,   0,   6, 0,  0, 0, 0, 0, 0};
  std::vector<uint8_t> chunk = exif;
  const auto checksum = uint32_t(crc32(0, chunk.data() + 4, uInt(chunk.size() - 4)));
  for (const int shift : {24, 16, 8, 0}) chunk.push_back(uint8_t(checksum >> shift));
  file.insert(file.begin() + 33, chunk.begin(), chunk.end());
  write_file((folder.path() / "b.png").string(), file);
  for (const std::string exif_word : {"apply", "ignore"}) {
    REQUIRE(skew_in(folder, "train --data set --model small_cnn -b 4 --epochs 1 --threads 1 -q --name " + exif_word +
                                " --exif " + exif_word)
                .code == 0);
    const Outcome predict = skew_in(folder, "predict runs/" + exif_word + " a.png b.png --format csv");
    REQUIRE(predict.code == 0);
    CHECK((scores_of(predict.out, "a.png") == scores_of(predict.out, "b.png")) == (exif_word == "apply"));
  }
}

TEST_CASE("images are left out only while they are few") {
  const ScratchFolder folder;
  write_tiny_set(folder);  // 64 of train, 16 of val
  const auto train = [&](const std::string& more) {
    return skew_in(folder, tiny_run + "--epochs 1 --bad-images skip " + more);
  };
  for (const int i : {0, 1, 2, 3, 6, 7}) folder.write("set/images/" + std::to_string(i) + ".png", "no image");
  CHECK(train("--name few").code == 0);  // 6 of 64
  folder.write("set/images/8.png", "no image");
  const Outcome many = train("--name many");
  CHECK(many.code == 1);
  CHECK_THAT(many.err, Contains("7 of 64 images of train cannot be read") && Contains("images/0.png: text: no image") &&
                           Contains("--most-bad 0.11"));
  CHECK(train("--name told --most-bad 0.11").code == 0);
  CHECK(skew_in(folder, tiny_run + "--epochs 1 --most-bad .2").code == 2);
  CHECK_THAT(skew_in(folder, tiny_run + "--epochs 1 --name first").err,
             Contains("(7 of the 96 files are text); to leave such images out of training: --bad-images skip"));
  folder.write("set/images/0.png", contents_of(folder.path() / "set/images/9.png"));
  CHECK_THAT(skew_in(folder, tiny_run + "--epochs 1 --name all").err,
             Contains("to leave such images out") && Contains("(in all, 6 of 96 images cannot be read)"));
  folder.write("set/images/8.png", contents_of(folder.path() / "set/images/9.png"));
  for (const int i : {4, 10}) folder.write("set/images/" + std::to_string(i) + ".png", "no image");
  const Outcome val = train("--name val");
  CHECK(val.code == 1);
  CHECK_THAT(val.err, Contains("2 of 16 images of val cannot be read") && Contains("--most-bad 0.13"));
}
