// What the folders of a folder are: classes, splits, storage; and what is left out is accounted for.
#include <catch2/catch.hpp>
#include <filesystem>

#include "apps/data/folder_listing.h"
#include "apps/data/open_data.h"
#include "core/error.h"
#include "tests/apps/data/scratch_folder.h"

using namespace skew;

namespace {

using Classes = std::vector<std::string>;

void pictures(const ScratchFolder& folder, const std::vector<std::string>& folders, int n = 2) {
  for (const std::string& name : folders)
    for (int k = 0; k < n; ++k) folder.png(name + "/" + std::to_string(k) + ".png", 4, 4);
}

std::string layout_refused(const ScratchFolder& folder, const DataOptions& options = {}) {
  const std::string message = message_of<Error>([&] { open_data(folder.str(), options); });
  UNSCOPED_INFO(message);
  return message;
}

std::string notes_of(const Dataset& data) {
  std::string all;
  for (const std::string& note : data.notes()) all += note + "\n";
  UNSCOPED_INFO(all);
  return all;
}

}  // namespace

TEST_CASE("splits are told in any case and in all their usual words") {
  for (const auto& [train, val, test] : {std::tuple{"Train", "Val", "Test"},
                                         {"TRAINING", "Validation", "testing"},
                                         {"training", "dev", "TEST"},
                                         {"train", "valid", "test"}}) {
    const ScratchFolder folder;
    for (const char* split : {train, val, test})
      pictures(folder, {std::string(split) + "/cat", std::string(split) + "/dog"});
    const auto data = open_data(folder.str());
    INFO(train);
    CHECK(data->classes() == Classes{"cat", "dog"});
    for (const Split split : {Split::train, Split::val, Split::test}) CHECK(data->indices(split).size() == 4);
  }
}

TEST_CASE("a folder beside splits: with images both readings are named, without it is left out") {
  const ScratchFolder folder;
  pictures(folder, {"train/cat", "train/dog", "test/cat"});
  folder.write("docs/readme.txt", "x");
  CHECK(notes_of(*open_data(folder.str())).find("folder without an image (docs/)") != std::string::npos);
  pictures(folder, {"docs"});
  CHECK(layout_refused(folder).find(
            "test, train are splits, but docs is none (2 images in docs); folders = splits leaves "
            "that out, folders = classes reads each folder as a class") != std::string::npos);
  DataOptions options;
  options.folders = "splits";
  CHECK(open_data(folder.str(), options)->size() == 6);
  options.folders = "classes";
  CHECK(open_data(folder.str(), options)->classes() == Classes{"docs", "test", "train"});
}

TEST_CASE("folders that look like storage are no classes") {
  for (const std::vector<std::string>& names :
       std::vector<std::vector<std::string>>{{"part_1", "part_2"},
                                             {"images_001", "images_002"},
                                             {"train_images", "test_images"},
                                             {"images", "masks"},
                                             {"HAM10000_images_part_1", "HAM10000_images_part_2"},
                                             {"batch1", "batch2", "batch10"},
                                             {"Train", "Test"},
                                             {"img", "img2"}}) {
    const ScratchFolder folder;
    pictures(folder, names);
    INFO(names[0]);
    CHECK(layout_refused(folder).find("folders = classes") != std::string::npos);
    DataOptions options;
    options.folders = "classes";
    CHECK(open_data(folder.str(), options)->classes().size() == names.size());
  }
  for (const std::vector<std::string>& names : std::vector<std::vector<std::string>>{{"0", "1", "10", "2"},
                                                                                     {"grade_0", "grade_1"},
                                                                                     {"stage 1", "stage 2"},
                                                                                     {"cat", "dog"},
                                                                                     {"setosa", "versicolor"},
                                                                                     {"data", "noise"},
                                                                                     {"type1", "type2"}}) {
    const ScratchFolder folder;
    pictures(folder, names);
    INFO(names[0]);
    CHECK(open_data(folder.str())->classes().size() == names.size());
  }
}

TEST_CASE("whole numbers are classes in their order") {
  const ScratchFolder folder;
  pictures(folder, {"0", "1", "10", "2"});
  CHECK(open_data(folder.str())->classes() == Classes{"0", "1", "2", "10"});
}

TEST_CASE("images at any depth belong to their class; splits below classes") {
  const ScratchFolder folder;
  pictures(folder, {"cat", "dog/first visit", "dog/second/left"});
  CHECK(open_data(folder.str())->indices(Split::train).size() + open_data(folder.str())->indices(Split::val).size() +
            open_data(folder.str())->indices(Split::test).size() ==
        6);
  const ScratchFolder inner;
  pictures(inner, {"cat/train", "cat/test", "dog/Train", "dog/Test"});
  const auto data = open_data(inner.str());
  CHECK((data->classes() == Classes{"cat", "dog"} && data->indices(Split::test).size() == 4));
  pictures(inner, {"dog"});
  CHECK(layout_refused(inner).find("dog/0.png does not; move all of them into such folders, or none") !=
        std::string::npos);
}

TEST_CASE("what is not read is accounted for") {
  const ScratchFolder folder;
  pictures(folder, {"set/cat", "set/dog", "__MACOSX/set/cat", "set/.ipynb_checkpoints"});
  folder.png("set/loose.png", 4, 4);
  for (const char* name : {"set/cat/notes.TXT", "set/cat/.DS_Store", "set/dog/Thumbs.db", "set/README", "set/more.zip"})
    folder.write(name, "words");
  folder.png("set/cat/scan.jfif", 4, 4);
  folder.png("set/cat/0001", 4, 4);
  std::filesystem::create_directories(folder.path() / "set/empty");
  const auto data = open_data(folder.str());
  CHECK(data->classes() == Classes{"cat", "dog"});
  CHECK(data->size() == 6);
  const std::string notes = notes_of(*data);
  for (const char* part :
       {"read from ", "the only folder with images", "1 archive, to be unpacked if it holds images (set/more.zip)",
        "1 folder without an image (empty/)", "1 in no class (set/loose.png)",
        "1 no image by its first bytes (set/README)", "1 no image by its name (set/cat/notes.TXT)",
        "2 hidden (set/.ipynb_checkpoints/, set/cat/.DS_Store)",
        "2 left there by the system (__MACOSX/, set/dog/Thumbs.db)"})
    CHECK(notes.find(part) != std::string::npos);
}

TEST_CASE("links to nothing are missing images") {
  const ScratchFolder folder;
  pictures(folder, {"cat", "dog"});
  std::filesystem::create_symlink("/nowhere/1.png", folder.path() / "cat/gone.png");
  CHECK(layout_refused(folder).find("cat/gone.png is a link to a file that is not there (1 such links)") !=
        std::string::npos);
  DataOptions options;
  options.skip_missing = true;
  CHECK(open_data(folder.str(), options)->size() == 5);
  options.skip_missing = false;
  options.lenient = true;
  CHECK(open_data(folder.str(), options)->faults().size() == 1);
}

TEST_CASE("options that a source has no use for are refused") {
  const ScratchFolder folder;
  pictures(folder, {"cat", "dog"});
  auto set = [](const std::string& field) {
    DataOptions options;
    if (field == "ignore") options.ignore = {"x"};
    if (field == "path_col") options.path_col = "x";
    if (field == "split_col") options.split_col = "x";
    if (field == "label_col") options.label_col = "x";
    if (field == "group_col") options.group_col = "x";
    if (field == "classes") options.classes = {"x"};
    return options;
  };
  for (const char* field : {"path_col", "split_col", "label_col"})
    CHECK(layout_refused(folder, set(field)).find(std::string(field) + " = x: " + folder.str()) == 0);
  for (const char* field : {"path_col", "split_col", "label_col", "group_col", "ignore", "classes"})
    CHECK(message_of<UsageError>([&] { open_data("synth:shapes14:8/4/4", set(field)); }).find(field) == 0);
}

TEST_CASE("patients of folders come from metadata.csv; a join says what it matched") {
  const ScratchFolder folder;
  pictures(folder, {"cat", "dog"}, 4);
  DataOptions options;
  options.group_col = "owner";
  CHECK(layout_refused(folder, options).find("no column 'owner' and no ") != std::string::npos);
  folder.write("metadata.csv", "image,owner\ncat/0.png,a\ncat/1.png,a\ndog/0.png,b\n");
  const auto data = open_data(folder.str(), options);
  CHECK((data->patient(0) == "a" && data->patient(2).empty() && data->patient(4) == "b"));
  CHECK(notes_of(*data).find("3 of 8 images are in it") != std::string::npos);
  folder.write("metadata.csv", "image,owner\ncat/x.png,a\n");
  CHECK(layout_refused(folder, options).find("none of the 8 images is in it, such as cat/0.png") != std::string::npos);
  folder.write("metadata.csv", "image,owner\ncat/0.png,a\ncat/0.png,b\n");
  CHECK(layout_refused(folder, options).find("metadata.csv:3: cat/0.png belongs to 'b' here and to 'a' on line 2") !=
        std::string::npos);
}

TEST_CASE("a split file that contradicts itself names both lines") {
  const ScratchFolder folder;
  pictures(folder, {"cat", "dog"}, 1);
  folder.write("s.csv", "path,split\ncat/0.png,train\ndog/0.png,test\ncat/0.png,test\n");
  DataOptions options;
  options.split_file = folder.str() + "/s.csv";
  CHECK(layout_refused(folder, options).find("s.csv:4: cat/0.png is in test here and in train on line 2") !=
        std::string::npos);
}

TEST_CASE("the same folders in each folder, and patients, are no classes unless somebody says so") {
  const ScratchFolder domains, patients;
  pictures(domains, {"color/rust", "color/scab", "grey/rust", "grey/scab"});
  CHECK(layout_refused(domains).find("the folders color, grey hold the same folders, rust, scab") != std::string::npos);
  pictures(patients, {"patient1", "patient2"});
  CHECK(layout_refused(patients).find("the folders patient1, patient2 look like patients") != std::string::npos);
  DataOptions options;
  options.folders = "inner";
  CHECK(open_data(domains.str(), options)->classes() == Classes{"rust", "scab"});
  options.folders = "classes";
  CHECK(open_data(domains.str(), options)->classes() == Classes{"color", "grey"});
}

TEST_CASE("splits with more in their names, and what is storage in one of them") {
  const ScratchFolder folder;
  pictures(folder,
           {"seg_train/seg_train/sea", "seg_train/seg_train/wood", "seg_test/seg_test/sea", "seg_test/seg_test/wood"});
  const auto data = open_data(folder.str());
  CHECK((data->classes() == Classes{"sea", "wood"} && data->indices(Split::test).size() == 4));
  const ScratchFolder tiny;
  pictures(tiny, {"train/sea", "train/wood", "val/images"});
  CHECK(layout_refused(tiny).find("val holds the folder images, which looks like storage") != std::string::npos);
}

TEST_CASE("masks beside images are no images; patients of folders below classes") {
  const ScratchFolder folder;
  pictures(folder, {"covid/images", "covid/masks", "normal/images", "normal/masks"});
  const auto data = open_data(folder.str());
  CHECK(data->size() == 4);
  CHECK(notes_of(*data).find("4 masks of other images") != std::string::npos);
  const ScratchFolder named;
  for (const char* name : {"a/x.png", "a/x_mask.png", "b/y.png", "b/y_mask_1.png", "b/mask_of_zorro.png"})
    named.png(name, 4, 4);
  CHECK(open_data(named.str())->size() == 3);
  const ScratchFolder people;
  pictures(people, {"a/patient1/case0", "a/patient2/case0", "b/patient3/case0"});
  CHECK(open_data(people.str())->patient(0) == "patient1");
}

TEST_CASE("a split without folders of classes beside others is left out and said") {
  const ScratchFolder folder;
  pictures(folder, {"train/cat", "train/dog", "val/cat", "val/dog", "test"});
  const auto data = open_data(folder.str());
  CHECK((data->size() == 8 && data->indices(Split::test).empty()));
  CHECK(notes_of(*data).find("2 in a split without folders of classes (test/0.png, test/1.png)") != std::string::npos);
}

TEST_CASE("a run that was made beside the images is no class") {
  const ScratchFolder folder;
  pictures(folder, {"cat", "dog", "runs/a"});
  folder.write("runs/a/args.toml", "model = \"small_cnn\"\n");
  folder.write("runs/a/weights/best.safetensors", "x");
  const auto data = open_data(folder.str());
  CHECK(data->classes() == Classes{"cat", "dog"});
  CHECK(notes_of(*data).find("1 run of skew train (runs/a/)") != std::string::npos);
}
