// The two files of a run. best.safetensors: the model alone, what eval and predict take. last.safetensors: the model
// (with --ema its average, as validation measured it) under plain names and, under state/…, all that an exact
// continuation needs. Neither holds a date, a path, a worker count or a timing, so the same training gives the same
// bytes.
#pragma once
#include "apps/evaluation/model_info.h"
#include "losses/table/loss_table.h"
#include "models/optim/average.h"
#include "models/optim/optimizer.h"
#include "models/optim/schedule.h"

namespace skew {

// Where a run stands. An epoch is the running one, counted from 0; its first `batch` batches were trained on.
struct Position {
  int64_t epoch = 0, batch = 0, step = 0;
  int64_t left_out = 0;             // batches of this epoch without images to train on: all but one unreadable
  double loss_sum = 0;              // over the others
  double best = 0;                  // of the monitored metric, so that larger is better; NaN: undefined so far
  int64_t best_epoch = -1;          // −1: none yet
  int64_t threads = 0;              // equal bits are promised for this count
  uint64_t generator_position = 0;  // of dropout's stream
  bool finished = false;

  int64_t trained() const { return batch - left_out; }
};

// What a checkpoint is made from, and restored into.
struct TrainingState {
  Module& network;
  Optimizer& optimizer;
  Schedule& schedule;
  WeightAverage* average = nullptr;  // EMA, SWA, or none
  Position position;
  LossParameters loss_state;  // what training changed in the loss; its epoch is the position's
  std::string data;           // Dataset::fingerprint(); loaded: "" if the file has none
};

// Both throw FileError when the disk is full, and leave the former file as it was.
void save_model(const std::string& path, Module& network, const ModelInfo& info);
void save_checkpoint(const std::string& path, const TrainingState& state, const ModelInfo& info);

// Restores everything save_checkpoint stored; the network, optimiser and average are already built as they were.
// Throws FileError for a file without training state, of another network, or damaged.
void load_checkpoint(const SafetensorsFile& file, TrainingState& state);

}  // namespace skew
