// What `skew data check` finds: unreadable, torn, duplicate, constant and inverted images.
#include "apps/data/statistics.h"
#include "apps/data/open_data.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/apps/data/scratch_folder.h"
#include "tests/apps/data/shared_data.h"

using namespace skew;

TEST_CASE("every planted fault is found and named") {
  const ScratchFolder folder;
  const auto gradient = [&](const std::string& name, int noise, bool inverted) {
    Image image{1, 16, 16, 8, {}};
    for (int k = 0; k < 256; ++k) image.bytes.push_back(uint8_t((inverted ? 255 - k : k) ^ (noise & 3)));
    image.bytes[size_t(noise)] = uint8_t(255 - noise);
    write_png(folder.path() / name, image);
  };
  std::string table = "path,split,patient,x,y\n";
  for (int k = 0; k < 20; ++k) {
    const std::string name = std::to_string(k) + ".png";
    gradient(name, k + 1, k == 11);
    table += name + "," +
             (k < 12   ? "train"
              : k < 16 ? "val"
                       : "test") +
             ",p" + std::to_string(k == 19 ? 0 : k) + "," + (k % 2 ? "1" : "0") + "," +
             (k == 5  ? ""
              : k % 3 ? "0"
                      : "1") +
             "\n";
  }
  std::filesystem::copy_file(folder.path() / "3.png", folder.path() / "17.png",
                             std::filesystem::copy_options::overwrite_existing);
  std::filesystem::copy_file(folder.path() / "4.png", folder.path() / "6.png",
                             std::filesystem::copy_options::overwrite_existing);
  std::filesystem::resize_file(folder.path() / "8.png", 60);
  write_png(folder.path() / "9.png", Image{1, 8, 8, 8, std::vector<uint8_t>(64, 77)});
  folder.write("labels.csv", table + "gone.png,test,q,0,0\n");
  DataOptions options;
  options.lenient = true;
  const auto data = open_data(folder.str(), options);
  for (const int workers : {1, 4}) {
    const DataStatistics s = check_data(*data, workers);
    CHECK(s.images == std::array<int64_t, 3>{12, 4, 5});
    CHECK(s.positives[0] == std::vector<int64_t>{6, 4});
    CHECK(s.unknown[0] == std::vector<int64_t>{0, 1});
    CHECK(s.together[0][1] == 3);
    CHECK(s.together[1][0] == 3);
    REQUIRE(s.unreadable.size() == 2);
    CHECK(s.unreadable[0].path == "8.png");
    CHECK(s.unreadable[1].path == "gone.png");
    REQUIRE(s.torn_patients.size() == 1);
    CHECK((s.torn_patients[0].what == "p0" && s.torn_patients[0].second == 19));
    REQUIRE(s.duplicates.size() == 1);
    CHECK((s.duplicates[0].first == 3 && s.duplicates[0].second == 17));
    CHECK(s.duplicates_within == 1);
    CHECK(s.sizes == std::map<std::string, int64_t>{{"16x16 grey 8 bit", 18}, {"8x8 grey 8 bit", 1}});
    CHECK(s.constant == std::vector<std::string>{"9.png"});
    CHECK(s.inverted == std::vector<std::string>{"11.png"});
    CHECK_FALSE(s.faultless());
    const auto json = to_json(s, *data);
    CHECK(json["splits"]["train"]["images"] == 12);
    CHECK(json["duplicates"][0]["first"] == "3.png");
    CHECK(json["torn_patients"][0]["splits"][1] == "test");
  }
}

TEST_CASE("real sets are faultless, or their faults are known") {
  for (const char* name : {"nih_cxr14_64", "chula_rbc12_tiles"}) {
    const std::string src = shared_data("statistics", name);
    if (src.empty()) continue;
    DataOptions options;
    options.lenient = true;
    const auto data = open_data(src, options);
    const DataStatistics s = check_data(*data, 2);
    std::printf("%s: unreadable %zu, torn %zu, duplicates %zu + %lld, constant %zu, inverted %zu\n", name,
                s.unreadable.size(), s.torn_patients.size(), s.duplicates.size(),
                static_cast<long long>(s.duplicates_within), s.constant.size(), s.inverted.size());
    CHECK(s.unreadable.empty());
    CHECK(s.torn_patients.empty());
    CHECK(s.sizes.size() == 1);
  }
}
