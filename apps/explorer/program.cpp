// Errors of a program as part of its recording.
#include "apps/explorer/program.h"

#include "core/error.h"
#include "core/op.h"

namespace skew::explorer {

Recording failed(Interpreter& interpreter, const std::string& words, const Place* place) {
  Recording out = interpreter.recorder().recording();
  out.failed = true;
  out.problem.place = place ? *place : interpreter.place();
  out.problem.message = place ? words : located(interpreter.source(), interpreter.place(), words);
  out.problem.op = interpreter.current_op();
  out.problem.inputs = interpreter.current_inputs();
  return out;
}

Recording run_program(const std::string& source, const ProgramOptions& options) {
  Interpreter interpreter(source, options);
  Recording out;
  try {
    interpreter.run();
    out = interpreter.recorder().recording();
  } catch (const ProgramError& e) {
    out = failed(interpreter, e.what(), &e.place);
  } catch (const Error& e) {
    out = failed(interpreter, e.what(), nullptr);
  }
  if (!out.failed) interpreter.refuse_unused();
  out.device = options.floats ? "cpu" : "reference";
  return out;
}

}  // namespace skew::explorer
