// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

/// The distribution functions that the intervals stand on. Pure; exact to about 1e-12.
namespace assay::stats {

/// Regularised incomplete beta function I_x(a, b), a, b > 0, 0 <= x <= 1, by the continued fraction of
/// DLMF 8.17.22.
double incomplete_beta(double a, double b, double x);

/// P[B <= k] of B ~ Binomial(n, p): I_{1-p}(n - k, k + 1), DLMF 8.17.5. k < 0 is 0; k >= n is 1.
double binomial_cdf(std::int64_t k, std::int64_t n, double p);

double normal_cdf(double z);

/// Inverse of normal_cdf for 0 < p < 1 (bisection to the last bits of double).
double normal_quantile(double p);

/// Student's t with `degrees` > 0 of freedom.
double student_cdf(double t, double degrees);
double student_quantile(double p, double degrees);

}  // namespace assay::stats
