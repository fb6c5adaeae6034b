// The two passes of a log-sum-exp loss over a block of rows, in short loops that g++ vectorises: the exponents of a few
// rows, their log-sum-exps along rows and columns while they lie in the cache, and later the gradient. A hard label has
// one exponent, of its own side; only soft or weighted ones cost a second power and two logarithms. The plain version
// is backends/reference/logsumexp_loss.h.
#include "backends/cpu/logsumexp_block.h"
#include "backends/cpu/vector/lanes.h"

namespace skew::SKEW_ISA {
namespace {

static_assert(lanes == logsumexp_lanes);
constexpr float none = -__builtin_inff(), lowest = -3.40282347e38f;

// ---- exponents of `n` elements of a row from a column on, padded to whole lanes with −∞
struct Look {
  bool bad, soft;  // soft: an element may count on both sides
};

void fetch(const float* from, int n, int padded, float* to) {
  __builtin_memcpy(to, from, size_t(n) * sizeof(float));
  for (int i = n; i < padded; ++i) to[i] = 0;
}

void hard_exponents(const float* __restrict x, const float* __restrict y, const LineScales<float>& scales, int n,
                    float* __restrict pos, float* __restrict neg) {
  const LineScales<float> s = scales;
  for (int i = 0; i < n; ++i) {
    const LineExponents<float> e = line_exponents(x[i], y[i] > 0.5f, s);
    pos[i] = e.pos, neg[i] = e.neg;
  }
}
void soft_exponents(const float* __restrict x, const float* __restrict y, const float* __restrict w,
                    const LineScales<float>& scales, int n, float* __restrict pos, float* __restrict neg) {
  const LineScales<float> s = scales;
  for (int i = 0; i < n; ++i) {
    const LineExponents<float> e = line_exponents(x[i], y[i] * w[i], (1.0f - y[i]) * w[i], s);
    pos[i] = e.pos, neg[i] = e.neg;
  }
}
Look look_at(const float* __restrict x, const float* __restrict y, int n) {
  int bad = 0, soft = 0;
  for (int i = 0; i < n; ++i) {
    bad |= int(!(x[i] == x[i])) | int(!(y[i] >= 0.0f)) | int(!(y[i] <= 1.0f));
    soft |= int(y[i] != 0.0f) & int(y[i] != 1.0f);
  }
  return {bad != 0, soft != 0};
}

Look exponents(const LogSumExpBlock& b, ptrdiff_t row, ptrdiff_t column, float* pos, float* neg) {
  alignas(64) float x[logsumexp_strip], y[logsumexp_strip], w[logsumexp_strip];
  const ptrdiff_t first = row * b.classes + column;
  const int n = int(b.classes - column < logsumexp_strip ? b.classes - column : logsumexp_strip);
  const int padded = (n + lanes - 1) / lanes * lanes;
  fetch(b.x + first, n, padded, x), fetch(b.y + first, n, padded, y);
  const float* mask = b.mask ? b.mask + first : nullptr;
  for (int i = 0; mask && i < n; ++i) y[i] = mask[i] != 0 ? y[i] : 0.0f;  // an unknown label may be anything
  Look look = look_at(x, y, padded);
  if (look.soft || b.class_weights || b.weights) {
    look.soft = true;
    for (int i = 0; i < padded; ++i) w[i] = i < n ? 1.0f : 0.0f;
    for (int i = 0; b.class_weights && i < n; ++i) w[i] *= b.class_weights[column + i];
    for (int i = 0; b.weights && i < n; ++i) w[i] *= b.weights[first + i];
    soft_exponents(x, y, w, b.scales, padded, pos, neg);
  } else {
    hard_exponents(x, y, b.scales, padded, pos, neg);
  }
  for (int i = 0; mask && i < n; ++i)
    if (mask[i] == 0) pos[i] = neg[i] = none;
  for (int i = n; i < padded; ++i) pos[i] = neg[i] = none;
  return look;
}

// ---- along a row: reductions keep one result a lane and a fixed tree, the same bits from every vector length
float largest_of(const float* v, ptrdiff_t n) {
  Lanes most;
  for (Floats& part : most.part) part += lowest;  // for a row of none: −∞ − most is −∞
  for (ptrdiff_t i = 0; i < n; i += lanes) most = larger(lanes_at(v + i), most);
  return largest_of(most);
}

// e^(pos − most_pos) and e^(neg − most_neg), where `soft` is false by one power of the side that counts.
template <bool soft> SKEW_HD LineExponents<float> powers(float pos, float neg, float most_pos, float most_neg) {
  if constexpr (soft) return {exp(pos - most_pos), exp(neg - most_neg)};
  const float e = exp(maximum(pos - most_pos, neg - most_neg));
  return {select(pos > none, e, 0.0f), select(neg > none, e, 0.0f)};
}

template <bool soft>
void row_sums(const float* __restrict pos, const float* __restrict neg, ptrdiff_t n, ptrdiff_t row,
              const LineSums& to) {
  const float most_pos = largest_of(pos, n), most_neg = largest_of(neg, n);
  alignas(64) float e_pos[logsumexp_strip], e_neg[logsumexp_strip];
  Lanes sum_pos, sum_neg;
  for (ptrdiff_t c = 0; c < n; c += logsumexp_strip) {
    const int length = int(n - c < logsumexp_strip ? n - c : logsumexp_strip);
    for (int i = 0; i < length; ++i) {
      const LineExponents<float> e = powers<soft>(pos[c + i], neg[c + i], most_pos, most_neg);
      e_pos[i] = e.pos, e_neg[i] = e.neg;
    }
    for (int i = 0; i < length; i += lanes) sum_pos += lanes_at(e_pos + i), sum_neg += lanes_at(e_neg + i);
  }
  to.most_pos[row] = most_pos, to.most_neg[row] = most_neg;
  to.sum_pos[row] = sum_of(sum_pos), to.sum_neg[row] = sum_of(sum_neg);
}

// ---- along columns: `count` rows of exponents join the columns' sums, a strip of columns at a time
void raise(float* __restrict most, const float* __restrict v, int n) {
  for (int i = 0; i < n; ++i) most[i] = maximum(v[i], most[i]);
}
void rescale(float* __restrict sum, float* __restrict most, const float* __restrict larger, int n) {
  for (int i = 0; i < n; ++i) sum[i] *= exp(most[i] - larger[i]), most[i] = larger[i];
}
template <bool soft>
void add_powers(const float* __restrict pos, const float* __restrict neg, const float* __restrict most_pos,
                const float* __restrict most_neg, float* __restrict sum_pos, float* __restrict sum_neg, int n) {
  for (int i = 0; i < n; ++i) {
    const LineExponents<float> e = powers<soft>(pos[i], neg[i], most_pos[i], most_neg[i]);
    sum_pos[i] += e.pos, sum_neg[i] += e.neg;
  }
}
template <bool soft>
void column_sums(const float* pos, const float* neg, ptrdiff_t count, ptrdiff_t padded, const LineSums& all) {
  alignas(64) float most_pos[logsumexp_strip], most_neg[logsumexp_strip];
  for (ptrdiff_t c = 0; c < padded; c += logsumexp_strip) {
    const LineSums to = all.from(c);
    const int n = int(padded - c < logsumexp_strip ? padded - c : logsumexp_strip);
    fetch(to.most_pos, n, n, most_pos), fetch(to.most_neg, n, n, most_neg);
    for (ptrdiff_t row = 0; row < count; ++row)
      raise(most_pos, pos + row * padded + c, n), raise(most_neg, neg + row * padded + c, n);
    rescale(to.sum_pos, to.most_pos, most_pos, n), rescale(to.sum_neg, to.most_neg, most_neg, n);
    for (ptrdiff_t row = 0; row < count; ++row)
      add_powers<soft>(pos + row * padded + c, neg + row * padded + c, most_pos, most_neg, to.sum_pos, to.sum_neg, n);
  }
}

void sums(LogSumExpBlock& b) {
  if (b.along_classes)
    for (ptrdiff_t c = 0; c < b.padded; ++c)
      b.columns.most_pos[c] = b.columns.most_neg[c] = lowest, b.columns.sum_pos[c] = b.columns.sum_neg[c] = 0;
  const ptrdiff_t together = logsumexp_rows_together(b.padded);
  float *pos = b.buffers, *neg = b.buffers + together * b.padded;
  for (ptrdiff_t first = b.begin; first < b.end; first += together) {
    const ptrdiff_t count = b.end - first < together ? b.end - first : together;
    bool soft = false;
    for (ptrdiff_t k = 0; k < count; ++k)
      for (ptrdiff_t c = 0; c < b.padded; c += logsumexp_strip) {
        const Look look = exponents(b, first + k, c, pos + k * b.padded + c, neg + k * b.padded + c);
        b.bad |= look.bad, soft |= look.soft;
      }
    for (ptrdiff_t k = 0; k < count; ++k)
      (soft ? row_sums<true> : row_sums<false>)(pos + k * b.padded, neg + k * b.padded, b.padded, first + k, b.rows);
    if (b.along_classes) (soft ? column_sums<true> : column_sums<false>)(pos, neg, count, b.padded, b.columns);
  }
}

// ---- the gradient of a strip: what the row and the columns ask of each element
template <bool soft, bool along_classes>
void slopes(const float* __restrict pos, const float* __restrict neg, float lse_pos, float lse_neg, float slope_pos,
            float slope_neg, const LineSums& columns, float* __restrict g, int n) {
  for (int i = 0; i < n; ++i) {
    const LineExponents<float> e = powers<soft>(pos[i], neg[i], lse_pos, lse_neg);
    g[i] = e.neg * slope_neg - e.pos * slope_pos;
  }
  if constexpr (along_classes) {
    const float* __restrict lse_pos_of = columns.most_pos, * __restrict lse_neg_of = columns.most_neg;
    const float* __restrict slope_pos_of = columns.sum_pos, * __restrict slope_neg_of = columns.sum_neg;
    for (int i = 0; i < n; ++i) {
      const LineExponents<float> e = powers<soft>(pos[i], neg[i], lse_pos_of[i], lse_neg_of[i]);
      g[i] += e.neg * slope_neg_of[i] - e.pos * slope_pos_of[i];
    }
  }
}

void gradient(const LogSumExpBlock& b) {
  alignas(64) float pos[logsumexp_strip], neg[logsumexp_strip], g[logsumexp_strip];
  for (ptrdiff_t row = b.begin; row < b.end; ++row)
    for (ptrdiff_t c = 0; c < b.classes; c += logsumexp_strip) {
      const int n = int(b.classes - c < logsumexp_strip ? b.classes - c : logsumexp_strip);
      const bool soft = exponents(b, row, c, pos, neg).soft;
      auto* run = b.along_classes ? (soft ? slopes<true, true> : slopes<false, true>)
                                  : (soft ? slopes<true, false> : slopes<false, false>);
      run(pos, neg, b.rows.most_pos[row], b.rows.most_neg[row], b.rows.sum_pos[row], b.rows.sum_neg[row],
          b.along_classes ? b.columns.from(c) : LineSums{}, g, (n + lanes - 1) / lanes * lanes);
      __builtin_memcpy(b.gradient + row * b.classes + c, g, size_t(n) * sizeof(float));
    }
}

}  // namespace

LogSumExpLoops logsumexp_loops() { return {sums, gradient}; }

}  // namespace skew::SKEW_ISA
