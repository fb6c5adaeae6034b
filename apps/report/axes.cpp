// Choosing ticks and extents, drawing axes, placing labels.
#include "apps/report/axes.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "apps/report/number_text.h"

namespace skew::report {

std::vector<double> round_ticks(double low, double high, int wanted, bool whole_numbers) {
  const double span = high - low;
  if (!(span > 0) || !std::isfinite(span) || wanted < 1) return {};
  const double rough = span / wanted, power = std::pow(10, std::floor(std::log10(rough)));
  double step = 10 * power;
  for (const double factor : {5.0, 2.0, 1.0})
    if (factor * power >= rough) step = factor * power;
  if (whole_numbers) step = std::max(1.0, std::round(step));
  std::vector<double> ticks;
  for (double k = std::ceil(low / step - 1e-9); k * step <= high + 1e-9 * span && ticks.size() < 100; ++k)
    ticks.push_back(k * step + 0.0);  // + 0.0: no "-0"
  return ticks;
}

std::vector<std::string> tick_labels(std::span<const double> ticks) {
  std::vector<std::string> labels;
  double largest = 0;
  for (const double tick : ticks) largest = std::max(largest, std::abs(tick));
  const double step = ticks.size() < 2 ? largest : ticks[1] - ticks[0];
  const bool plain = step > 0 && step >= 1e-5 && largest < 1e7;
  const int digits = plain ? std::max(0, int(std::ceil(-std::log10(step) - 1e-9))) : 0;
  for (const double tick : ticks) {
    if (!plain) labels.push_back(in_figure(tick));
    else if (digits == 0 || tick == 0) labels.push_back(grouped(std::llround(tick)));
    else labels.push_back(share(tick, digits));
    if (labels.back().starts_with('-')) labels.back().replace(0, 1, "−");
  }
  return labels;
}

std::optional<Extent> extent(std::span<const std::vector<double>> series) {
  double low = HUGE_VAL, high = -low;
  for (const std::vector<double>& values : series)
    for (const double value : values) {
      if (!std::isfinite(value)) continue;
      low = std::min(low, value);
      high = std::max(high, value);
    }
  if (!(low <= high)) return {};
  return Extent{low, high};
}

Extent padded_extent(std::span<const std::vector<double>> series) {
  const std::optional<Extent> found = extent(series);
  if (!found) return {0, 1};
  // Beyond this the difference of two values may overflow or vanish: no picture can show it.
  const double low = std::clamp(found->low, -1e300, 1e300), high = std::clamp(found->high, -1e300, 1e300);
  if (high - low <= 1e-9 * std::max(std::abs(low), std::abs(high))) {
    const double half = high == 0 ? 0.5 : std::abs(high) / 2;
    return {low - half, high + half};
  }
  const double pad = (high - low) / 20;
  return {low - pad, high + pad};
}

void draw_axes(Svg& svg, const PlotArea& area, const Scale& x, const Scale& y, const std::string& x_name,
               AxesLook look) {
  const std::vector<double> rows = round_ticks(y.low, y.high, 4);
  const std::vector<std::string> row_labels = tick_labels(rows);
  for (size_t i = 0; i < rows.size(); ++i) {
    if (look.grid_rows) svg.line({area.left, y(rows[i])}, {area.right, y(rows[i])}, "grid");
    svg.text({area.left - 8, y(rows[i]) + 4}, row_labels[i], "muted small", Anchor::end);
  }
  svg.line({area.left, area.bottom}, {area.right, area.bottom}, "axis");
  const std::vector<double> columns = round_ticks(x.low, x.high, 5, look.whole_x);
  const std::vector<std::string> column_labels = tick_labels(columns);
  for (size_t i = 0; i < columns.size(); ++i) {
    svg.line({x(columns[i]), area.bottom}, {x(columns[i]), area.bottom + 4}, "axis");
    svg.text({x(columns[i]), area.bottom + 18}, column_labels[i], "muted small", Anchor::middle);
  }
  svg.text({area.right, area.bottom + 34}, x_name, "muted small", Anchor::end);
}

double spread(std::vector<EndLabel>& labels, const PlotArea& area) {
  std::sort(labels.begin(), labels.end(), [](const EndLabel& a, const EndLabel& b) { return a.y < b.y; });
  std::vector<double> wanted;
  double least = area.top;
  for (EndLabel& label : labels) {
    wanted.push_back(label.y);
    label.y = std::max(label.y, least);
    least = label.y + label_distance;
  }
  double most = area.bottom, shift = 0;
  for (size_t i = labels.size(); i-- > 0;) {
    labels[i].y = std::min(labels[i].y, most);
    most = labels[i].y - label_distance;
    shift = std::max(shift, std::abs(labels[i].y - wanted[i]));
  }
  return shift;
}

LabelPlaces::LabelPlaces(const PlotArea& area, std::vector<std::vector<Point>> curves)
    : area_(area), curves_(std::move(curves)) {}

bool LabelPlaces::is_free(const Room& room, size_t own, double apart) const {
  const auto same = [](Point a, Point b) { return std::abs(a.x - b.x) < .01 && std::abs(a.y - b.y) < .01; };
  if (room.left < area_.left || room.right > area_.right || room.top < area_.top || room.bottom > area_.bottom)
    return false;
  for (const Room& other : taken_)
    if (room.left - apart < other.right && other.left - apart < room.right && room.top - apart < other.bottom &&
        other.top - apart < room.bottom)
      return false;
  for (const std::vector<Point>& curve : curves_) {
    const bool is_own = &curve == &curves_[own] ||
                        std::equal(curve.begin(), curve.end(), curves_[own].begin(), curves_[own].end(), same);
    const double more = is_own ? 0 : apart;
    for (size_t i = 1; i < curve.size(); ++i) {
      const Point a = curve[i - 1], b = curve[i];
      if (std::max(a.x, b.x) < room.left - more || std::min(a.x, b.x) > room.right + more) continue;
      if (std::max(a.y, b.y) > room.top - more && std::min(a.y, b.y) < room.bottom + more) return false;
    }
  }
  return true;
}

std::optional<LabelPlaces::Place> LabelPlaces::near(size_t curve, size_t peak, double width) {
  for (const double from_others : {10, 5, 0})
    if (const std::optional<Place> place = place_near(curve, peak, width, from_others)) return place;
  return {};
}

std::optional<LabelPlaces::Place> LabelPlaces::place_near(size_t curve, size_t peak, double width, double from_others) {
  constexpr double high = 10, low = 3, apart = 7;
  const std::vector<Point>& points = curves_[curve];
  for (size_t step = 0; step < points.size(); ++step)
    for (const bool forwards : {false, true}) {
      const size_t at = forwards ? peak + step : peak - step;  // wraps where there is none
      if (at >= points.size() || (forwards && step == 0)) continue;
      const Point p = points[at];
      if (!(std::abs(p.x - points[peak].x) <= (area_.right - area_.left) / 3)) continue;
      const Place places[] = {{{p.x, p.y - apart}, Anchor::middle},
                              {{p.x + apart, p.y + 4}, Anchor::start},
                              {{p.x - apart, p.y + 4}, Anchor::end},
                              {{p.x, p.y + apart + high}, Anchor::middle},
                              {{p.x - apart, p.y - apart}, Anchor::end},  // beside a steep curve
                              {{p.x + apart, p.y + apart + high}, Anchor::start},
                              {{p.x + apart, p.y - apart}, Anchor::start},
                              {{p.x - apart, p.y + apart + high}, Anchor::end}};
      for (const Place& place : places) {
        const double before = place.anchor == Anchor::middle ? .5 : place.anchor == Anchor::end;
        const double left = place.at.x - before * width;
        const Room room{left, left + width, place.at.y - high, place.at.y + low};
        if (!is_free(room, curve, from_others)) continue;
        taken_.push_back(room);
        return place;
      }
    }
  return {};
}

double last_finite(const std::vector<double>& values) {
  const auto found = std::find_if(values.rbegin(), values.rend(), [](double v) { return std::isfinite(v); });
  return found == values.rend() ? NAN : *found;
}

}  // namespace skew::report
