// SPDX-License-Identifier: Apache-2.0
#include "workloads/llm/support/kernels.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "workloads/support/f16.h"
#include "workloads/support/isa.h"

// Highway reads this file once for each target: the order of these matters.
// clang-format off
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "workloads/llm/support/kernels.cpp"
#define HWY_WANT_AVX3_DL  // 512 bit with VNNI: Ice Lake, Zen 4 and later
#include <hwy/foreach_target.h>
#include <hwy/cache_control.h>
#include <hwy/highway.h>
#include <hwy/contrib/math/math-inl.h>
#include "workloads/llm/support/int8_dot-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace assay::llm {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using F = hn::CappedTag<float, 16>;

void Quantise(const float* x, std::size_t cols, Format format, Activations& out) {
  const F d;
  const std::size_t blocks = cols / block_size;
  const std::size_t padded = (blocks + 3) / 4 * 4;
  HWY_ALIGN std::int8_t q[block_size] = {};
  for (std::size_t b = 0; b < blocks; ++b) {
    const float* in = x + b * block_size;
    auto largest = hn::Zero(d);
    for (std::size_t j = 0; j < block_size; j += hn::Lanes(d))
      largest = hn::Max(largest, hn::Abs(hn::LoadU(d, in + j)));
    const float most = hn::GetLane(hn::MaxOfLanes(d, largest));
    const auto inverse = hn::Set(d, most == 0 ? 0.0f : 127.0f / most);
    const hn::Rebind<std::int8_t, F> d8;
    for (std::size_t j = 0; j < block_size; j += hn::Lanes(d)) {
      hn::StoreU(hn::DemoteTo(d8, hn::NearestInt(hn::Mul(hn::LoadU(d, in + j), inverse))), d8, q + j);
    }
    StoreBlock(q, most / 127.0f, b, format, out);
  }
  std::fill_n(q, block_size, std::int8_t{0});
  for (std::size_t b = blocks; b < padded; ++b) StoreBlock(q, 0, b, format, out);
}

void Prepare(const float* x, std::size_t cols, Format format, Activations& out) {
  out.format = format;
  out.cols = cols;
  if (!in_blocks(format)) {
    std::copy_n(x, cols, out.values.data());
  } else {
    Quantise(x, cols, format, out);
  }
}

HWY_INLINE hn::Vec<F> LoadReals(const float* at) { return hn::LoadU(F(), at); }

#if HWY_TARGET == HWY_RVV  // whose conversion is an extension that Highway 1.0.3 does not use (Zvfh)

// The bits as binary32's of 2^112 times less, which a multiplication takes back; infinities and NaNs apart.
template <class D>
HWY_INLINE hn::Vec<D> LoadHalves(D d, const std::uint16_t* at) {
  const hn::RebindToUnsigned<D> d32;
  const auto bits = hn::PromoteTo(d32, hn::LoadU(hn::Rebind<std::uint16_t, D>(), at));
  const auto rest = hn::And(bits, hn::Set(d32, 0x7FFF));
  const auto sign = hn::BitCast(d, hn::ShiftLeft<16>(hn::Xor(bits, rest)));
  const auto shifted = hn::BitCast(d, hn::ShiftLeft<13>(rest));
  const auto special = hn::Or(shifted, hn::BitCast(d, hn::Set(d32, 0x7F800000)));
  const auto is_special = hn::RebindMask(d, hn::Gt(rest, hn::Set(d32, 0x7BFF)));
  return hn::Or(hn::IfThenElse(is_special, special, hn::Mul(shifted, hn::Set(d, 0x1p112f))), sign);
}

#else

template <class D>
HWY_INLINE hn::Vec<D> LoadHalves(D d, const std::uint16_t* at) {
  const hn::Rebind<hwy::float16_t, D> half;
  return hn::PromoteTo(d, hn::LoadU(half, reinterpret_cast<const hwy::float16_t*>(at)));
}

#endif

HWY_INLINE hn::Vec<F> LoadReals(const std::uint16_t* at) { return LoadHalves(F(), at); }

#if HWY_HAVE_SCALABLE  // vectors without a size stand in no array: a row after the other

template <std::size_t R, typename T>
HWY_INLINE void DotRealRows(const T* w, std::size_t cols, const float* x, float* y) {
  const F d;
  const std::size_t lanes = hn::Lanes(d);
  for (std::size_t r = 0; r < R; ++r, w += cols) {
    auto a = hn::Zero(d);
    auto b = hn::Zero(d);
    for (std::size_t c = 0; c < cols; c += 2 * lanes) {
      a = hn::MulAdd(LoadReals(w + c), hn::Load(d, x + c), a);
      b = hn::MulAdd(LoadReals(w + c + lanes), hn::Load(d, x + c + lanes), b);
    }
    y[r] = hn::GetLane(hn::SumOfLanes(d, hn::Add(a, b)));
  }
}

#else

// R rows of binary32 or binary16 side by side share the loads of x; cols is a multiple of 32.
template <std::size_t R, typename T>
HWY_INLINE void DotRealRows(const T* w, std::size_t cols, const float* x, float* y) {
  const F d;
  const std::size_t lanes = hn::Lanes(d);
  constexpr std::size_t ahead = kAhead / R / sizeof(T);
  hn::Vec<F> a[R];
  hn::Vec<F> b[R];
  for (std::size_t r = 0; r < R; ++r) a[r] = b[r] = hn::Zero(d);
  for (std::size_t c = 0; c < cols; c += 2 * lanes) {
    const auto x0 = hn::Load(d, x + c);
    const auto x1 = hn::Load(d, x + c + lanes);
    for (std::size_t r = 0; r < R; ++r) {
      const T* at = w + r * cols + c;
      if constexpr (R > 1) {  // one stream is what the hardware prefetches by itself
        hwy::Prefetch(at + ahead);
        if (lanes * sizeof(T) == 64) hwy::Prefetch(at + ahead + lanes);
      }
      a[r] = hn::MulAdd(LoadReals(at), x0, a[r]);
      b[r] = hn::MulAdd(LoadReals(at + lanes), x1, b[r]);
    }
  }
  for (std::size_t r = 0; r < R; ++r) y[r] = hn::GetLane(hn::SumOfLanes(d, hn::Add(a[r], b[r])));
}

#endif

void Matvec(const Matrix& w, const Activations& x, float* y, std::size_t begin, std::size_t end) {
  // Rows side by side are streams that hardware prefetches each by itself: a quarter more bandwidth than one
  // stream reaches (tests/bench/README.md); and x is read a quarter as often.
  const std::size_t blocks = w.cols / block_size;
  std::size_t r = begin;
  switch (w.format) {
    case Format::f32:
      for (; r + 4 <= end; r += 4) DotRealRows<4>(w.f32_row(r), w.cols, x.values.data(), y + r);
      for (; r < end; ++r) DotRealRows<1>(w.f32_row(r), w.cols, x.values.data(), y + r);
      break;
    case Format::f16:
      for (; r + 4 <= end; r += 4) DotRealRows<4>(w.f16_row(r), w.cols, x.values.data(), y + r);
      for (; r < end; ++r) DotRealRows<1>(w.f16_row(r), w.cols, x.values.data(), y + r);
      break;
    case Format::q8_0:
      for (; r + 4 <= end; r += 4) DotQ8Rows<4>(w.row(r), x, blocks, y + r);
      for (; r < end; ++r) DotQ8Rows<1>(w.row(r), x, blocks, y + r);
      break;
    case Format::q4_0:
      for (; r + 4 <= end; r += 4) DotQ4Rows<4>(w.row(r), x, blocks, y + r);
      for (; r < end; ++r) DotQ4Rows<1>(w.row(r), x, blocks, y + r);
      break;
  }
}

void RmsNorm(const float* x, const float* gain, std::size_t n, float epsilon, float* out) {
  const F d;
  auto squares = hn::Zero(d);
  for (std::size_t i = 0; i < n; i += hn::Lanes(d)) {
    const auto v = hn::LoadU(d, x + i);
    squares = hn::MulAdd(v, v, squares);
  }
  const float mean = hn::GetLane(hn::SumOfLanes(d, squares)) / static_cast<float>(n);
  const auto factor = hn::Set(d, 1.0f / std::sqrt(mean + epsilon));
  for (std::size_t i = 0; i < n; i += hn::Lanes(d)) {
    hn::StoreU(hn::Mul(hn::Mul(hn::LoadU(d, x + i), factor), hn::LoadU(d, gain + i)), d, out + i);
  }
}

#if HWY_TARGET == HWY_RVV

// Highway's truncates (vfcvt.rtz), at which QEMU 7.2 dies. x = n ln 2 + r, ln 2 in two parts (Cody and
// Waite); the series of e^r ends below 1e-8. Beyond binary32's normal numbers it stays at their ends.
template <class D>
HWY_INLINE hn::Vec<D> PowerOfE(D d, hn::Vec<D> x) {
  const hn::RebindToSigned<D> d32;
  x = hn::Min(hn::Max(x, hn::Set(d, -87.0f)), hn::Set(d, 88.0f));
  const auto n = hn::NearestInt(hn::Mul(x, hn::Set(d, 1.44269504f)));
  const auto whole = hn::ConvertTo(d, n);
  auto r = hn::NegMulAdd(whole, hn::Set(d, 0.693145751953125f), x);
  r = hn::NegMulAdd(whole, hn::Set(d, 1.42860677e-6f), r);
  auto sum = hn::Set(d, 1.0f / 5040);
  for (const float factor : {1.0f / 720, 1.0f / 120, 1.0f / 24, 1.0f / 6, 0.5f, 1.0f, 1.0f})
    sum = hn::MulAdd(sum, r, hn::Set(d, factor));
  return hn::Mul(sum, hn::BitCast(d, hn::ShiftLeft<23>(hn::Add(n, hn::Set(d32, 127)))));
}

#else

template <class D>
HWY_INLINE hn::Vec<D> PowerOfE(D d, hn::Vec<D> x) {
  return hn::Exp(d, x);
}

#endif

void SwiGlu(float* gate, const float* up, std::size_t n) {
  const F d;
  const auto one = hn::Set(d, 1.0f);
  std::size_t i = 0;
  for (; i + hn::Lanes(d) <= n; i += hn::Lanes(d)) {
    const auto g = hn::LoadU(d, gate + i);
    const auto silu = hn::Div(g, hn::Add(one, PowerOfE(d, hn::Neg(g))));
    hn::StoreU(hn::Mul(silu, hn::LoadU(d, up + i)), d, gate + i);
  }
  for (; i < n; ++i) gate[i] = gate[i] / (1.0f + std::exp(-gate[i])) * up[i];
}

using H = hn::CappedTag<float, 8>;

void Attend(const float* q, const std::uint16_t* k, const std::uint16_t* v, std::size_t stride,
            std::size_t positions, std::size_t head, float* scores, float* out) {
  const H d;
  const std::size_t lanes = hn::Lanes(d);
  const float factor = 1.0f / std::sqrt(static_cast<float>(head));
  float largest = -HUGE_VALF;
  for (std::size_t t = 0; t < positions; ++t) {
    auto sum = hn::Zero(d);
    for (std::size_t i = 0; i < head; i += lanes)
      sum = hn::MulAdd(hn::LoadU(d, q + i), LoadHalves(d, k + t * stride + i), sum);
    scores[t] = hn::GetLane(hn::SumOfLanes(d, sum)) * factor;
    largest = std::max(largest, scores[t]);
  }
  float total = 0;
  for (std::size_t t = 0; t < positions; ++t) {
    scores[t] = std::exp(scores[t] - largest);
    total += scores[t];
  }
  for (std::size_t i = 0; i < head; i += lanes) {
    auto sum = hn::Zero(d);
    for (std::size_t t = 0; t < positions; ++t) {
      sum = hn::MulAdd(hn::Set(d, scores[t]), LoadHalves(d, v + t * stride + i), sum);
    }
    hn::StoreU(hn::Mul(sum, hn::Set(d, 1.0f / total)), d, out + i);
  }
}

std::size_t ArgMax(const float* values, std::size_t n) {
  const F d;
  auto most = hn::Set(d, values[0]);
  std::size_t i = 0;
  for (; i + hn::Lanes(d) <= n; i += hn::Lanes(d)) most = hn::Max(most, hn::LoadU(d, values + i));
  float largest = hn::GetLane(hn::MaxOfLanes(d, most));
  for (; i < n; ++i) largest = std::max(largest, values[i]);
  const auto wanted = hn::Set(d, largest);
  for (i = 0; i + hn::Lanes(d) <= n; i += hn::Lanes(d)) {
    if (!hn::AllFalse(d, hn::Eq(hn::LoadU(d, values + i), wanted))) break;
  }
  while (i + 1 < n && values[i] != largest) ++i;
  return i;
}

const Kernels* Table() {
  static const std::string isa =
      isa_name(hwy::TargetName(HWY_TARGET), hn::Lanes(hn::ScalableTag<std::uint8_t>())) + Extension();
  static const Kernels table{isa.c_str(), &Prepare, &Matvec, &RmsNorm, &SwiGlu, &Attend, &ArgMax};
  return &table;
}

}  // namespace HWY_NAMESPACE
}  // namespace assay::llm
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace assay::llm {

HWY_EXPORT(Table);

Activations::Activations(std::size_t most_columns)
    : values(most_columns),
      q((most_columns + 127) / 128 * 128),
      correction((most_columns + 127) / 128 * 4),
      scale((most_columns + 127) / 128 * 4) {}

std::size_t Activations::resident_bytes() const {
  return values.bytes() + q.bytes() + correction.bytes() + scale.bytes();
}

const Kernels& kernels() { return *HWY_DYNAMIC_DISPATCH(Table)(); }

std::vector<const Kernels*> all_kernels() {
  std::vector<const Kernels*> paths;
  for (const auto target : hwy::SupportedAndGeneratedTargets()) {
    hwy::SetSupportedTargetsForTest(target);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
    paths.push_back(HWY_DYNAMIC_DISPATCH(Table)());
  }
  hwy::SetSupportedTargetsForTest(0);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  return paths;
}

}  // namespace assay::llm
#endif
