// The networks that have a name: what `--model` accepts. To add one: its file pair here, a row in network_table.cpp.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "models/modules/module.h"
#include "ops/window.h"

namespace skew {

struct NetworkArgs {
  ptrdiff_t in_channels = 3;
  ptrdiff_t classes = 1000;
  Pair image_size = 224;  // height and width, only compared with the minimum: the networks take any size above
};

struct NetworkInfo {
  std::string name, doc;     // doc: one line
  ptrdiff_t min_image_size;  // of the shorter side, pixels; on smaller images hardly a layer sees two of them
  std::unique_ptr<Module> (*make)(const NetworkArgs&);  // make_network, without its checks
};

const std::vector<NetworkInfo>& networks();
const NetworkInfo& find_network(const std::string& name);  // throws ValueError with a suggestion

// A fresh network on the cpu, in training mode, weights drawn from default_generator(). Throws ValueError on an unknown
// name or numbers below 1, ShapeError when the image is too small.
std::unique_ptr<Module> make_network(const std::string& name, const NetworkArgs& args);

}  // namespace skew
