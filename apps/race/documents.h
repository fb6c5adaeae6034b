// The files of a race: raw numbers, tables for readers and papers, figures. Read first: standings.h.
#pragma once
#include <string>

#include "apps/race/standings.h"

namespace skew::race {

struct Heading {
  std::string data, command, budget;      // budget: "resnet8, 15 epochs, …", equal for all
  bool best = false;                      // measured at the best epoch by validation, not at the last
  bool split_by_seed = false;             // the data have no test split, so training makes one from the seed
  std::vector<std::string> outside = {};  // folders of finished runs that this command does not ask for
};

// Writes into `folder`, each whole or not at all; throws FileError.
//   cells.csv        a row a cell: loss, settings, missing, seed, every metric
//   table.csv        long form: missing, loss, metric, n, mean, interval, difference to the first loss, its test
//   table.md .tex    the same for readers
//   figure.svg .csv  mAP, AUROC, F1 (single label: accuracies, F1) with every seed as a dot
//   sensitivity.*    only with random settings: their spread beside that of the seeds
void write_documents(const std::string& folder, const Heading& heading, const std::vector<DoneCell>& done,
                     const Plan& plan);

// "2 finished runs here not part of this command: bce_seed=2, ral_seed=2"
std::string outside_words(const std::vector<std::string>& runs);

// The Markdown of table.md.
std::string markdown(const Heading& heading, const Standings& all);

}  // namespace skew::race
