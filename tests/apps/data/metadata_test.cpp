// What second tables, paths and names say of splits and patients: joined and counted, guesses said, contradictions
// refused.
#include <algorithm>
#include <catch2/catch.hpp>

#include "apps/data/open_data.h"
#include "apps/data/patients.h"
#include "core/error.h"
#include "tests/apps/data/scratch_folder.h"

using namespace skew;

namespace {

using Strings = std::vector<std::string>;

// cat/0.png … and dog/n.png …, n images in all, of which every other is a dog.
void pets(const ScratchFolder& folder, int n, const std::string& base = "", const std::string& stem = "") {
  for (int k = 0; k < n; ++k) folder.png(text(base, k % 2 ? "dog/" : "cat/", stem, k, ".png"), 4, 4, 1, k);
}

std::string refused_with(const std::string& src, const DataOptions& options = {}) {
  const std::string message = message_of<Error>([&] { open_data(src, options); });
  UNSCOPED_INFO("refused: " << message);
  return message;
}

bool mentions(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

bool says(const Dataset& data, const std::string& part) {
  for (const std::string& note : data.notes()) UNSCOPED_INFO("note: " << note);
  return std::ranges::any_of(data.notes(), [&](const std::string& note) { return mentions(note, part); });
}

std::string counts(const Dataset& data) {
  return text(data.indices(Split::train).size(), "/", data.indices(Split::val).size(), "/",
              data.indices(Split::test).size());
}

// The split of image k of 12: 8 train, 2 val, 2 test.
const char* split_word(int k) { return k < 8 ? "train" : k < 10 ? "val" : "test"; }

}  // namespace

TEST_CASE("a table of splits beside folders of classes divides them") {
  for (const char* name : {"metadata.csv", "split.csv", "partition.csv"})
    for (const char* path : {"folder", "name", "bare"}) {
      const ScratchFolder folder;
      pets(folder, 12);
      std::string rows = "filename,split\n";
      for (int k = 0; k < 12; ++k)
        rows += text(path[0] == 'f' ? (k % 2 ? "dog/" : "cat/") : "", k, path[0] == 'b' ? "" : ".png", ",",
                     split_word(k), "\n");
      folder.write(name, rows);
      INFO(name << ", " << path);
      const auto data = open_data(folder.str());
      CHECK(counts(*data) == "8/2/2");
      CHECK(data->path(data->indices(Split::val)[1]) == "dog/9.png");
      CHECK(says(*data, text("splits: column 'split' of ", name, "; 12 of 12 images are in it")));
      CHECK_FALSE(says(*data, "left out"));
    }
}

TEST_CASE("one table may give patients and splits, and is found above the only folder with images") {
  const ScratchFolder folder;
  pets(folder, 12, "archive/images/");
  std::string rows = "filename,patient_id,split\n";
  for (int k = 0; k < 12; ++k) rows += text(k % 2 ? "dog/" : "cat/", k, ".png,P", k / 2, ",", split_word(k), "\n");
  for (const char* name : {"metadata.csv", "archive/metadata.csv"}) {
    folder.write(name, rows);
    const auto data = open_data(folder.str());
    CHECK(counts(*data) == "8/2/2");
    CHECK(data->patient(0) == "P0");
    CHECK(data->classes() == Strings{"cat", "dog"});
    std::filesystem::remove(folder.path() / name);
  }
}

TEST_CASE("CelebA: attributes in one table, the split as 0, 1, 2 in another, boxes in a third") {
  const ScratchFolder folder;
  std::string labels = "image_id,Male,Smiling\n", splits = "image_id,partition\n", boxes = "image_id,x_1,y_1\n";
  for (int k = 0; k < 12; ++k) {
    folder.png(text("img/img/", 1000 + k, ".jpg.png"), 4, 4, 1, k);
    labels += text(1000 + k, ".jpg.png,", k % 2 ? 1 : -1, ",", k % 3 ? 1 : -1, "\n");
    splits += text(1000 + k, ".jpg.png,", k < 8 ? 0 : k < 10 ? 1 : 2, "\n");
    boxes += text(1000 + k, ".jpg.png,1,1\n");
  }
  folder.write("list_attr_celeba.csv", labels);
  folder.write("list_eval_partition.csv", splits);
  folder.write("list_bbox_celeba.csv", boxes);
  for (const char* src : {"", "/list_attr_celeba.csv"}) {
    DataOptions options;
    options.unknown_as = "0";
    const auto data = open_data(folder.str() + src, options);
    CHECK(data->classes() == Strings{"Male", "Smiling"});
    CHECK(counts(*data) == "8/2/2");
    CHECK(says(*data, "splits: column 'partition': 0 is train, 1 is val, 2 is test"));
  }
  std::filesystem::remove(folder.path() / "list_eval_partition.csv");  // as first published: no header, blanks
  splits.erase(0, splits.find('\n') + 1);
  std::ranges::replace(splits, ',', ' ');
  folder.write("list_eval_partition.txt", splits);
  const auto data = open_data(folder.str());
  CHECK(counts(*data) == "8/2/2");
  CHECK(says(*data, "splits: by list_eval_partition.txt"));
}

TEST_CASE("a table of splits that knows some images, few of them, or contradicts another") {
  const ScratchFolder folder;
  pets(folder, 12);
  std::string rows = "filename,split\n", other = "filename,subset\n";
  for (int k = 0; k < 10; ++k) {
    rows += text(k, ".png,", k < 7 ? "train" : "test", "\n");
    other += text(k, ".png,", k < 6 ? "train" : "test", "\n");
  }
  folder.write("metadata.csv", rows);
  const auto data = open_data(folder.str());
  CHECK(data->size() == 10);
  CHECK(says(*data, "10 of 12 images are in it, the others are left out"));
  std::filesystem::create_directory(folder.path() / "run");
  write_split(*data, folder.path() / "run/split.csv");  // as a run does, whose images are found again
  DataOptions of_run;
  of_run.split_file = folder.str() + "/run/split.csv";
  const auto again = open_data(folder.str(), of_run);
  CHECK((again->size() == 10 && again->indices(Split::val) == data->indices(Split::val)));
  CHECK(says(*again, "2 images are left out, as they are in no split of column 'split' of metadata.csv"));
  DataOptions whole;
  whole.one_split = Split::test;
  CHECK(open_data(folder.str(), whole)->size() == 12);
  folder.write("a.csv", other);
  const std::string why = refused_with(folder.str());
  CHECK(mentions(why, "cat/6.png is in test by a.csv and in train by metadata.csv"));
  CHECK(mentions(why, "split_file = " + folder.str() + "/a.csv"));
  DataOptions options;
  options.split_file = folder.str() + "/a.csv";
  folder.write("a.csv", other + "10.png,test\n11.png,test\n");
  CHECK(counts(*open_data(folder.str(), options)).ends_with("/6"));
  std::filesystem::remove(folder.path() / "a.csv");
  folder.write("metadata.csv", "filename,split\n0.png,train\n1.png,test\nx.png,train\ny.png,test\n");
  const auto few = open_data(folder.str());
  CHECK((few->size() == 12 && few->split_was_made()));
  CHECK(says(*few, "not read as splits: column 'split' of metadata.csv, which names 2 of the 12 images"));
  folder.write("metadata.csv", "filename,split\n0.png,test\n1.png,test\n0.png,train\n");
  CHECK(mentions(refused_with(folder.str()), "metadata.csv:4: 0.png is in train here and in test on line 2"));
  write_split(*few, folder.path() / "run/split.csv");
  CHECK(open_data(folder.str(), of_run)->size() == 12);  // the asked-for table says enough
}

TEST_CASE("--split-file takes any table with a column of images and one of splits") {
  const ScratchFolder folder;
  pets(folder, 12);
  std::string rows = "number;image_id;Subset\n";
  for (int k = 0; k < 12; ++k) rows += text(900 + k, ";", k, ";", k < 8 ? "Training" : "Testing", "\n");
  folder.write("elsewhere/official.csv", rows);
  DataOptions options;
  options.split_file = folder.str() + "/elsewhere/official.csv";
  const auto data = open_data(folder.str(), options);
  CHECK(data->indices(Split::test).size() == 4);
  folder.write("elsewhere/official.csv", "image_id,age\n0,3\n1,4\n");
  CHECK(mentions(refused_with(folder.str(), options), "official.csv: no column holds train, val or test"));
  folder.write("elsewhere/official.csv", "image_id,split\nx,train\ny,test\n");
  CHECK(mentions(refused_with(folder.str(), options), "no column names the images, such as cat/0.png"));
  folder.write("elsewhere/official.csv", "image_id,split\n0,train\n1,learn\n");
  CHECK(mentions(refused_with(folder.str(), options), "official.csv:3: split 'learn'; expected train, val or test"));
  folder.write("elsewhere/official.csv", "image_id,split\n0,train\n1,test\n");
  CHECK(mentions(refused_with(folder.str(), options), "no row for cat/"));
}

TEST_CASE("one table whose paths begin with the splits, as it writes them or as files lie") {
  const ScratchFolder folder;
  std::string written = "path,label\n", bare = "image_id,label\n";
  for (int k = 0; k < 12; ++k) {
    const std::string file = text("images/", split_word(k), "/", k, ".png");
    folder.png(file, 4, 4, 1, k);
    written += text(file, k % 2 ? ",cat\n" : ",dog\n");
    bare += text(k, k % 2 ? ",cat\n" : ",dog\n");
  }
  for (const std::string& table : {written, bare}) {
    folder.write("labels.csv", table);
    const auto data = open_data(folder.str());
    CHECK(counts(*data) == "8/2/2");
    CHECK(says(*data, "splits: the folders test, train, val"));
  }
  folder.png("images/more/12.png", 4, 4);
  folder.write("labels.csv", bare + "12,cat\n");
  CHECK(open_data(folder.str())->split_was_made());
  folder.write("labels.csv", "path,label,split\nimages/train/0.png,a,test\nimages/test/11.png,b,train\n");
  CHECK(open_data(folder.str())->split_of(0) == Split::test);  // a column says more
}

TEST_CASE("lists in a folder above the images, and split folders of a table each beside a README") {
  const ScratchFolder food;
  pets(food, 12, "food-101/images/");
  std::string train, test;
  for (int k = 0; k < 12; ++k) (k < 8 ? train : test) += text(k % 2 ? "dog/" : "cat/", k, "\n");
  food.write("food-101/meta/train.txt", train);
  food.write("food-101/meta/test.txt", test);
  const auto lists = open_data(food.str());
  CHECK(lists->indices(Split::test).size() == 4);
  CHECK_FALSE(says(*lists, "left out"));
  const ScratchFolder hf;
  hf.write("README.md", "x");
  for (const char* split : {"train", "validation", "test"}) {
    for (int k = 0; k < 4; ++k) hf.png(text("data/", split, "/000", k, ".png"), 4, 4, 1, k);
    hf.write(text("data/", split, "/metadata.csv"),
             "file_name,label\n0000.png,0\n0001.png,1\n0002.png,2\n0003.png,1\n");
  }
  const auto data = open_data(hf.str());
  CHECK((counts(*data) == "4/4/4" && data->classes() == Strings{"0", "1", "2"}));
  for (const char* split : {"train", "validation", "test"}) {
    std::filesystem::remove(hf.path() / "data" / split / "metadata.csv");
    hf.write(text("data/", split, "/metadata.jsonl"), "{\"file_name\": \"0000.png\", \"label\": 1}\n");
  }
  CHECK(mentions(refused_with(hf.str()), "JSON is not read as labels: data/test/metadata.jsonl, "));
}

TEST_CASE("more names of columns of patients") {
  for (const char* name :
       {"Patienten-ID", "Patienten_ID",     "patientenid",      "Pat-ID",         "PatID",     "PatientenNr",
        "Pat_Nr",       "Fallnummer",       "id_paciente",      "Nom du patient", "idpatient", "患者ID",
        "患者",         "病人ID",           "StudyInstanceUID", "study_id",       "slide_id",  "specimen_id",
        "eye_id",       "Accession Number", "Patient's ID"}) {
    const ScratchFolder folder;
    std::string rows = text("path,", name, ",cat,dog\n");
    for (int k = 0; k < 12; ++k) {
      folder.png(text(k, ".png"), 4, 4, 1, k);
      rows += text(k, ".png,K", k / 2, ",", k % 2, ",", 1 - k % 2, "\n");
    }
    folder.write("labels.csv", rows);
    INFO(name);
    const auto data = open_data(folder.str());
    CHECK((data->has_patients() && data->patient(1) == "K0" && data->classes() == Strings{"cat", "dog"}));
  }
}

TEST_CASE("a column that may be one of patients is said, and not used") {
  const ScratchFolder folder;
  const auto table = [&](const std::string& name, int different) {
    std::string rows = text("path,label,", name, "\n");
    for (int k = 0; k < 24; ++k) {
      folder.png(text(k, ".png"), 4, 4, 1, k);
      rows += text(k, ".png,", k % 2 ? "cat," : "dog,", "K", k % different, "\n");
    }
    folder.write("labels.csv", rows);
    return open_data(folder.str());
  };
  for (const char* name : {"Kennung", "group", "n_dossier", "house_no", "treeID", "Barcode"}) {
    INFO(name);
    const auto data = table(name, 12);
    CHECK_FALSE(data->has_patients());
    CHECK(
        says(*data, text("column '", name, "' holds 12 values in 24 rows; if they are patients: group_col = ", name)));
    DataOptions options;
    options.group_col = name;
    CHECK(open_data(folder.str(), options)->patient(13) == "K1");
  }
  for (const auto& [name, different] : {std::pair{"Kennung", 24}, {"device_id", 3}, {"valid", 12}, {"volcano", 12}}) {
    INFO(name);
    CHECK_FALSE(says(*table(name, different), "if they are patients"));
  }
}

TEST_CASE("files called as patients are theirs, below classes and in tables") {
  for (const char* word : {"patient", "subject-", "Case_", "Person "}) {
    const ScratchFolder folder;
    std::string rows = "path,label\n";
    for (int k = 0; k < 12; ++k) {
      const std::string name = text(k % 2 ? "dog/" : "cat/", word, 10 + k / 4, "_", k, ".png");
      folder.png(name, 4, 4, 1, k);
      rows += text(name, k % 2 ? ",dog\n" : ",cat\n");
    }
    INFO(word);
    const auto folders = open_data(folder.str());
    CHECK((folders->has_patients() && folders->patient(0) == folders->patient(7)));
    CHECK(says(*folders, "patients: 3, by files called "));
    folder.write("labels.csv", rows);
    CHECK(open_data(folder.str())->patient(0) == folders->patient(0));
    folder.png("cat/other.png", 4, 4);
    std::filesystem::remove(folder.path() / "labels.csv");
    CHECK_FALSE(open_data(folder.str())->has_patients());
  }
  CHECK_FALSE(names_a_patient("case12b"));
}

TEST_CASE("numbered folders below classes, or above them, are taken for patients, and that is said") {
  const ScratchFolder below, above, torn;
  for (int k = 0; k < 32; ++k) {
    const std::string pet = k % 2 ? "dog" : "cat", person = text("P000", k % 8, "/");
    below.png(text(pet, "/", person, k, ".png"), 4, 4, 1, k);
    above.png(text(8860 + k % 8, "/", pet, "/", k, ".png"), 4, 4, 1, k);
    torn.png(text(k < 16 ? "train/" : "test/", pet, "/", person, k, ".png"), 4, 4, 1, k);
  }
  const auto data = open_data(below.str());
  CHECK((data->classes() == Strings{"cat", "dog"} && data->patient(0) == "P0000" && data->torn_patients().empty()));
  CHECK(says(*data, "patients: 8, by folders such as P0000: a guess by their names"));
  DataOptions options;
  options.folders = "inner";
  const auto inner = open_data(above.str(), options);
  CHECK((inner->classes() == Strings{"cat", "dog"} && inner->patient(0) == "8860"));
  const auto given = open_data(torn.str());
  CHECK_FALSE(given->has_patients());
  CHECK(says(*given, "are not read as patients, as 8 of them are in two splits"));
  CHECK(says(*given, "if they are patients, name them in metadata.csv (path,patient_id)"));
  const ScratchFolder years;
  for (int k = 0; k < 32; ++k) years.png(text(k % 2 ? "dog/" : "cat/", 2010 + k % 8, "/", k, ".png"), 4, 4, 1, k);
  CHECK_FALSE(open_data(years.str())->has_patients());
}
