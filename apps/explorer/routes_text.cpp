// An explanation as text: one route a paragraph.
#include "apps/explorer/routes.h"
#include "apps/explorer/rule_numbers.h"
#include "apps/report/number_text.h"

namespace skew::explorer {
namespace {

constexpr size_t most_steps = 40;  // of a route that are shown

// "L → d → c → b"
std::string path_text(const Recording& recording, const Route& route, int end) {
  std::string out;
  if (route.steps.size() > most_steps)
    return text("along ", route.steps.size(), " steps from ", recording.nodes[size_t(route.steps[0].from)].label(),
                " to ", recording.nodes[size_t(end)].label());
  for (const Step& step : route.steps) out += recording.nodes[size_t(step.from)].label() + " → ";
  return out + recording.nodes[size_t(end)].label();
}

std::string route_text(const Recording& recording, const Route& route, int end) {
  std::string out = "  " + path_text(recording, route, end) + '\n';
  bool scalars = true;
  std::string product;
  for (size_t k = 0; k < route.steps.size(); ++k) {
    if (route.steps.size() > most_steps && k == most_steps / 2) {
      out += text("    … ", route.steps.size() - most_steps, " steps\n");
      product += " · …";
      k = route.steps.size() - most_steps / 2;
    }
    const Step& step = route.steps[k];
    const RecordedNode& node = recording.nodes[size_t(step.from)];
    std::string rule;
    for (const LocalRule& local : node.rules)
      if (local.input == step.input) rule = rule_in_names(recording, node, local.rule);
    scalars = scalars && !step.slope.empty();
    const bool signed_behind = !product.empty() && step.slope.starts_with("−");
    product += (product.empty() ? "" : " · ") + (signed_behind ? "(" + step.slope + ")" : step.slope);
    out += text("    #", node.id, ' ', node.op, ": ", input_in_names(recording, node, step.input),
                " += ", rule.empty() ? "…" : rule);
    out += step.slope.empty() ? "    " + summary(step.sent) : "    slope " + step.slope;
    out += '\n';
  }
  if (scalars && route.steps.size() > 1) out += "    " + product + " = " + summary(route.product) + '\n';
  else if (!scalars) out += "    brings " + summary(route.product) + '\n';
  return out;
}

}  // namespace

std::string explanation_text(const Recording& recording, const Explanation& e) {
  const std::string from = recording.nodes[size_t(e.result)].label(),
                    to = recording.nodes[size_t(e.with_respect_to)].label();
  const bool one = e.routes.str() == "1";
  std::string out =
      text("∂", from, "/∂", to, ": ", e.routes.str(), one ? " route" : " routes", " of the chain rule\n\n");
  for (const Route& route : e.heaviest) out += route_text(recording, route, e.with_respect_to) + '\n';
  if (e.routes.about() > double(e.heaviest.size()))
    out += text("  these are the ", e.heaviest.size(),
                e.shown_exact ? " heaviest" : " heaviest of those that were followed", "; the sum is over all ",
                e.routes.str(), "\n\n");
  out += "sum       " + summary(e.sum) + '\n';
  if (e.gradient.defined()) {
    const double tolerance = recording.device == "cpu" ? 1e-5 : 1e-12;
    out += "gradient  " + summary(e.gradient) + (e.error <= tolerance ? "  the same" : "  DIFFERENT");
    out += ", relative error " + pretty(e.error, 3) + '\n';
  }
  return out;
}

}  // namespace skew::explorer
