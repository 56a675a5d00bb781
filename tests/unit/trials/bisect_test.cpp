// SPDX-License-Identifier: Apache-2.0
#include "harness/trials/bisect.h"

#include <catch2/catch.hpp>
#include <set>

using namespace assay::trials;

namespace {

/// A line of commits "0" (the first behind the good one) to "N-1", the last of which is bad.
class Line : public Bisection {
 public:
  explicit Line(int commits) : bad_(commits - 1) {}

  std::string next() override {
    const int middle = (good_ + bad_) / 2;
    for (int away = 0; away <= bad_ - good_; ++away) {
      for (const int at : {middle - away, middle + away}) {
        if (at > good_ && at < bad_ && !skipped_.contains(at)) return std::to_string(at);
      }
    }
    return "";
  }
  void tell(const std::string& commit, BisectMark mark) override {
    const int at = std::stoi(commit);
    if (mark == BisectMark::good) good_ = at;
    if (mark == BisectMark::bad) bad_ = at;
    if (mark == BisectMark::skip) skipped_.insert(at);
  }
  std::vector<std::string> range() override {
    std::vector<std::string> left;
    for (int i = good_ + 1; i <= bad_; ++i) left.push_back(std::to_string(i));
    return left;
  }

 private:
  int good_ = -1;
  int bad_;
  std::set<int> skipped_;
};

BisectHooks hooks_of(std::function<BisectMark(int)> judge, double* clock) {
  return {[judge, clock](const std::string& commit) {
            *clock += 10;
            return judge(std::stoi(commit));
          },
          [](const BisectProgress&) {}, [] { return false; }, [clock] { return *clock; }};
}

}  // namespace

TEST_CASE("the first bad commit is found in as many steps as were told, wherever it is") {
  for (int first_bad = 0; first_bad < 16; ++first_bad) {
    Line line(16);
    double clock = 0;
    const auto outcome = bisect(
        line, hooks_of([&](int at) { return at < first_bad ? BisectMark::good : BisectMark::bad; }, &clock),
        10);
    CHECK(outcome.range == std::vector<std::string>{std::to_string(first_bad)});
    CHECK(outcome.judged <= bisect_steps(16));
    CHECK(outcome.left == 0);
    CHECK_FALSE(outcome.interrupted);
  }
}

TEST_CASE("what is left is about the logarithm of the range") {
  CHECK(bisect_steps(0) == 0);
  CHECK(bisect_steps(1) == 0);
  CHECK(bisect_steps(2) == 1);
  CHECK(bisect_steps(3) == 2);
  CHECK(bisect_steps(8) == 3);
  CHECK(bisect_steps(9) == 4);
}

TEST_CASE("commits that cannot be judged leave a range that holds the first bad one") {
  Line line(8);
  double clock = 0;
  const auto outcome = bisect(line,
                              hooks_of(
                                  [](int at) {
                                    if (at == 3 || at == 4) return BisectMark::skip;
                                    return at < 4 ? BisectMark::good : BisectMark::bad;
                                  },
                                  &clock),
                              10);
  CHECK(outcome.range == std::vector<std::string>{"3", "4", "5"});
}

TEST_CASE("what is left is told with the mean time of those judged, the first one included") {
  Line line(8);
  double clock = 0;
  std::vector<BisectProgress> told;
  BisectHooks hooks = hooks_of([](int) { return BisectMark::bad; }, &clock);
  hooks.begin = [&](const BisectProgress& at) { told.push_back(at); };
  bisect(line, hooks, 30);
  REQUIRE(told.size() >= 2);
  CHECK(told[0].left == 3);
  CHECK(told[0].left_s == Approx(90));
  CHECK(told[1].left_s == Approx(20 * told[1].left));
}

TEST_CASE("an interrupted step does not count, and the range stays") {
  Line line(8);
  double clock = 0;
  bool stopped = false;
  BisectHooks hooks = hooks_of(
      [&](int) {
        stopped = true;
        return BisectMark::bad;
      },
      &clock);
  hooks.stop = [&] { return stopped; };
  const auto outcome = bisect(line, hooks, 10);
  CHECK(outcome.interrupted);
  CHECK(outcome.judged == 0);
  CHECK(outcome.range.size() == 8);
  CHECK(outcome.left == 3);
}
