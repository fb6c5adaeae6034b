// Folders as people unpack and name them: splits in splits, other words for splits, copies, ids of studies; each is
// read as it is meant, or refused with both readings.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <set>

#include "apps/data/folder_names.h"
#include "apps/data/open_data.h"
#include "core/error.h"
#include "tests/apps/data/scratch_folder.h"

using namespace skew;

namespace {

using Words = std::vector<std::string>;

// `n` images in each folder, all different.
void fill(const ScratchFolder& folder, const Words& names, int n = 2, const std::string& stem = "") {
  static int value = 0;
  for (const std::string& name : names)
    for (int k = 0; k < n; ++k) folder.png(name + "/" + stem + std::to_string(k) + ".png", 4, 4, 1, ++value);
}

std::string refusal_of(const ScratchFolder& folder, const DataOptions& options = {}) {
  const std::string message = message_of<Error>([&] { open_data(folder.str(), options); });
  UNSCOPED_INFO("refused: " << message);
  return message;
}

bool includes(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

bool is_noted(const Dataset& data, const std::string& part) {
  for (const std::string& note : data.notes()) UNSCOPED_INFO("note: " << note);
  return std::ranges::any_of(data.notes(), [&](const std::string& note) { return includes(note, part); });
}

Words sizes_of(const Dataset& data) {
  Words out;
  for (const Split split : {Split::train, Split::val, Split::test})
    out.push_back(std::to_string(data.indices(split).size()));
  return out;
}

DataOptions with_folders(const std::string& word) {
  DataOptions options;
  options.folders = word;
  return options;
}

}  // namespace

TEST_CASE("splits in folders of the same split are looked into, with --folders inner and without") {
  for (const Words& names : std::vector<Words>{{"train/train", "valid/valid", "test/test"},
                                               {"training/training", "validation/validation", "Test_Set/test"},
                                               {"train/data/train", "val/val/val", "test"},
                                               {"x_train/x_train", "x_val/x_val", "x_test/x_test/test"}}) {
    const ScratchFolder folder;
    for (const std::string& name : names) fill(folder, {name + "/cat", name + "/dog"});
    INFO(names[0]);
    for (const char* reading : {"auto", "inner", "splits"}) {
      const auto data = open_data(folder.str(), with_folders(reading));
      CHECK(data->classes() == Words{"cat", "dog"});
      CHECK(sizes_of(*data) == Words{"4", "4", "4"});
    }
    CHECK(is_noted(*open_data(folder.str(), with_folders("inner")), "splits: the folders "));
  }
  const ScratchFolder both;
  fill(both, {"train/train/cat", "train/train/dog", "train/val/cat", "train/val/dog", "test/cat", "test/dog"});
  CHECK(sizes_of(*open_data(both.str())) == Words{"4", "4", "4"});
  fill(both, {"test/train/cat"});
  std::filesystem::remove_all(both.path() / "test/cat");
  std::filesystem::remove_all(both.path() / "test/dog");
  CHECK(includes(refusal_of(both), "the folder test/train names two splits, test and train"));
  CHECK(open_data(both.str(), with_folders("splits"))->classes() == Words{"train", "val"});
}

TEST_CASE("--folders inner says so where it cannot keep the splits") {
  const ScratchFolder folder;
  fill(folder, {"train/cat", "train/dog", "more/cat"});
  const auto data = open_data(folder.str(), with_folders("inner"));
  CHECK((data->size() == 6 && data->split_was_made()));
  CHECK(is_noted(*data, "not read as splits: the folders train, as beside them more is none"));
}

TEST_CASE("numbers, letters, languages and what all share beside the words for splits") {
  for (const auto& [train, val, test] : {std::tuple{"1_train", "2_val", "3_test"},
                                         {"train2017", "val2017", "test2017"},
                                         {"a. Training Set", "b. Validation Set", "c. Testing Set"},
                                         {"asl_alphabet_train", "asl_alphabet_val", "asl_alphabet_test"},
                                         {"Training", "Validierung", "Test"},
                                         {"Trainingsdaten", "Validierungsdaten", "Testdatensatz"},
                                         {"Training_Set", "Evaluation_Set", "Test_Set"},
                                         {"training", "validation", "evaluation"},
                                         {"trainset", "valset", "testset"},
                                         {"entrainement", "validation", "jeu de test"},
                                         {"entrenamiento", "validación", "prueba"},
                                         {"训练集", "验证集", "测试集"},
                                         {"train", "validate", "holdout"}}) {
    const ScratchFolder folder, table, split_tables;
    INFO(train);
    for (const std::string split : {train, val, test}) fill(folder, {split + "/cat", split + "/dog"});
    const auto data = open_data(folder.str());
    CHECK(data->classes() == Words{"cat", "dog"});
    CHECK(sizes_of(*data) == Words{"4", "4", "4"});
    CHECK(data->class_counts(Split::test) == std::vector<int64_t>{2, 2});
    CHECK(is_noted(*data, is_plain_split(train) && is_plain_split(val) && is_plain_split(test) ? "" : " is "));
    // the same words in a column, in paths and in names of tables
    std::string rows = "image,label,split\n";
    for (const std::string split : {train, val, test}) {
      fill(table, {"."}, 2, split);
      rows += text(split, "0.png,cat,", split, "\n", split, "1.png,dog,", split, "\n");
    }
    table.write("labels.csv", rows);
    const auto column = open_data(table.str());
    CHECK(sizes_of(*column) == Words{"2", "2", "2"});
    CHECK(column->path(column->indices(Split::val)[0]) == text(val, "0.png"));
    for (const std::string split : {train, val, test}) {
      fill(split_tables, {split});
      split_tables.write(split + "/t.csv", "image,label\n0.png,cat\n1.png,dog\n");
    }
    CHECK(sizes_of(*open_data(split_tables.str())) == Words{"2", "2", "2"});
  }
  CHECK(split_of_folder("evaluation") == Split::val);
  for (const char* other : {"cat", "invalid", "contest", "tested", "latest", "data", "part_1", "test train", "a", "1"})
    CHECK_FALSE(split_of_folder(other));
}

TEST_CASE("RFMiD: a table in each split folder, however deep") {
  const ScratchFolder folder;
  for (const auto& [outer, inner] : {std::pair{"Training_Set/Training_Set/", "Training"},
                                     {"Evaluation_Set/Evaluation_Set/", "Validation"},
                                     {"Test_Set/Test_Set/", "Test"}}) {
    fill(folder, {std::string(outer) + inner}, 4);
    folder.write(text(outer, "RFMiD_", inner, "_Labels.csv"), "ID,DR,MH\n0,1,0\n1,0,1\n2,1,1\n3,0,0\n");
  }
  const auto data = open_data(folder.str());
  CHECK(data->classes() == Words{"DR", "MH"});
  CHECK(sizes_of(*data) == Words{"4", "4", "4"});
}

TEST_CASE("splits without folders of classes are refused with the tables that lie elsewhere") {
  for (const bool alike : {false, true}) {  // IDRiD_001 is in both of its sets
    const ScratchFolder folder;
    const std::string train = "1. Original Images/a. Training Set", root = folder.str();
    fill(folder, {train}, 4, "IDRiD_00");
    fill(folder, {"1. Original Images/b. Testing Set"}, 4, alike ? "IDRiD_00" : "IDRiD_10");
    folder.write("2. Groundtruths/a. Training Labels.csv", "Image name,grade\nIDRiD_001,1\nIDRiD_002,2\nIDRiD_003,1\n");
    const std::string why = refusal_of(folder), table = root + "/2. Groundtruths/a. Training Labels.csv";
    CHECK(includes(why, "are splits, and hold images without a folder for each class"));
    DataOptions options;
    options.images = alike ? root + "/" + train : root;
    CHECK(includes(why, text("the images: data = '", table, "' images = ", alike ? "'" : "", options.images)));
    CHECK(open_data(table, options)->size() == 3);
  }
  const ScratchFolder coco;
  fill(coco, {"train2017", "val2017"}, 4, "0000");
  coco.write("annotations/instances_val2017.json", "{}");
  CHECK(
      includes(refusal_of(coco), "JSON is not read as labels: annotations/instances_val2017.json; save it as a table"));
}

TEST_CASE("cats and dogs told by their files' names: the command that is advised writes the table") {
  const ScratchFolder folder;
  for (int k = 0; k < 10; ++k) {
    folder.png(text("train/cat.", k, ".png"), 4, 4, 1, k);
    folder.png(text("train/dog.", k, ".png"), 4, 4, 1, 20 + k);
    folder.png(text("test1/", k, ".png"), 4, 4, 1, 40 + k);
  }
  const std::string why = refusal_of(folder);
  REQUIRE(includes(why, "the names in train begin with cat, dog"));
  const size_t begin = why.find('`') + 1;
  REQUIRE(std::system(why.substr(begin, why.find('`', begin) - begin).c_str()) == 0);
  const auto data = open_data(folder.str());
  CHECK((data->size() == 20 && data->classes() == Words{"cat", "dog"}));
}

TEST_CASE("Tiny ImageNet: what is storage in one split can be left out, as advised") {
  const ScratchFolder folder;
  fill(folder, {"train/n01443537/images", "train/n01629819/images", "val/images", "test/images"}, 3);
  CHECK(includes(refusal_of(folder), "val holds the folder images, which looks like storage"));
  CHECK(includes(refusal_of(folder), "leave it out: ignore = images"));
  DataOptions options;
  options.ignore = {"images"};
  CHECK(open_data(folder.str(), options)->classes() == Words{"n01443537", "n01629819"});
}

TEST_CASE("a folder that repeats what lies beside it is left out where it holds copies") {
  for (const std::string base : {"cell_images/", ""}) {
    const ScratchFolder folder;
    fill(folder, {base + "yes", base + "no"}, 4);
    std::filesystem::create_directories(folder.path() / (base + "again"));
    std::filesystem::copy(folder.path() / (base + "yes"), folder.path() / (base + "again/yes"),
                          std::filesystem::copy_options::recursive);
    std::filesystem::copy(folder.path() / (base + "no"), folder.path() / (base + "again/no"));
    for (const char* reading : {"auto", "inner"}) {
      const auto data = open_data(folder.str(), with_folders(reading));
      CHECK((data->size() == 8 && data->classes() == Words{"no", "yes"}));
      CHECK(is_noted(*data, "8 copies of what lies beside their folder"));
    }
    folder.png(base + "again/no/other.png", 4, 4, 1, 200);
    CHECK(includes(refusal_of(folder),
                   "1 of its 9 images differ from theirs or are not there, such as " + base + "again/no/other.png"));
    DataOptions options;
    options.ignore = {"again"};
    CHECK(open_data(folder.str(), options)->size() == 8);
    CHECK(open_data(folder.str(), with_folders("inner"))->size() == 17);
  }
}

TEST_CASE("folders of ids are no classes unless somebody says so") {
  for (const Words& names : std::vector<Words>{{"533f1420005f3eb619e0dc57abd40ce3", "fbd18603dbfb14544f8ae45e7f1666e8"},
                                               {"1.3.6.1.4.0", "1.3.6.1.4.12"},
                                               {"ID00007637", "ID00009637"},
                                               {"10000032", "10000069"}}) {
    const ScratchFolder folder, split;
    fill(folder, names);
    folder.write("csv/about.csv", text("path,diagnosis\n", names[0], "/0.png,benign\n", names[1], "/1.png,cancer\n"));
    INFO(names[0]);
    CHECK(includes(refusal_of(folder), "look like ids of studies or patients"));
    CHECK(includes(refusal_of(folder), text("data = ", folder.str(), "/csv/about.csv images = ", folder.str())));
    DataOptions images;
    images.images = folder.str();
    CHECK(open_data(folder.str() + "/csv/about.csv", images)->classes() == Words{"benign", "cancer"});
    CHECK(open_data(folder.str(), with_folders("classes"))->classes().size() == 2);
    folder.write("csv/about.csv", "word,number\nx,y\n");
    CHECK(includes(refusal_of(folder), "data = TABLE.csv (found: csv/about.csv)"));
    fill(split, {"train/" + names[0], "train/" + names[1]});
    CHECK(includes(refusal_of(split), "/train: the folders "));
    CHECK(open_data(split.str(), with_folders("splits"))->classes().size() == 2);
  }
  const ScratchFolder lone;
  for (int k = 0; k < 12; ++k) fill(lone, {text("s", k)}, 1);
  CHECK(includes(refusal_of(lone), "are too many for classes (12 of 12 hold a single image)"));
  for (const Words& names :
       std::vector<Words>{{"n01440764", "n01443537"}, {"00000", "00001", "00002"}, {"001.Tern", "002.Gull"}}) {
    const ScratchFolder folder;
    fill(folder, names);
    INFO(names[0]);
    CHECK(open_data(folder.str())->classes() == names);
  }
}

TEST_CASE("a table of patients, whose folders hold the images: the command that is advised writes one of images") {
  for (const char* table : {"labels.csv", "train.csv"}) {
    const ScratchFolder folder;
    fill(folder, {"train/ID00001", "train/ID00012", "train/ID00023", "train/ID00034"}, 3);
    folder.write(table, "Patient,Diagnosis\r\nID00001,IPF\r\nID00012,HP\r\nID00023,IPF\r\nID00034,HP\r\n");
    const std::string why = refusal_of(folder);
    REQUIRE(includes(why, text(table, " names folders in its column 'Patient'")));
    const size_t begin = why.find('`') + 1;
    REQUIRE(std::system(why.substr(begin, why.find('`', begin) - begin).c_str()) == 0);
    REQUIRE(includes(why, "then data = " + folder.str() + "/image_labels.csv"));
    const auto data = open_data(folder.str() + "/image_labels.csv");
    CHECK((data->size() == 12 && data->classes() == Words{"HP", "IPF"} && data->patient(0) == "ID00001"));
  }
}

TEST_CASE("a folder beside splits that holds them again can be left out, as advised") {
  const ScratchFolder folder;
  fill(folder, {"x/train/cat", "x/train/dog", "x/test/cat", "x/test/dog"});
  std::filesystem::copy(folder.path() / "x", folder.path() / "y", std::filesystem::copy_options::recursive);
  std::filesystem::rename(folder.path() / "y", folder.path() / "x/x");
  CHECK(open_data(folder.str())->size() == 8);
  folder.png("x/x/train/cat/0.png", 4, 4, 1, 250);
  CHECK(includes(refusal_of(folder), "to leave the folder out: ignore = x"));
  DataOptions options;
  options.ignore = {"x"};
  CHECK(sizes_of(*open_data(folder.str(), options))[2] == "4");
}

TEST_CASE("derm7pt: a table in another folder that names two images a row") {
  const ScratchFolder folder;
  std::string table = "case_num,diagnosis,derm,clinic\n";
  for (int k = 0; k < 6; ++k) {
    folder.png(text("images/A", k, "/a", k, "l.png"), 4, 4, 1, k);
    folder.png(text("images/A", k, "/a", k, "r.png"), 4, 4, 1, 50 + k);
    table += text(k, ",", k % 2 ? "nevus" : "melanoma", ",A", k, "/a", k, "l.png,A", k, "/a", k, "r.png\n");
  }
  for (const char* name : {"meta/meta.csv", "meta.csv"}) {
    folder.write(name, table);
    const std::string why = refusal_of(folder);
    CHECK(includes(why, "a row names 2 images, in the columns 'derm' and 'clinic'"));
    CHECK(includes(why, text("data = ", folder.str(), "/", name)));
    DataOptions options;
    options.images = folder.str();
    options.path_col = "clinic";
    CHECK(open_data(folder.str() + "/" + name, options)->classes() == Words{"melanoma", "nevus"});
    std::filesystem::remove(folder.path() / name);
  }
}
