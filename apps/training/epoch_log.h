// What a training run says to people and programs: the table of epochs, a JSON line an epoch, the summary at the end.
// Lines go to stderr and to the run's log.txt. It decides nothing. Read next: progress_line.h, history.h.
#pragma once
#include "apps/training/history.h"
#include "apps/training/progress_line.h"
#include "apps/training/run_folder.h"
#include "apps/training/trainer.h"
#include "apps/training/training_run.h"

namespace skew {

class EpochLog {
 public:
  EpochLog(const TrainingRun& run, const RunFolder& folder, const TrainOutput& output)
      : run_(run), folder_(folder), output_(output), progress_(output.quiet) {}

  void say(const std::string& line);        // on a terminal in 80 columns
  void note_down(const std::string& line);  // in the log alone
  // What the val images can say: over how many classes the means are, and whether the best epoch is chosen by chance.
  void validation();
  // Why every epoch counts as the best, where the monitored metric is undefined.
  void undefined_monitor();
  // Of the epoch in progress, after one of its batches: `seconds` since it began, `images` seen in them.
  void step(int64_t batches, double seconds, int64_t images, int64_t batch_images);
  // The row of an epoch that ended; heads the table before the first one of this process.
  void epoch(const EpochRow& row, bool better, int64_t images);
  void finished();  // a run that was finished already: how to go on from its weights
  // Images that could not be read, and how many of the first epoch's batches that emptied.
  void left_out(const std::vector<std::string>& images, int64_t batches);
  // Images of val whose pixels are those of one in train, once both have been read.
  void repeats();
  void conclude(const std::vector<EpochRow>& rows);  // the best epoch, what is stored, what to do next

 private:
  ModelInfo best_info() const;
  void row_of_table(const std::string& line);  // as it is

  const TrainingRun& run_;
  const RunFolder& folder_;
  const TrainOutput& output_;
  ProgressLine progress_;
  bool headed_ = false;
};

}  // namespace skew
