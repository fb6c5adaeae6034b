// A module's weights through a file: equal bits back, other programs' names, and differences named.
#include "models/weights/module_weights.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <filesystem>

#include "core/backward.h"
#include "core/error.h"
#include "models/modules/linear.h"
#include "models/modules/sequential.h"
#include "models/networks/network_table.h"
#include "models/weights/tensor_bundle.h"

using namespace skew;
using Catch::Matchers::Contains;

namespace {

const std::string weights_path = SKEW_BINARY_DIR "/module_weights_test.safetensors";

std::unique_ptr<Module> net(const std::string& name = "resnet8", ptrdiff_t classes = 3) {
  return make_network(name, {.in_channels = 1, .classes = classes, .image_size = 28});
}

void save(Module& m, const Metadata& metadata = {}, const std::string& prefix = "") {
  TensorBundle bundle;
  bundle.add(m, prefix);
  bundle.write(weights_path, metadata);
}

std::vector<std::vector<double>> values(Module& m) {
  std::vector<std::vector<double>> all;
  for (const NamedState& s : m.state()) all.push_back(s.tensor.doubles());
  return all;
}

struct Removed {
  ~Removed() { std::filesystem::remove(weights_path); }
};

}  // namespace

TEST_CASE("weights come back bit for bit, also those that training left in another order") {
  const Removed removed;
  const auto a = net(), b = net();
  const Tensor y = (*a)(Tensor::full({2, 1, 28, 28}, .3));
  backward(y, Tensor::full(y.shape(), 1));
  save(*a);
  const SafetensorsFile file = SafetensorsFile::read(weights_path);
  CHECK(file.find("bn1.num_batches_tracked").dtype == "I64");
  CHECK(file.find("conv1.weight").dtype == "F32");
  CHECK(values(*a) != values(*b));
  const LoadReport report = load_weights(*b, file);
  CHECK(report.loaded == a->state().size());
  CHECK(values(*a) == values(*b));
  CHECK(b->parameters().size() == a->parameters().size());
}

TEST_CASE("a network in double takes float weights and stores its own") {
  const Removed removed;
  const auto a = net(), b = net();
  save(*a);
  b->to(Device::reference, DType::float64);
  load_weights(*b, SafetensorsFile::read(weights_path));
  CHECK(values(*a) == values(*b));
  save(*b);
  CHECK(SafetensorsFile::read(weights_path).find("fc.bias").dtype == "F64");
  load_weights(*a, SafetensorsFile::read(weights_path));
  CHECK(values(*a) == values(*b));
}

TEST_CASE("another network's file is refused whole, and says what differs") {
  const Removed removed;
  const auto a = net("resnet8", 3), b = net("resnet8", 4), c = net("small_cnn");
  save(*a, {{"model", "resnet8"}});
  const auto file = SafetensorsFile::read(weights_path);
  const auto before = values(*b);
  CHECK_THROWS_WITH(load_weights(*b, file), Contains("2 of another shape") && Contains(weights_path) &&
                                                Contains("fc.weight: expected [4, 64], got [3, 64]"));
  CHECK(values(*b) == before);
  CHECK_THROWS_WITH(load_weights(*c, file), Contains("missing (features.0.weight [32, 1, 3, 3]") &&
                                                Contains("unexpected (bn1.bias [16]") && Contains("more)") &&
                                                Contains("it is for model 'resnet8'"));
  CHECK_THROWS_AS(load_weights(*c, file), FileError);
}

TEST_CASE("not strict, what fits is taken and the rest reported") {
  const Removed removed;
  const auto a = net("resnet8", 3), b = net("resnet8", 4);
  save(*a);
  const LoadReport report = load_weights(*b, SafetensorsFile::read(weights_path), {.strict = false});
  CHECK(report.other_shape.size() == 2);
  CHECK(report.loaded == a->state().size() - 2);
  CHECK(values(*a)[0] == values(*b)[0]);
  write_safetensors(weights_path, {});
  CHECK_THROWS_WITH(load_weights(*b, SafetensorsFile::read(weights_path), {.strict = false}), Contains("nothing fits"));
}

TEST_CASE("prefixes are changed, a run's other state is passed over, counters may be missing") {
  const Removed removed;
  const auto a = net(), b = net();
  save(*a, {}, "module.");
  CHECK_THROWS_AS(load_weights(*b, SafetensorsFile::read(weights_path)), FileError);
  load_weights(*b, SafetensorsFile::read(weights_path), {.prefixes = {{"module.", ""}}});
  CHECK(values(*a) == values(*b));

  TensorBundle bundle;
  bundle.add(*a);
  std::vector<StoredTensor> stored = bundle.tensors();
  std::erase_if(stored, [](const StoredTensor& t) { return t.name.ends_with("num_batches_tracked"); });
  stored.push_back({"state/step", "I64", {}, stored[0].bytes.first(8)});
  write_safetensors(weights_path, stored);
  CHECK_NOTHROW(load_weights(*b, SafetensorsFile::read(weights_path)));

  stored.push_back({"module.fc.bias", "F32", {3}, stored[0].bytes.first(12)});
  write_safetensors(weights_path, stored);
  CHECK_THROWS_WITH(load_weights(*b, SafetensorsFile::read(weights_path), {.prefixes = {{"module.", ""}}}),
                    Contains("both 'fc.bias' and 'module.fc.bias' would become 'fc.bias'"));
}

TEST_CASE("weights that are not finite are refused by name, and nothing changes") {
  const Removed removed;
  for (const float bad : {NAN, INFINITY})
    for (const char* name : {"conv1.weight", "bn1.running_var", "fc.bias"}) {
      const auto a = net(), b = net();
      for (NamedState& s : a->state())
        if (s.name == name) s.tensor.write<float>("test")[0] = bad;
      save(*a);
      const auto before = values(*b);
      CHECK_THROWS_WITH(load_weights(*b, SafetensorsFile::read(weights_path)),
                        Contains(text("'", name, "' holds NaN or infinity")));
      CHECK(values(*b) == before);
    }
}

TEST_CASE("a tensor that two modules share is read under either name, and not from two that differ") {
  const Removed removed;
  Linear a(2, 2), b(2, 2), c(2, 2);
  b.weight = a.weight;
  Sequential shared{a, b}, apart{a, c};
  TensorBundle bundle;
  for (const NamedState& s : shared.state())
    if (s.name != "0.weight") bundle.add(s.name, s.tensor);
  bundle.write(weights_path);
  const auto expected = values(shared);
  Tensor weight = a.weight;
  weight.write<float>("test")[0] = 7;
  load_weights(shared, SafetensorsFile::read(weights_path));
  CHECK(values(shared) == expected);
  save(apart);
  CHECK_THROWS_WITH(load_weights(shared, SafetensorsFile::read(weights_path)), Contains("has one tensor for both"));
  CHECK(values(shared) == expected);
}
