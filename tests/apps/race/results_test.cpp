// docs/results: its tables and figures follow from its raw numbers, cells.csv, as this code makes them.
// SKEW_WRITE_RESULTS=1 writes the figures anew.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "apps/formats/csv.h"
#include "apps/race/documents.h"
#include "apps/race/tables.h"
#include "tests/apps/cli/run_program.h"

using namespace skew;
using namespace skew::race;
namespace fs = std::filesystem;

namespace {

struct Race {
  Plan plan;
  std::vector<DoneCell> done;
};

double number_in(std::string_view field) { return field.empty() ? NAN : std::stod(std::string(field)); }

// The entrant of a row; a new one where it was not seen yet.
size_t entrant_of(Plan& plan, const std::string& label) {
  for (size_t e = 0; e < plan.entrants.size(); ++e)
    if (plan.entrants[e].label == label) return e;
  const size_t draw = label.find(" draw ");
  plan.entrants.push_back(
      {label, label.substr(0, label.find(' ')), {}, draw == label.npos ? 0 : std::stoll(label.substr(draw + 6))});
  return plan.entrants.size() - 1;
}

Race race_of(const fs::path& cells) {
  const CsvTable table = read_csv(cells);
  Race race;
  for (int64_t r = 0; r < table.rows(); ++r) entrant_of(race.plan, std::string(table.at(r, 0)));
  std::vector<std::string> losses;  // in the plan a loss's random settings stand behind it, in the cells behind all
  for (const Entrant& e : race.plan.entrants) losses.push_back(e.loss);
  const auto place = [&](const Entrant& e) { return std::pair(std::ranges::find(losses, e.loss), e.draw); };
  if (has_draws(race.plan)) std::ranges::stable_sort(race.plan.entrants, std::less(), place);
  race.plan.seeds = 0;
  std::set<double> rates;
  for (int64_t r = 0; r < table.rows(); ++r) {
    const Cell cell{entrant_of(race.plan, std::string(table.at(r, 0))), number_in(table.at(r, 2)),
                    std::stoll(std::string(table.at(r, 3)))};
    rates.insert(cell.missing);
    race.plan.seeds = std::max(race.plan.seeds, cell.seed + 1);
    DoneCell done{cell, {}};
    for (int64_t c = 4; c < std::ssize(table.columns()); ++c)
      if (const std::string& name = table.columns()[size_t(c)]; !name.empty() && name != "failure")
        done.result.metrics.emplace_back(name, number_in(table.at(r, c)));
    race.done.push_back(done);
  }
  race.plan.missing.assign(rates.begin(), rates.end());
  return race;
}

}  // namespace

TEST_CASE("the published figures are those that today's code draws of the published numbers") {
  for (const auto& entry : fs::directory_iterator(SKEW_SOURCE_DIR "/docs/results")) {
    if (!entry.is_directory()) continue;
    INFO(entry.path().string());
    const ScratchFolder folder;
    const Race race = race_of(entry.path() / "cells.csv");
    const std::string head = contents_of(entry.path() / "table.md"), begin = "# Losses on ";
    REQUIRE(head.starts_with(begin));
    const Heading heading{
        .data = head.substr(begin.size(), head.find('\n') - begin.size()), .command = {}, .budget = {}};
    write_documents(folder.str(), heading, race.done, race.plan);
    CHECK(contents_of(folder.path() / "table.csv") == contents_of(entry.path() / "table.csv"));
    for (const char* name : {"figure.svg", "figure.csv", "sensitivity.svg", "sensitivity.csv"}) {
      if (!fs::exists(entry.path() / name)) continue;
      INFO(name);
      if (std::getenv("SKEW_WRITE_RESULTS"))
        fs::copy_file(folder.path() / name, entry.path() / name, fs::copy_options::overwrite_existing);
      CHECK(contents_of(folder.path() / name) == contents_of(entry.path() / name));
    }
  }
}
