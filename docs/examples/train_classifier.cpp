// Train a classifier in C++: data, network, loss, optimiser and the loop, then the loss on images it has not seen.
// Outside this tree: find_package(skew), link skew::data. ./train_classifier [DATA [EPOCHS]], DATA as for `skew train`.
#include <cstdio>
#include <cstdlib>

#include "apps/data/loader.h"
#include "apps/data/open_data.h"
#include "core/backward.h"
#include "core/random.h"
#include "core/registry.h"
#include "losses/table/loss_table.h"
#include "models/networks/network_table.h"
#include "models/optim/adam.h"

using namespace skew;

int main(int argc, char** argv) {
  const auto data = open_data(argc > 1 ? argv[1] : "synth:shapes14");  // a folder, a .csv, a MedMNIST .npz …
  const int epochs = argc > 2 ? std::atoi(argv[2]) : 5;
  const bool gpu = has_op(registered_ops().at("conv2d"), Device::cuda);  // a backend that was built in
  const Device device = gpu ? Device::cuda : Device::cpu;

  const auto cache = std::make_shared<PixelCache>(data);  // every image is decoded once
  const auto normalisation = compute_normalisation(*cache, data->indices(Split::train));
  Loader train{cache, data->indices(Split::train), {.batch = 32, .normalisation = normalisation}};  // shuffled, flipped
  Loader val{cache, data->indices(Split::val), {.train = false, .normalisation = normalisation}};   // all, as they are

  seed(0);  // of the weights
  const auto classes = ptrdiff_t(data->classes().size());
  const auto network = make_network(
      "resnet8",
      {.in_channels = cache->channels(), .classes = classes, .image_size = {cache->height(), cache->width()}});
  network->to(device);
  AdamW optimizer(network->parameters(), {.lr = 1e-3, .weight_decay = .05});

  const AnyLoss ral = make_loss("ral");
  const auto loss_of = [&](const Batch& b) {  // labels that are unknown are masked
    const Tensor images = Tensor::from(b.images, {b.n, cache->channels(), cache->height(), cache->width()}, device);
    const Tensor targets = Tensor::from(b.targets, {b.n, classes}, device);
    const Tensor mask = b.mask.empty() ? Tensor() : Tensor::from(b.mask, {b.n, classes}, device);
    return loss(ral, (*network)(images), targets, {.mask = mask});
  };

  Batch batch;
  for (int epoch = 0; epoch < epochs; ++epoch) {
    double train_loss = 0, val_loss = 0;
    network->train();
    for (train.start(epoch); train.next(batch); optimizer.zero_grad()) {
      const Tensor l = loss_of(batch);
      backward(l);
      optimizer.step();
      train_loss += l.item() / double(train.batches());
    }
    network->eval();
    const NoGrad off;
    for (val.start(epoch); val.next(batch);) val_loss += loss_of(batch).item() / double(val.batches());
    std::printf("epoch %d: train loss %.5f, val loss %.5f\n", epoch + 1, train_loss, val_loss);
  }
}
