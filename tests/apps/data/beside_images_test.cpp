// What lies beside the images and says something of them: lists of splits, tables in split folders, a second table.
#include <algorithm>
#include <catch2/catch.hpp>

#include "apps/data/open_data.h"
#include "core/error.h"
#include "tests/apps/data/scratch_folder.h"

using namespace skew;

namespace {

using List = std::vector<std::string>;

void images_at(const ScratchFolder& folder, const List& names) {
  int value = 0;
  for (const std::string& name : names) folder.png(name, 4, 4, 1, value += 3);
}

bool notes_say(const Dataset& data, const std::string& part) {
  for (const std::string& note : data.notes()) UNSCOPED_INFO("note: " << note);
  return std::ranges::any_of(data.notes(), [&](const std::string& n) { return n.find(part) != n.npos; });
}

List in_split(const Dataset& data, Split split) {
  List out;
  for (const int64_t i : data.indices(split)) out.push_back(data.path(i));
  return out;
}

}  // namespace

TEST_CASE("NIH's lists divide the images of its table, and val is taken from train_val") {
  const ScratchFolder folder;
  std::string table = "Image Index,Finding Labels,Patient ID\n", train;
  for (int k = 0; k < 20; ++k) {
    const std::string name = text("0000", 10 + k, "_000.png");
    folder.png((k < 10 ? "images_001/images/" : "images_002/images/") + name, 4, 4, 1, k);
    table += text(name, ",", k % 2 ? "Mass" : "No Finding", ",", k, "\n");
    if (k < 17) train += name + "\r\n";
  }
  folder.write("Data_Entry_2017.csv", table);
  folder.write("train_val_list.txt", train);
  folder.write("test_list.txt", "000027_000.png\n000028_000.png\n000029_000.png");
  for (const std::string& src : {folder.str(), folder.str() + "/Data_Entry_2017.csv"}) {
    const auto data = open_data(src);
    CHECK(in_split(*data, Split::test) == List{"000027_000.png", "000028_000.png", "000029_000.png"});
    CHECK(data->indices(Split::val).size() == 2);
    CHECK(data->indices(Split::train).size() == 15);
    CHECK(notes_say(*data, "splits: by test_list.txt, train_val_list.txt"));
    CHECK(data->split_note().find("no val in") != std::string::npos);
  }
}

TEST_CASE("Food-101's lists, a class and a name without its ending, divide its folders") {
  const ScratchFolder folder;
  images_at(folder, {"images/pie/1.png", "images/pie/2.png", "images/pie/3.png", "images/soup/1.png",
                     "images/soup/2.png", "images/soup/9.png"});
  folder.write("meta/train.txt", "pie/1\npie/2\nsoup/1\n");
  folder.write("meta/test.txt", "pie/3\nsoup/2\n");
  folder.write("meta/classes.txt", "pie\nsoup\n");
  const auto data = open_data(folder.str());
  CHECK(data->classes() == List{"pie", "soup"});
  CHECK(in_split(*data, Split::test) == List{"images/pie/3.png", "images/soup/2.png"});
  CHECK(data->size() == 5);
  CHECK(notes_say(*data, "1 images in none of them are left out"));
  CHECK(notes_say(*data, "no image by its name (meta/classes.txt)"));
}

TEST_CASE("CUB's numbered images and flags divide its folders") {
  const ScratchFolder folder;
  images_at(folder,
            {"images/001.Tern/a.png", "images/001.Tern/b.png", "images/002.Gull/a.png", "images/002.Gull/b.png"});
  folder.write("images.txt", "1 001.Tern/a.png\n2 001.Tern/b.png\n3 002.Gull/a.png\n4 002.Gull/b.png\n");
  folder.write("train_test_split.txt", "1 1\n2 0\n3 1\n4 0\n");
  const auto data = open_data(folder.str());
  CHECK(in_split(*data, Split::test) == List{"images/001.Tern/b.png", "images/002.Gull/b.png"});
}

TEST_CASE("a lone list leaves the rest to the other split; VOC's trainval gives way to train and val") {
  const ScratchFolder folder;
  images_at(folder, {"a/1.png", "a/2.png", "a/3.png", "b/1.png", "b/2.png", "b/3.png"});
  folder.write("test.txt", "a/1.png 0\nb/1.png 1\n");
  CHECK(in_split(*open_data(folder.str()), Split::test) == List{"a/1.png", "b/1.png"});
  folder.write("trainval.txt", "a/2.png\na/3.png\nb/2.png\nb/3.png\n");
  folder.write("train.txt", "a/2.png\nb/2.png\n");
  folder.write("val.txt", "a/3.png\nb/3.png\n");
  const auto data = open_data(folder.str());
  CHECK(in_split(*data, Split::val) == List{"a/3.png", "b/3.png"});
  CHECK(in_split(*data, Split::train) == List{"a/2.png", "b/2.png"});
}

TEST_CASE("lists that contradict each other, name other images or come in several kinds") {
  const ScratchFolder folder;
  images_at(folder, {"a/1.png", "a/2.png", "b/1.png", "b/2.png"});
  folder.write("train.txt", "a/1.png\nb/1.png\n");
  folder.write("test.txt", "a/2.png\n\nb/1.png\n");
  const std::string why = message_of<FileError>([&] { open_data(folder.str()); });
  INFO(why);
  CHECK(why.find("train.txt:2: b/1.png is also in test.txt on line 3") != std::string::npos);
  folder.write("test.txt", "z/1.png\nz/2.png\n");
  folder.write("train.txt", "z/3.png\nz/4.png\nz/5.png\n");
  CHECK(open_data(folder.str())->split_was_made());
  folder.write("train.txt", "a/1.png\n");
  folder.write("labels/train1.txt", "a/1.png\n");
  const auto several = open_data(folder.str());
  CHECK(several->split_was_made());
  CHECK(notes_say(*several, "not read as splits: labels/train1.txt, train.txt, as there are several of a kind"));
}

TEST_CASE("a column of splits beats lists") {
  const ScratchFolder folder;
  images_at(folder, {"1.png", "2.png", "3.png"});
  folder.write("labels.csv", "path,split,a,b\n1.png,train,1,0\n2.png,train,0,1\n3.png,test,1,1\n");
  folder.write("test.txt", "1.png\n");
  CHECK(in_split(*open_data(folder.str()), Split::test) == List{"3.png"});
}

TEST_CASE("Roboflow: a table in each split folder") {
  const ScratchFolder folder;
  for (const char* split : {"train", "valid", "test"}) {
    const std::string in = std::string(split) + "/";
    images_at(folder, {in + "1_jpg.rf.ab.png", in + "2_jpg.rf.cd.png"});
    folder.write(in + "_classes.csv", "filename, cat, dog\n1_jpg.rf.ab.png, 1, 0\n2_jpg.rf.cd.png, 1, 1\n");
  }
  folder.write("README.dataset.txt", "x");
  const auto data = open_data(folder.str());
  CHECK(data->classes() == List{"cat", "dog"});
  CHECK(data->task() == Task::multi_label);
  CHECK(in_split(*data, Split::val) == List{"valid/1_jpg.rf.ab.png", "valid/2_jpg.rf.cd.png"});
  CHECK(data->read(0).width == 4);
}

TEST_CASE("train_labels.csv and test_labels.csv are splits") {
  const ScratchFolder folder;
  images_at(folder, {"img/1.png", "img/2.png", "img/3.png"});
  folder.write("train_labels.csv", "image,label\n1.png,cat\n2.png,dog\n");
  folder.write("test_labels.csv", "image,label\n3.png,dog\n");
  CHECK(in_split(*open_data(folder.str()), Split::test) == List{"3.png"});
}

TEST_CASE("ISIC 2019: of two tables that name the images one holds classes, the other lesions") {
  const ScratchFolder folder;
  images_at(folder, {"in/ISIC_1.png", "in/ISIC_2.png", "in/ISIC_3.png", "in/ISIC_4.png"});
  folder.write("ISIC_2019_Training_GroundTruth.csv",
               "image,MEL,NV\nISIC_1,1.0,0.0\nISIC_2,1.0,0.0\nISIC_3,0.0,1.0\nISIC_4,0.0,1.0\n");
  const std::string about =
      "image,age_approx,anatom_site_general,lesion_id,sex\nISIC_1,55,torso,L1,f\n"
      "ISIC_2,55,torso,L1,f\nISIC_3,40,leg,L2,m\nISIC_4,30,arm,L3,m\n";
  for (const char* name : {"ISIC_2019_Training_Metadata.csv", "clinical.csv"}) {
    folder.write(name, about);
    for (const char* src : {"", "/ISIC_2019_Training_GroundTruth.csv"}) {
      const auto data = open_data(folder.str() + src);
      CHECK(data->classes() == List{"MEL", "NV"});
      CHECK(data->patient(0) == "L1");
      CHECK(data->patient(1) == "L1");
      CHECK(notes_say(*data, text("patients: column 'lesion_id' of ", name, "; 4 of 4")));
    }
    std::filesystem::remove(folder.path() / name);
  }
}

TEST_CASE("a table of patients beside folders of classes is no table of labels") {
  const ScratchFolder folder;
  images_at(folder, {"cat/1.png", "cat/2.png", "dog/3.png", "dog/4.png"});
  folder.write("clinical.csv", "image,age,patient_id\n1.png,3,p\n2.png,3,p\n3.png,4,q\n4.png,5,r\n");
  const auto data = open_data(folder.str());
  CHECK(data->classes() == List{"cat", "dog"});
  CHECK(data->patient(1) == "p");
}

TEST_CASE("a table that lost its ending is found in its folder") {
  const ScratchFolder folder;
  images_at(folder, {"in/ISIC_1.png", "in/ISIC_2.png"});
  folder.write("HAM10000_metadata", "lesion_id,image_id,dx\nHAM_1,ISIC_1,nv\nHAM_2,ISIC_2,mel\n");
  folder.write("LICENSE", "You may use, copy\nand give away, as you like, what is here\n");
  CHECK(open_data(folder.str())->classes() == List{"mel", "nv"});
}

TEST_CASE("a table that contradicts the folders of classes is said to") {
  const ScratchFolder folder;
  images_at(folder, {"cat/1.png", "cat/2.png", "dog/3.png"});
  folder.write("labels.csv", "path,label\ncat/1.png,cat\ncat/2.png,dog\ndog/3.png,dog\n");
  const auto data = open_data(folder.str());
  CHECK(data->target(1)[1] == 1);
  CHECK(notes_say(*data, "1 image lies in a folder called as a class that the table says no to, such as cat/2.png"));
}

TEST_CASE("crosses are yes, and what they leave blank is no; shares are refused for what they are") {
  const ScratchFolder folder;
  images_at(folder, {"1.png", "2.png", "3.png"});
  folder.write("labels.csv", "path,rust,scab\n1.png,x,\n2.png,,X\n3.png,,\n");
  const auto data = open_data(folder.str());
  CHECK(data->target(0)[0] == 1);
  CHECK(data->target(0)[1] == 0);
  CHECK(data->target(2)[0] == 0);
  CHECK(notes_say(*data, "a blank is read as no"));
  folder.write("labels.csv", "path,rust,scab\n1.png,.9,.1\n2.png,0.2,0.8\n3.png,0,1\n");
  const std::string why = message_of<FileError>([&] { open_data(folder.str()); });
  INFO(why);
  CHECK(why.find("rust, scab hold numbers between 0 and 1, such as .9; a label is 1 or 0") != std::string::npos);
}
