// Naming what a step reads, and the page of what was heard.
#include "apps/training/step_trace.h"

#include "apps/explorer/page/page.h"
#include "apps/explorer/picture.h"
#include "apps/explorer/views.h"
#include "apps/report/number_text.h"
#include "core/file.h"
#include "core/kernel.h"
#include "core/parallel.h"

namespace skew {

std::string trace_file(const std::string& folder, int64_t step) { return text(folder, "/trace_step", step, ".html"); }

StepTrace::StepTrace(const TrainingRun& run, const BatchTensors& batch, const std::string& folder)
    : run_(run), path_(trace_file(folder, run.position.step + 1)), recorder_(explorer::Limits::of_a_network()) {
  recorder_.name(batch.images, "images");
  recorder_.name(batch.targets, "targets");
  if (batch.mask.defined()) recorder_.name(batch.mask, "known");
  for (const NamedState& state : run.network->state()) {
    if (!state.parameter) continue;
    const size_t end = state.name.rfind('.');
    const Scope scope(end == state.name.npos ? std::string_view() : std::string_view(state.name).substr(0, end));
    recorder_.name(state.tensor, state.name);
  }
}

explorer::Recording StepTrace::recording() {
  explorer::Recording recording = recorder_.recording();
  recording.device = name_of(run_.device);
  recording.library = kernel_library(run_.device);
  recording.title = text("step ", run_.position.step + 1, " of ", run_.info.model, ", ", run_.config.loss.name, ", ",
                         report::counted(recording.nodes[0].shape[0], "image", "images"), ", on ", recording.device,
                         " (", recording.library, "), ", report::counted(threads(), "thread", "threads"));
  return recording;
}

void StepTrace::write() {
  const explorer::Recording recording = this->recording();
  // without a WebAssembly compiler at the build the page is a picture and a table
  write_file(path_, explorer::has_module()
                        ? explorer::page(explorer::json_text(recording))
                        : explorer::graph_html(recording, {.scope_depth = 1, .title = recording.title}));
}

std::unique_ptr<StepTrace> trace_if_asked(const TrainingRun& run, const BatchTensors& batch,
                                          const std::string& folder) {
  if (run.config.trace_step != run.position.step + 1) return nullptr;
  return std::make_unique<StepTrace>(run, batch, folder);
}

}  // namespace skew
