// The rarer updates, for reference and cpu alike: RMSprop, Adagrad, norms other than the Euclidean, clipping by value.
// SGD, Adam and averages have vectorised loops of their own on the cpu: backends/cpu/update.cpp.
#include "backends/host/update.h"

#include <algorithm>
#include <cmath>

#include "backends/host/host.h"
#include "core/parallel.h"

namespace skew {
namespace {

PieceLoop rmsprop_loop(RmspropItem& item, double clip) {
  return visit_floating(item.p, "rmsprop_update", [&](auto zero) -> PieceLoop {
    using T = decltype(zero);
    const RmspropUpdate& u = item.u;
    T *weight = item.p.write<T>("rmsprop_update"), *s = item.square.write<T>("rmsprop_update");
    T *m = write_if<T>(item.mean, "rmsprop_update"), *v = write_if<T>(item.momentum, "rmsprop_update");
    const T *gradient = item.g.data<T>(), alpha = T(u.alpha), rest = T(1 - u.alpha), factor = T(clip);
    const T sign = T(u.maximize ? -1 : 1), decay = T(u.weight_decay), mu = T(u.momentum), lr = T(u.lr), eps = T(u.eps);
    const auto run = [=](ptrdiff_t begin, ptrdiff_t end) {
      for (ptrdiff_t i = begin; i < end; ++i) {
        const T clipped = factor * gradient[i];
        const T d = sign * clipped + decay * weight[i];
        s[i] = alpha * s[i] + rest * d * d;
        T variance = s[i];
        if (m) {
          m[i] += rest * (d - m[i]);
          const T centred = s[i] - m[i] * m[i];
          variance = centred < 0 ? T(0) : centred;  // a constant gradient: rounding may go below 0, NaN stays NaN
        }
        T step = d / (std::sqrt(variance) + eps);
        if (v) step = v[i] = mu * v[i] + step;
        weight[i] -= lr * step;
      }
    };
    return {item.p.count(), run};
  });
}

PieceLoop adagrad_loop(AdagradItem& item, double clip) {
  return visit_floating(item.p, "adagrad_update", [&](auto zero) -> PieceLoop {
    using T = decltype(zero);
    const AdagradUpdate& u = item.u;
    T *weight = item.p.write<T>("adagrad_update"), *s = item.sum.write<T>("adagrad_update");
    const T *gradient = item.g.data<T>(), factor = T(clip);
    const T sign = T(u.maximize ? -1 : 1), decay = T(u.weight_decay), lr = T(u.lr), eps = T(u.eps);
    const auto run = [=](ptrdiff_t begin, ptrdiff_t end) {
      for (ptrdiff_t i = begin; i < end; ++i) {
        const T clipped = factor * gradient[i];
        const T d = sign * clipped + decay * weight[i];
        s[i] += d * d;
        weight[i] -= lr * d / (std::sqrt(s[i]) + eps);
      }
    };
    return {item.p.count(), run};
  });
}

void rmsprop(std::span<RmspropItem> items, const Verdict& verdict) { update_list(items, verdict, rmsprop_loop); }
void adagrad(std::span<AdagradItem> items, const Verdict& verdict) { update_list(items, verdict, adagrad_loop); }

void clamp(std::span<Tensor> list, double limit) {
  for (Tensor& x : list)
    visit_floating(x, "clamp_in_place", [&](auto zero) {
      using T = decltype(zero);
      T *v = x.write<T>("clamp_in_place"), most = T(limit);
      for (ptrdiff_t i = 0; i < x.count(); ++i) v[i] = std::clamp(v[i], -most, most);
    });
}

const bool filled =
    on_host(rmsprop_update, rmsprop) && on_host(adagrad_update, adagrad) && on_host(clamp_in_place, clamp);

}  // namespace

// Pieces are dealt to threads in turns of about 32,768 elements.
void run_pieces(const std::vector<PieceLoop>& loops) {
  struct Piece {
    const PieceLoop* loop;
    ptrdiff_t begin, end;
  };
  std::vector<Piece> pieces;
  std::vector<size_t> turns = {0};  // the first piece of each
  ptrdiff_t elements = 0;           // in the last turn
  for (const PieceLoop& loop : loops)
    for (ptrdiff_t begin = 0; begin < loop.count; begin += longest_piece) {
      const ptrdiff_t end = std::min(loop.count, begin + longest_piece);
      if (elements >= longest_piece) {
        turns.push_back(pieces.size());
        elements = 0;
      }
      pieces.push_back({&loop, begin, end});
      elements += end - begin;
    }
  turns.push_back(pieces.size());
  parallel_for(ptrdiff_t(turns.size()) - 1, 1, [&](ptrdiff_t turn, ptrdiff_t) {
    for (size_t k = turns[size_t(turn)]; k < turns[size_t(turn) + 1]; ++k)
      pieces[k].loop->run(pieces[k].begin, pieces[k].end);
  });
}

void judge(const Tensor& loss, std::span<const StatisticsMove> moves, double square_sum, double max_norm,
           StepNumbers& numbers) {
  numbers = {.loss = loss.item()};
  numbers.gradient_norm = std::sqrt(square_sum);
  const double factor = max_norm / (numbers.gradient_norm + 1e-6);
  numbers.clip = std::isinf(max_norm) || factor >= 1 ? 1 : factor;
  if (!std::isfinite(numbers.loss)) numbers.fault = Fault::loss;
  else if (!std::all_of(moves.begin(), moves.end(), stays_finite)) numbers.fault = Fault::statistic;
  else if (!std::isfinite(numbers.gradient_norm)) numbers.fault = Fault::gradient_norm;
}

double plain_power_sum(Inputs list, double power) {
  double sum = 0;
  for (const Tensor& x : list)
    visit_floating(x, "power_sum", [&](auto zero) {
      const auto* v = x.data<decltype(zero)>();
      double own = 0;
      for (ptrdiff_t i = 0; i < x.count(); ++i) {
        const double size = std::abs(double(v[i]));
        if (power == 1) own += size;
        else if (power == 2) own += size * size;
        else if (!std::isinf(power)) own += std::pow(size, power);
        else if (size > own || std::isnan(size)) own = size;
      }
      if (!std::isinf(power)) sum += own;
      else if (own > sum || std::isnan(own)) sum = own;
    });
  return sum;
}

}  // namespace skew
