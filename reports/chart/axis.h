// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

namespace assay::chart {

enum class Scale : unsigned char { linear, log };

/// Of values; empty while low > high.
struct Domain {
  double low = 1;
  double high = 0;
  bool empty() const { return !(low <= high); }
  void add(double value,
           Scale scale);  ///< passes over what the scale cannot show (NaN, infinite; <= 0 on log)
};

/// Whether the scale has a place for the value.
bool showable(double value, Scale scale);

Domain domain_of(std::span<const double> values, Scale scale);

/// Widened by `fraction` of its extent at both ends (on log: of its decades).
Domain padded(Domain domain, Scale scale, double fraction);

/// Values to points. Any domain gives a usable axis: an empty one becomes 0..1 (log: 1..10), one value gets
/// room at both sides, and on log what is not positive counts as empty.
class Axis {
 public:
  Axis() : Axis(Scale::linear, {}, 0, 1) {}
  /// `from` is where the domain's low end lies, `to` where its high end does (below `from` for an axis
  /// upwards).
  Axis(Scale scale, Domain domain, double from, double to);

  double at(double value) const;  ///< finite for whatever is showable
  double value(double at) const;  ///< the inverse
  Scale scale() const { return scale_; }
  double low() const { return low_; }
  double high() const { return high_; }
  double from() const { return from_; }
  double to() const { return to_; }
  double length() const { return to_ > from_ ? to_ - from_ : from_ - to_; }

 private:
  Scale scale_;
  double low_;
  double high_;
  double from_;
  double to_;
};

}  // namespace assay::chart
