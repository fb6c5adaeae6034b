// Data sets as they are downloaded, in miniature: each is read without a flag, or refused with the reason.
#include <algorithm>
#include <catch2/catch.hpp>
#include <ctime>
#include <fstream>
#include <iterator>

#include "apps/data/open_data.h"
#include "core/error.h"
#include "tests/apps/data/scratch_folder.h"

using namespace skew;

namespace {

using List = std::vector<std::string>;

// The images `name` + k + `end`, k = 0 … n−1.
void images(const ScratchFolder& folder, const std::string& name, int n, const std::string& end, int first = 0) {
  for (int k = first; k < first + n; ++k) folder.png(name + std::to_string(k) + end, 4, 4);
}

bool has_note(const Dataset& data, const std::string& part) {
  for (const std::string& note : data.notes()) UNSCOPED_INFO("note: " << note);
  return std::ranges::any_of(data.notes(), [&](const std::string& n) { return n.find(part) != n.npos; });
}

std::string refused(const std::string& src, const DataOptions& options = {}) {
  return message_of<Error>([&] { open_data(src, options); });
}

bool holds(const std::string& text, const std::string& part) {
  UNSCOPED_INFO(text);
  return text.find(part) != text.npos;
}

}  // namespace

TEST_CASE("HAM10000: ids without endings in two folders, dx, lesions") {
  const ScratchFolder folder;
  images(folder, "HAM10000_images_part_1/ISIC_000", 4, ".jpg");
  images(folder, "HAM10000_images_part_2/ISIC_000", 4, ".jpg", 4);
  std::string table = "lesion_id,image_id,dx,dx_type,age,sex,localization\n";
  const char* dx[] = {"nv", "mel", "nv", "bkl", "nv", "mel", "bkl", "nv"};
  for (int k = 0; k < 8; ++k) table += text("HAM_", k / 2, ",ISIC_000", k, ",", dx[k], ",histo,80.0,male,scalp\n");
  folder.write("HAM10000_metadata.csv", table);
  const auto data = open_data(folder.str());
  CHECK(data->size() == 8);
  CHECK(data->classes() == List{"bkl", "mel", "nv"});
  CHECK(data->task() == Task::single_label);
  CHECK(data->patient(3) == "HAM_1");
  CHECK(data->torn_patients().empty());
  CHECK(has_note(*data, "8 paths without an ending"));
  CHECK(has_note(*data, "every image has exactly one of the 3 classes"));
  CHECK(open_data(folder.str() + "/HAM10000_metadata.csv")->classes() == data->classes());
}

TEST_CASE("ISIC: one-hot columns, ids without endings") {
  const ScratchFolder folder;
  images(folder, "ISIC2018_Task3_Training_Input/ISIC_1", 3, ".png");
  folder.write("GroundTruth.csv", "image,MEL,NV,BCC\nISIC_10,1.0,0.0,0.0\nISIC_11,0.0,1.0,0.0\nISIC_12,0.0,0.0,1.0\n");
  const auto data = open_data(folder.str());
  CHECK(data->task() == Task::single_label);
  CHECK(data->classes() == List{"MEL", "NV", "BCC"});
  DataOptions options;
  options.task = Task::multi_label;
  CHECK(open_data(folder.str(), options)->task() == Task::multi_label);
}

TEST_CASE("NIH: images_001/images, Finding Labels, Patient ID") {
  const ScratchFolder folder;
  images(folder, "images_001/images/0000000", 2, "_000.png", 1);
  images(folder, "images_002/images/0000000", 2, "_000.png", 3);
  folder.write("Data_Entry_2017.csv",
               "Image Index,Finding Labels,Follow-up #,Patient ID,Patient Age,Patient Gender,View Position,"
               "OriginalImage[Width,Height],OriginalImagePixelSpacing[x,y],\n"
               "00000001_000.png,Cardiomegaly|Emphysema,0,1,58,M,PA,2682,2749,0.143,0.143\n"
               "00000002_000.png,No Finding,0,2,58,M,PA,2682,2749,0.143,0.143\n"
               "00000003_000.png,Emphysema,0,3,58,M,PA,2682,2749,0.143,0.143\n"
               "00000004_000.png,Hernia,0,3,58,M,PA,2682,2749,0.143,0.143\n");
  const auto data = open_data(folder.str());
  CHECK(data->classes() == List{"Cardiomegaly", "Emphysema", "Hernia"});
  CHECK(data->task() == Task::multi_label);
  CHECK(data->patient(3) == "3");
  CHECK(data->target(1)[0] == 0);
}

TEST_CASE("CheXpert: own prefix, patients in the path, -1, two tables of splits") {
  const ScratchFolder folder;
  const std::string root = "CheXpert-v1.0-small/",
                    head = "Path,Sex,Age,Frontal/Lateral,AP/PA,No Finding,Edema,Fracture\n";
  std::string train = head, valid = head;
  for (int k = 0; k < 6; ++k) {
    const std::string image = text("/patient0000", k / 2, "/study", k % 2 + 1, "/view1_frontal.jpg");
    folder.png(root + "train" + image, 4, 4);
    folder.png(root + "valid" + text("/patient645", k, "/study1/view1_frontal.jpg"), 4, 4);
    train += root + "train" + image +
             text(",Female,68,Frontal,AP,", k == 0 ? "1.0" : "", ",", k % 2 ? "-1.0" : "0.0", ",1.0\n");
    valid += root + text("valid/patient645", k, "/study1/view1_frontal.jpg,Male,60,Frontal,PA,0.0,1.0,0.0\n");
  }
  folder.write(root + "train.csv", train);
  folder.write(root + "valid.csv", valid);
  const auto data = open_data(folder.str() + "/" + root);
  CHECK(data->classes() == List{"No Finding", "Edema", "Fracture"});
  CHECK((data->indices(Split::train).size() == 6 && data->indices(Split::val).size() == 6));
  CHECK(data->patient(2) == "patient00001");
  for (const int64_t i : {0, 5, 6, 11}) CHECK((data->read(i).width == 4 && data->header(i).width == 4));
  CHECK(std::isnan(data->target(1)[1]));
  CHECK(has_note(*data, "no 1 and 0 in Sex, Age, Frontal/Lateral, AP/PA: left out"));
  CHECK(std::ranges::any_of(data->gaps(), [](const std::string& gap) {
    return gap.find("no known negative in train: No Finding, Fracture") == 0;
  }));
  DataOptions options;
  options.unknown_as = "0";
  const auto zero = open_data(folder.str() + "/" + root, options);
  CHECK((zero->target(1)[1] == 0 && zero->target(1)[0] == 0));
  options.unknown_as = "blank=0";
  const auto blank = open_data(folder.str() + "/" + root, options);
  CHECK((std::isnan(blank->target(1)[1]) && blank->target(1)[0] == 0));
  options.unknown_as = "no";
  CHECK(
      holds(refused(folder.str() + "/" + root, options), "unknown_as: expected mask, 0, minus=0 or blank=0, got 'no'"));
}

TEST_CASE("Kaggle: train_images, id_code; lists of names; sample_submission") {
  const ScratchFolder aptos;
  images(aptos, "train_images/000c1434d8d", 3, ".png");
  images(aptos, "test_images/0005cfc8af", 2, ".png");
  aptos.write("train.csv", "id_code,diagnosis\n000c1434d8d0,2\n000c1434d8d1,4\n000c1434d8d2,0\n");
  aptos.write("test.csv", "id_code\n0005cfc8af0\n0005cfc8af1\n");
  aptos.write("sample_submission.csv", "id_code,diagnosis\n0005cfc8af0,0\n0005cfc8af1,0\n");
  const auto grades = open_data(aptos.str());
  CHECK((grades->size() == 3 && grades->task() == Task::single_label));
  CHECK(grades->classes() == List{"0", "2", "4"});
  const ScratchFolder plants;
  images(plants, "train_images/800", 4, ".jpg");
  for (const char* cell : {"scab;rust", "scab|rust", "scab rust", "\"scab,rust\"", "\"['scab', 'rust']\"",
                           "\"[\"\"scab\"\",\"\"rust\"\"]\""}) {
    INFO(cell);
    plants.write("train.csv",
                 text("image,labels\n8000.jpg,scab\n8001.jpg,rust\n8002.jpg,healthy\n8003.jpg,", cell, "\n"));
    const auto data = open_data(plants.str());
    CHECK(data->classes() == List{"healthy", "rust", "scab"});
    CHECK((data->target(3)[1] == 1 && data->target(3)[2] == 1 && data->target(3)[0] == 0));
  }
  plants.write(
      "train.csv",
      "image,labels\n8000.jpg,\"rust, brown\"\n8001.jpg,\"spot, black\"\n8002.jpg,healthy\n8003.jpg,healthy\n");
  CHECK(open_data(plants.str())->classes() == List{"healthy", "rust, brown", "spot, black"});
  plants.write("train.csv", "image,labels\n8000.jpg,leaf\n8001.jpg,spot\n8002.jpg,leaf spot\n8003.jpg,leaf spot\n");
  DataOptions options;
  options.label_sep = "none";
  CHECK(open_data(plants.str(), options)->classes() == List{"leaf", "leaf spot", "spot"});
}

TEST_CASE("VinDr and OpenImages: a row a label") {
  const ScratchFolder vindr;
  images(vindr, "train/a", 3, ".png");
  vindr.write("train.csv",
              "image_id,class_name,class_id,rad_id,x_min\na0,Nodule,8,R1,1\na0,Edema,7,R2,\na0,Nodule,8,R3,4\n"
              "a1,No finding,14,R1,\na2,Edema,7,R1,3\n");
  const auto data = open_data(vindr.str());
  CHECK(data->size() == 3);
  CHECK(data->classes() == List{"Edema", "Nodule"});
  CHECK((data->target(0)[0] == 1 && data->target(0)[1] == 1 && data->target(1)[0] == 0 && data->target(1)[1] == 0));
  CHECK(has_note(*data, "5 rows of 3 images: a row a label"));
  const ScratchFolder open;
  images(open, "a", 3, ".jpg");
  open.write("human-labels.csv",
             "ImageID,Source,LabelName,Confidence\na0,verification,/m/01,1\na0,verification,/m/02,0\n"
             "a1,verification,/m/02,1\na1,verification,/m/01,1\na2,verification,/m/01,0\n");
  const auto labels = open_data(open.str());
  CHECK(labels->classes() == List{"/m/01", "/m/02"});
  CHECK((labels->target(0)[1] == 0 && labels->target(1)[1] == 1 && labels->target(2)[0] == 0));
  // one image twice in a table of images is a mistake
  std::string table = "image,label\n";
  for (int k = 0; k < 30; ++k) {
    open.png(text("b", k, ".jpg"), 4, 4);
    table += text("b", k, ".jpg,", k % 2 ? "x" : "y", "\n");
  }
  open.write("labels.csv", table + "b3.jpg,y\n");
  CHECK(holds(refused(open.str()), "labels.csv:32: b3.jpg is already listed on line 5"));
}

TEST_CASE("ODIR: two images a row are refused with both columns") {
  const ScratchFolder folder;
  images(folder, "preprocessed_images/", 4, "_left.jpg");
  images(folder, "preprocessed_images/", 4, "_right.jpg");
  std::string table = "ID,Patient Age,Patient Sex,Left-Fundus,Right-Fundus,N,D,G\n";
  for (int k = 0; k < 4; ++k)
    table += text(k, ",60,Male,", k, "_left.jpg,", k, "_right.jpg,", k % 2, ",", 1 - k % 2, ",0\n");
  folder.write("full_df.csv", table);
  CHECK(holds(refused(folder.str() + "/full_df.csv"),
              "a row names 2 images, in the columns 'Left-Fundus' and 'Right-Fundus', and must be one image"));
  DataOptions options;
  options.path_col = "Left-Fundus";
  CHECK(open_data(folder.str() + "/full_df.csv", options)->size() == 4);
}

TEST_CASE("what a spreadsheet writes: semicolons, tabs, decimal commas, sep=, Windows paths") {
  const ScratchFolder folder;
  images(folder, "images/im", 3, ".png");
  for (const char* table :
       {"path;rust;scab\r\nim0.png;1,0;0,0\r\nim1.png;0;1\r\nim2.png;;-1\r\n",
        "sep=;\r\npath;rust;scab\r\nim0.png;1;0\r\nim1.png;0;1\r\nim2.png;;\r\n",
        "path\trust\tscab\nimages\\im0.png\t1\t0\nimages\\im1.png\t0\t1\nC:\\d\\im2.png\t\t\n",
        "\xEF\xBB\xBFPath , Rust,\"Scab\"\r\nim0.png,yes,No\r\nim1.png,FALSE,TRUE\r\nim2.png,N/A,\r\n,,\r\n"}) {
    INFO(table);
    folder.write("labels.csv", table);
    const auto data = open_data(folder.str());
    REQUIRE(data->size() == 3);
    CHECK((data->target(0)[0] == 1 && data->target(0)[1] == 0 && data->target(1)[0] == 0 && data->target(1)[1] == 1));
    CHECK((std::isnan(data->target(2)[0]) && std::isnan(data->target(2)[1])));
    CHECK(data->read(2).bytes.size() == 16);
  }
}

TEST_CASE("--images, --ext, and names that fit several files") {
  const ScratchFolder folder, elsewhere;
  images(elsewhere, "scans/im", 2, ".png");
  folder.write("labels.csv", "path,y\nim0,1\nim1,0\n");
  CHECK(holds(refused(folder.str()), "im0: no such file in or below"));
  DataOptions options;
  options.images = elsewhere.str();
  CHECK(open_data(folder.str(), options)->size() == 2);
  options.images += "/scans";
  options.ending = "png";
  CHECK(open_data(folder.str(), options)->read(1).bytes.size() == 16);
  elsewhere.png("other/im0.png", 4, 4);
  options.images = elsewhere.str();
  CHECK(holds(refused(folder.str(), options), "labels.csv:2: im0.png may be other/im0.png or scans/im0.png"));
}

TEST_CASE("splits as tables say them: words, numbers, flags") {
  const ScratchFolder folder;
  images(folder, "im", 4, ".png");
  const auto splits = [&](const std::string& column, const List& cells, const DataOptions& options = {}) {
    std::string table = "image," + column + ",y,z\n";
    for (size_t i = 0; i < cells.size(); ++i) table += text("im", i, ".png,", cells[i], i % 2 ? ",1,0\n" : ",1,1\n");
    folder.write("labels.csv", table);
    const auto data = open_data(folder.str(), options);
    CHECK(data->classes() == List{"y", "z"});
    std::string out;
    for (int64_t i = 0; i < data->size(); ++i) out += split_name(data->split_of(i))[1];
    return out;  // r, a, e
  };
  CHECK(splits("Split", {"Training", "VAL", "dev", "testing"}) == "raae");
  CHECK(splits("Usage", {"Training", "PublicTest", "PrivateTest", "Training"}) == "raer");
  CHECK(splits("partition", {"0", "1", "2", "0"}) == "raer");
  CHECK(splits("is_valid", {"True", "False", "False", "False"}) == "arrr");
  CHECK(splits("is_test", {"0", "1", "1", "0"}).find("e") == 1);
  folder.write("labels.csv", "image,fold,y\nim0.png,0,1\nim1.png,1,0\nim2.png,1,1\nim3.png,0,0\n");
  CHECK(open_data(folder.str())->classes() == List{"y"});
  folder.write("labels.csv", "image,phase,y\nim0.png,early,1\nim1.png,late,0\nim2.png,late,1\nim3.png,late,0\n");
  CHECK(has_note(*open_data(folder.str()), "column 'phase' is not read as splits, as it holds 'early'"));
}

TEST_CASE("one file is one image: names that reach it twice, and names that fit several files") {
  const ScratchFolder folder;
  images(folder, "", 4, ".png");
  folder.write("labels.csv", "path,label\ncat/0.png,cat\ndog/0.png,dog\ncat/1.png,cat\ndog/1.png,dog\n");
  CHECK(holds(refused(folder.str()), "labels.csv:3: dog/0.png and cat/0.png on line 2 are both taken for"));
  folder.png("0.jpg", 4, 4);
  folder.write("labels.csv", "path,label\n0,cat\n1,dog\n");
  CHECK(holds(refused(folder.str()), "labels.csv:2: 0 may be 0.jpg or 0.png"));
  folder.png("a/scan0.left.png", 4, 4);
  folder.png("a/scan0.png", 4, 4, 1, 9);
  folder.write("labels.csv", "path,label\nscan0.left,cat\n1,dog\n");
  CHECK(open_data(folder.str())->read(0).bytes[0] == 0);
}

TEST_CASE("a column of names: blanks, classes left out, columns beside it") {
  const ScratchFolder folder;
  images(folder, "im", 6, ".png");
  const std::string head = "image,label\nim0.png,a\nim1.png,b\nim2.png,a\nim3.png,b\n";
  folder.write("labels.csv", head + "im4.png,\nim5.png,nan\n");
  const auto blanks = open_data(folder.str());
  CHECK((blanks->size() == 4 && blanks->task() == Task::single_label));
  CHECK(has_note(*blanks, "2 of 6 images have no name (blank, nan, NA)"));
  folder.write("labels.csv", head + "im4.png,c\nim5.png,c\n");
  DataOptions options;
  options.ignore = {"c"};
  const auto fewer = open_data(folder.str(), options);
  CHECK((fewer->size() == 4 && fewer->task() == Task::single_label && fewer->classes() == List{"a", "b"}));
  options.ignore = {"d"};
  CHECK(holds(refused(folder.str(), options), "unknown class or column 'd'"));
  options = {};
  options.unknown_as = "0";
  CHECK(holds(refused(folder.str(), options), "unknown_as = 0"));
  folder.write("labels.csv", "image,rust,scab,species\nim0.png,1,0,apple\nim1.png,1,1,pear\nim2.png,0,0,pear\n");
  CHECK(holds(refused(folder.str()),
              "column 'species' may name the classes, and rust, scab of yes and no may be two; the names: "
              "label_col = species; yes and no: classes = rust,scab"));
  folder.write("labels.csv", "image,rust,scab,label\nim0.png,1,0,apple\nim1.png,1,1,pear\nim2.png,0,0,pear\n");
  CHECK(has_note(*open_data(folder.str()), "not read: rust, scab of yes and no (classes = rust,scab"));
  folder.write("labels.csv", "image,label\nim0.png,\"[1, 0, 1]\"\nim1.png,\"[0, 1, 1]\"\n");
  CHECK(holds(refused(folder.str()), "holds lists of 0 and 1, not names"));
}

TEST_CASE("many files of one name are found in a time that grows with the names") {
  const ScratchFolder folder;
  std::string table = "Path,Edema\n";
  const std::string png = [&] {
    folder.png("train/one.png", 4, 4);
    std::ifstream in(folder.path() / "train/one.png", std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  }();
  for (int k = 0; k < 6000; ++k) {
    const std::string name = text("train/patient", k, "/study1/view1_frontal");
    folder.write(name + ".png", png);
    table += "CheXpert-v1.0-small/" + name + text(",", k % 2, "\n");
  }
  folder.write("labels.csv", table);
  const auto before = std::clock();
  CHECK(open_data(folder.str())->size() == 6000);  // looked up one by one in a list: half a minute
  WARN("6,000 files of one name: " << double(std::clock() - before) / CLOCKS_PER_SEC << " s");
}

TEST_CASE("metadata.csv with labels is the table; capitals of file names may differ") {
  const ScratchFolder folder;
  images(folder, "train/IMG", 2, ".JPG.png");
  folder.png("train/Shot.PNG", 4, 4);
  folder.write("train/metadata.csv", "file_name,label\nIMG0.JPG.png,cat\nIMG1.JPG.png,dog\nshot.png,dog\n");
  const auto data = open_data(folder.str() + "/train");
  CHECK((data->size() == 3 && data->classes() == List{"cat", "dog"}));
  CHECK(has_note(*data, "1 path with other capitals than the file"));
}
