// The networks by name.
#include "models/networks/network_table.h"

#include <algorithm>

#include "core/error.h"
#include "models/networks/resnet.h"
#include "models/networks/small_cnn.h"

namespace skew {
namespace {

template <ResNetPlan (*plan)()> std::unique_ptr<Module> resnet(const NetworkArgs& args) {
  return std::make_unique<ResNet>(plan(), args.in_channels, args.classes);
}

std::unique_ptr<Module> small_cnn(const NetworkArgs& args) {
  return std::make_unique<SmallCnn>(args.in_channels, args.classes);
}

}  // namespace

const std::vector<NetworkInfo>& networks() {
  static const std::vector<NetworkInfo> table = {
      {"small_cnn", "three convolutions of 32, 64, 128 channels, for small images and first steps", 4, small_cnn},
      {"resnet8", "three basic blocks of 16, 32, 64 channels, for images up to about 32 pixels", 4,
       resnet<resnet8_plan>},
      {"resnet18", "eight basic blocks, torchvision's names", 8, resnet<resnet18_plan>},
      {"resnet34", "sixteen basic blocks, torchvision's names", 8, resnet<resnet34_plan>},
      {"resnet50", "sixteen bottleneck blocks, torchvision's names", 8, resnet<resnet50_plan>}};
  return table;
}

const NetworkInfo& find_network(const std::string& name) { return row_named("model", name, networks()); }

std::unique_ptr<Module> make_network(const std::string& name, const NetworkArgs& args) {
  const NetworkInfo& network = find_network(name);
  if (args.in_channels < 1 || args.classes < 1)
    throw ValueError(text(name, ": expected channels and classes ≥ 1, got ", args.in_channels, " and ", args.classes));
  if (std::min(args.image_size.h, args.image_size.w) < network.min_image_size)
    throw ShapeError(text(name, ": expected images of at least ", network.min_image_size, "×", network.min_image_size,
                          " pixels, got ", args.image_size.h, "×", args.image_size.w,
                          "; enlarge them or take a smaller model"));
  return network.make(args);
}

}  // namespace skew
