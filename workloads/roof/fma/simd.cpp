// SPDX-License-Identifier: Apache-2.0
#include "workloads/roof/fma/fma.h"
#include "workloads/support/isa.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "workloads/roof/fma/simd.cpp"
#include <hwy/foreach_target.h>
//
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace assay::roof_fma::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Twelve named accumulators: an array would be spilled to the stack and cost two thirds of the peak. With
/// `a` and `b` that is 14 registers, which the 16 of SSE and AVX2 hold.
template <typename T>
HWY_INLINE void block(T* HWY_RESTRICT x, T a_value, T b_value, std::int64_t rounds) {
  const hn::CappedTag<T, 16> d;
  const std::size_t n = hn::Lanes(d);
  const auto a = hn::Set(d, a_value);
  const auto b = hn::Set(d, b_value);
  for (T* at = x; at < x + chains; at += 12 * n) {
    auto x0 = hn::Load(d, at), x1 = hn::Load(d, at + n), x2 = hn::Load(d, at + 2 * n);
    auto x3 = hn::Load(d, at + 3 * n), x4 = hn::Load(d, at + 4 * n), x5 = hn::Load(d, at + 5 * n);
    auto x6 = hn::Load(d, at + 6 * n), x7 = hn::Load(d, at + 7 * n), x8 = hn::Load(d, at + 8 * n);
    auto x9 = hn::Load(d, at + 9 * n), x10 = hn::Load(d, at + 10 * n), x11 = hn::Load(d, at + 11 * n);
    for (std::int64_t round = 0; round < rounds; ++round) {
      x0 = hn::MulAdd(x0, a, b);
      x1 = hn::MulAdd(x1, a, b);
      x2 = hn::MulAdd(x2, a, b);
      x3 = hn::MulAdd(x3, a, b);
      x4 = hn::MulAdd(x4, a, b);
      x5 = hn::MulAdd(x5, a, b);
      x6 = hn::MulAdd(x6, a, b);
      x7 = hn::MulAdd(x7, a, b);
      x8 = hn::MulAdd(x8, a, b);
      x9 = hn::MulAdd(x9, a, b);
      x10 = hn::MulAdd(x10, a, b);
      x11 = hn::MulAdd(x11, a, b);
    }
    hn::Store(x0, d, at), hn::Store(x1, d, at + n), hn::Store(x2, d, at + 2 * n);
    hn::Store(x3, d, at + 3 * n), hn::Store(x4, d, at + 4 * n), hn::Store(x5, d, at + 5 * n);
    hn::Store(x6, d, at + 6 * n), hn::Store(x7, d, at + 7 * n), hn::Store(x8, d, at + 8 * n);
    hn::Store(x9, d, at + 9 * n), hn::Store(x10, d, at + 10 * n), hn::Store(x11, d, at + 11 * n);
  }
}

void block_f32(float* x, float a, float b, std::int64_t rounds) { block<float>(x, a, b, rounds); }

void block_f64(double* x, double a, double b, std::int64_t rounds) { block<double>(x, a, b, rounds); }

std::string isa() {
  return isa_name(hwy::TargetName(HWY_TARGET), hn::Lanes(hn::ScalableTag<std::uint8_t>()));
}

}  // namespace assay::roof_fma::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace assay::roof_fma {

HWY_EXPORT(block_f32);
HWY_EXPORT(block_f64);
HWY_EXPORT(isa);

namespace {

/// Calls visit(target, name) for every path that is compiled here and that this CPU has, the best first.
template <typename Visit>
void for_each_path(const Visit& visit) {
  for (std::int64_t left = hwy::SupportedTargets() & HWY_TARGETS; left != 0; left &= left - 1) {
    const std::int64_t target = left & -left;
    visit(target, isa_name(hwy::TargetName(target)));
  }
}

/// Makes Highway dispatch to the target that is called `isa` here ("avx2"), for as long as the value lives;
/// any other name, such as "best": to the best one, as ever.
class Dispatch {
 public:
  explicit Dispatch(const std::string& isa) {
    for_each_path([&](std::int64_t target, const std::string& name) {
      if (name == isa) chosen_ = target;
    });
    if (chosen_ != 0) restrict_to(chosen_);
  }
  ~Dispatch() {
    if (chosen_ != 0) restrict_to(0);
  }
  Dispatch(const Dispatch&) = delete;
  Dispatch& operator=(const Dispatch&) = delete;

 private:
  static void restrict_to(std::int64_t targets) {
    hwy::SetSupportedTargetsForTest(targets);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  }
  std::int64_t chosen_ = 0;
};

}  // namespace

std::vector<std::string> paths() {
  std::vector<std::string> names;
  for_each_path([&](std::int64_t, const std::string& name) { names.push_back(name); });
  return names;
}

Implementation simd() {
  Implementation row;
  row.name = "simd";
  row.accuracy = "float";
  row.doc = "Highway, the widest vectors of this CPU or those of isa=, twelve accumulators in registers";
  row.make = [](const Preparation& preparation) {
    HWY_DYNAMIC_DISPATCH(isa)();  // the first dispatch of a process only finds out which targets there are
    const Dispatch dispatch(get_text(preparation.params, "isa"));
    const Kernels kernels{HWY_DYNAMIC_DISPATCH(block_f32), HWY_DYNAMIC_DISPATCH(block_f64)};
    return make_instance(preparation, kernels, HWY_DYNAMIC_DISPATCH(isa)());
  };
  return row;
}

}  // namespace assay::roof_fma
#endif
