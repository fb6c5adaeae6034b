// The arrays of an npz file become images and targets.
#include <algorithm>
#include <limits>
#include <memory>

#include "apps/data/option_words.h"
#include "apps/data/sources.h"
#include "apps/formats/npz.h"
#include "core/error.h"

namespace skew {
namespace {

const NpyArray* find(const std::vector<NpyArray>& arrays, const std::string& name) {
  const auto found = std::ranges::find(arrays, name, &NpyArray::name);
  return found == arrays.end() ? nullptr : &*found;
}

std::string shape_text(const NpyArray& array) {
  std::string out = "(";
  for (size_t i = 0; i < array.shape.size(); ++i) out += text(i ? "," : "", array.shape[i]);
  return out + ") " + array.dtype;
}

// Bytes of one element of an integer type, 0 for other types.
size_t integer_bytes(const std::string& dtype) {
  if (dtype == "uint8" || dtype == "int8" || dtype == "bool") return 1;
  if (dtype == "uint16" || dtype == "int16") return 2;
  if (dtype == "uint32" || dtype == "int32") return 4;
  return dtype == "uint64" || dtype == "int64" ? 8 : 0;
}

// Element k of an array of integers, which is little-endian.
int64_t whole_number(const NpyArray& array, size_t k) {
  const size_t bytes = integer_bytes(array.dtype);
  uint64_t value = 0;
  for (size_t b = 0; b < bytes; ++b) value |= uint64_t(array.bytes.at(k * bytes + b)) << (8 * b);
  if (array.dtype[0] == 'i' && bytes < 8 && (value >> (8 * bytes - 1))) value |= ~uint64_t(0) << (8 * bytes);
  return int64_t(value);
}

std::string unknown_key(const std::string& key, const std::vector<NpyArray>& arrays) {
  std::string found;
  for (const NpyArray& array : arrays) found += (found.empty() ? "" : ", ") + array.name;
  return text("no array ", key, "; a MedMNIST file holds {train,val,test}_images and _labels, this one ",
              found.empty() ? "nothing" : found);
}

struct Arrays {
  const NpyArray *images, *labels;
  Split split;
};

// The arrays of each split that is there.
std::vector<Arrays> split_arrays(const std::vector<NpyArray>& arrays, const std::string& file) {
  std::vector<Arrays> out;
  for (const Split split : {Split::train, Split::val, Split::test}) {
    const std::string prefix(split_name(split));
    const NpyArray *images = find(arrays, prefix + "_images"), *labels = find(arrays, prefix + "_labels");
    if (!images && !labels) continue;
    for (const char* part : {"_images", "_labels"})
      if (!find(arrays, prefix + part)) throw FileError(text(file, ": ", unknown_key(prefix + part, arrays)));
    const auto &shape = images->shape, &first = (out.empty() ? images : out[0].images)->shape;
    const bool colour = shape.size() == 4 && shape[3] == 3;
    if (images->dtype != "uint8" || (shape.size() != 3 && !colour))
      throw FileError(
          text(file, ": ", images->name, " is ", shape_text(*images), "; expected bytes (N,H,W) or (N,H,W,3)"));
    if (!std::equal(shape.begin() + 1, shape.end(), first.begin() + 1, first.end()))
      throw FileError(text(file, ": ", images->name, " is ", shape_text(*images), ", but ", out[0].images->name, " is ",
                           shape_text(*out[0].images)));
    if (labels->shape.size() != 2 || labels->shape[0] != shape[0] || labels->shape[1] < 1 ||
        integer_bytes(labels->dtype) == 0)
      throw FileError(text(file, ": ", labels->name, " is ", shape_text(*labels), "; expected (", shape[0],
                           ",1) class indices or (", shape[0], ",labels) of 0 and 1, integers"));
    out.push_back({images, labels, split});
  }
  if (out.empty()) throw FileError(text(file, ": ", unknown_key("train_images", arrays)));
  return out;
}

void read_targets(const Arrays& part, const std::string& file, bool indices, size_t classes, Contents& data) {
  const size_t width = size_t(part.labels->shape[1]);
  for (int64_t i = 0; i < part.labels->shape[0]; ++i) {
    const size_t base = data.targets.size();
    data.targets.resize(base + classes);
    for (size_t c = 0; c < width; ++c) {
      const int64_t value = whole_number(*part.labels, size_t(i) * width + c);
      if (value < (indices ? 0 : -1) || value >= (indices ? int64_t(classes) : 2))
        throw FileError(text(file, ": ", part.labels->name, "[", i, "] is ", value, "; expected ",
                             indices ? "a class index" : "0, 1 or -1"));
      if (indices) data.targets[base + size_t(value)] = 1;
      else data.targets[base + c] = value < 0 ? std::numeric_limits<float>::quiet_NaN() : float(value);
    }
  }
}

}  // namespace

Contents read_medmnist(const std::filesystem::path& path, const DataOptions& options) {
  const std::string file = path.string();
  refuse_all_options(options, file + " is a MedMNIST file");
  const auto arrays = std::make_shared<const std::vector<NpyArray>>(read_npz(path));
  const std::vector<Arrays> parts = split_arrays(*arrays, file);
  const bool single_column = parts[0].labels->shape[1] == 1;
  Contents data;
  data.name = file;
  data.task = options.task.value_or(single_column ? Task::single_label : Task::multi_label);
  const bool indices = single_column && data.task == Task::single_label;
  int64_t classes = parts[0].labels->shape[1];
  if (data.task == Task::single_label && !indices)
    throw UsageError(
        text(file, ": ", shape_text(*parts[0].labels), " labels are no class indices; use ", option("task", "multi")));
  for (const Arrays& part : parts) {
    if (part.labels->shape[1] != parts[0].labels->shape[1])
      throw FileError(
          text(file, ": ", part.labels->name, " is ", shape_text(*part.labels), ", unlike ", parts[0].labels->name));
    for (int64_t i = 0; indices && i < part.labels->shape[0]; ++i)
      classes = std::max(classes, whole_number(*part.labels, size_t(i)) + 1);
  }
  if (classes > 65536)
    throw FileError(text(file, ": class index ", classes - 1, "; expected fewer than 65,536 classes"));
  if (!options.classes.empty() && int64_t(options.classes.size()) != classes)
    throw UsageError(
        text(option("classes"), ": ", file, " has ", classes, " classes, got ", options.classes.size(), " names"));
  data.classes = options.model_classes.empty() ? options.classes : options.model_classes;
  if (!options.model_classes.empty() && classes > std::ssize(options.model_classes))
    throw FileError(text(file, ": has the class ", classes - 1, ", and the model knows ", options.model_classes.size(),
                         " classes"));
  if (!options.model_classes.empty() && (indices || classes == std::ssize(data.classes)))
    classes = std::ssize(data.classes);  // those that are not met have no images here
  const bool numbered = data.classes.empty();
  for (int64_t c = 0; numbered && c < classes; ++c) data.classes.push_back(std::to_string(c));
  const auto& shape = parts[0].images->shape;
  data.channels = shape.size() == 4 ? 3 : 1;
  data.height = shape[1];
  data.width = shape[2];
  std::vector<const uint8_t*> pixels;
  const size_t area = size_t(data.channels * data.height * data.width);
  for (const Arrays& part : parts) {
    read_targets(part, file, indices, size_t(classes), data);
    for (int64_t i = 0; i < part.images->shape[0]; ++i) {
      pixels.push_back(part.images->bytes.data() + size_t(i) * area);
      data.paths.push_back(text(split_name(part.split), "/", i));
      data.splits.push_back(part.split);
    }
  }
  data.read = [arrays, pixels = std::move(pixels), c = data.channels, h = data.height, w = data.width](int64_t i) {
    const uint8_t* first = pixels.at(size_t(i));
    return Image{c, h, w, 8, {first, first + c * h * w}};
  };
  return data;
}

}  // namespace skew
