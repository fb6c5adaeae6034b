// MedMNIST archives made here: forms of labels, missing splits, refusals.
#include "apps/data/open_data.h"
#include "apps/data/sources.h"

#include <zlib.h>

#include <catch2/catch.hpp>

#include "core/error.h"
#include "tests/apps/data/scratch_folder.h"
#include "tests/apps/data/shared_data.h"

using namespace skew;

TEST_CASE("the npz form of nih_cxr14_64 holds the same pixels and labels as the folder") {
  const std::string npz = shared_data("medmnist", "nih_cxr14_64.npz"), folder = shared_data("medmnist", "nih_cxr14_64");
  if (npz.empty() || folder.empty()) return;
  const auto a = open_data(npz), b = open_data(folder);
  CHECK((a->size() == 1993 && a->task() == Task::multi_label && a->classes().size() == 14));
  CHECK((a->channels() == 1 && a->height() == 64));
  CHECK(a->classes()[0] == "0");
  for (const Split s : {Split::train, Split::val, Split::test}) {
    REQUIRE(a->indices(s).size() == b->indices(s).size());
    for (size_t k = 0; k < a->indices(s).size(); ++k) {
      const int64_t i = a->indices(s)[k], j = b->indices(s)[k];
      REQUIRE(a->read(i).bytes == b->read(j).bytes);
      for (size_t c = 0; c < 14; ++c) REQUIRE(a->target(i)[c] == b->target(j)[c]);
    }
  }
}

namespace {

struct Array {
  std::string name, dtype, shape, bytes;
};

void put(std::string& out, uint64_t value, int bytes) {
  for (int b = 0; b < bytes; ++b) out += char(value >> (8 * b));
}

// An uncompressed .npz.
std::string npz(const std::vector<Array>& arrays) {
  std::string out, directory;
  for (const Array& array : arrays) {
    std::string header = "{'descr': '" + array.dtype + "', 'fortran_order': False, 'shape': " + array.shape + ", }";
    header.resize(117, ' ');
    const std::string body = std::string("\x93NUMPY\x01\x00v\x00", 10) + header + "\n" + array.bytes,
                      file = array.name + ".npy";
    std::string common;
    put(common, 20, 2), put(common, 0, 2), put(common, 0, 2), put(common, 0, 4);
    put(common, crc32(0, reinterpret_cast<const Bytef*>(body.data()), uInt(body.size())), 4);
    put(common, body.size(), 4), put(common, body.size(), 4), put(common, file.size(), 2), put(common, 0, 2);
    directory += std::string("PK\x01\x02", 4);
    put(directory, 20, 2), directory += common, put(directory, 0, 2), put(directory, 0, 2), put(directory, 0, 2),
        put(directory, 0, 4);
    put(directory, out.size(), 4), directory += file;
    out += std::string("PK\x03\x04", 4) + common + file + body;
  }
  const size_t start = out.size();
  out += directory + std::string("PK\x05\x06", 4);
  put(out, 0, 4), put(out, arrays.size(), 2), put(out, arrays.size(), 2), put(out, directory.size(), 4),
      put(out, start, 4), put(out, 0, 2);
  return out;
}

std::string refusal(const std::vector<Array>& arrays, const DataOptions& options = {}) {
  const ScratchFolder folder;
  folder.write("x.npz", npz(arrays));
  return message_of<Error>([&] { open_data(folder.str() + "/x.npz", options); });
}

const std::string kPixels(2 * 3 * 4, '\7');

}  // namespace

TEST_CASE("class indices, colour, missing splits") {
  const ScratchFolder folder;
  std::string labels;
  for (const int y : {2, 0}) put(labels, uint64_t(y), 8);
  folder.write("x.npz", npz({{"train_images", "|u1", "(2, 3, 4, 3)", std::string(72, 'a')},
                             {"train_labels", "<i8", "(2, 1)", labels},
                             {"test_images", "|u1", "(2, 3, 4, 3)", std::string(72, 'b')},
                             {"test_labels", "<i8", "(2, 1)", labels}}));
  DataOptions options;
  options.classes = {"x", "y", "z"};
  const auto data = open_data(folder.str() + "/x.npz", options);
  CHECK((data->task() == Task::single_label && data->classes()[2] == "z" && data->channels() == 3));
  CHECK((data->class_index(0) == 2 && data->class_index(1) == 0 && data->indices(Split::test).size() == 2));
  CHECK(data->split_was_made());
}

TEST_CASE("malformed sets are refused by key") {
  const Array images{"train_images", "|u1", "(2, 3, 4)", kPixels},
      labels{"train_labels", "|u1", "(2, 1)", std::string("\0\1", 2)};
  CHECK(refusal({images, labels}) == "");
  CHECK(refusal({images, {"train_label", "|u1", "(2, 1)", "\1\1"}})
            .find("no array train_labels; a MedMNIST file holds {train,val,test}_images and _labels, this one "
                  "train_images, train_label") != std::string::npos);
  CHECK(refusal({{"train_images", "<f4", "(1, 2, 3)", std::string(24, 'x')}, labels})
            .find("train_images is (1,2,3) float32; expected bytes") != std::string::npos);
  CHECK(
      refusal({{"train_images", "|u1", "(1, 2, 3, 4)", kPixels}, labels}).find("expected bytes (N,H,W) or (N,H,W,3)") !=
      std::string::npos);
  CHECK(
      refusal({images, {"train_labels", "|u1", "(1, 1)", "\1"}}).find("train_labels is (1,1) uint8; expected (2,1)") !=
      std::string::npos);
  CHECK(refusal({images, {"train_labels", "|u1", "(2, 2)", std::string("\0\1\2\0", 4)}})
            .find("train_labels[1] is 2; expected 0, 1 or -1") != std::string::npos);
  CHECK(refusal({images, {"train_labels", "|i1", "(2, 1)", "\1\xff"}})
            .find("train_labels[1] is -1; expected a class index") != std::string::npos);
  CHECK(refusal({images, labels, {"val_images", "|u1", "(2, 4, 3)", kPixels}, {"val_labels", "|u1", "(2, 1)", "\1\1"}})
            .find("val_images is (2,4,3) uint8, but train_images is (2,3,4) uint8") != std::string::npos);
  DataOptions options;
  options.classes = {"a"};
  CHECK(refusal({images, labels}, options).find("classes: ") == 0);
  CHECK(refusal({{"train_images", "|u1", "(0, 3, 4)", ""}, {"train_labels", "|u1", "(0, 1)", ""}})
            .find("no images in it") != std::string::npos);
}
