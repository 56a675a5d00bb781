// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/answers/results.h"

namespace assay::cli {

/// What a reader of results on real input must know: what became of the file, and where seeded values stand
/// beside it. One text for each input that has something to say.
std::vector<std::string> input_sentences(const Run& run);

/// What is said of a whole run, sentence by sentence; "" where there is nothing to say.
struct RunSentences {
  std::string imported;  ///< from which tool's file; then nothing else is said: nothing was measured here
  std::string limits;    ///< what limits this machine
  std::string noise;     ///< and how far it lets launches of one case differ
  std::string smallest_change;  ///< that it can see: an estimate from these launches, and labelled so
  std::string refused;          ///< and why
  std::vector<std::string> inputs;
  std::string hidden;       ///< cases that two workers offer
  std::string unoptimised;  ///< code
  std::string contended;    ///< launches that others disturbed
  std::string exits;        ///< of workers, that were bad after a good launch
  std::string collected;    ///< beside the times
  std::string next;         ///< what to try
};
/// `launches` and `rows`: all of the run's.
RunSentences sentences_of(const Run& run, const std::vector<LaunchSummary>& launches,
                          const std::vector<ResultRow>& rows);

/// The same as a list, below its table, with where the database is.
std::vector<std::string> run_sentences(const Run& run, const std::vector<LaunchSummary>& launches,
                                       const std::vector<ResultRow>& rows, const std::string& database);

/// How many launches others disturbed, and what the worst of them was (harness/run/contention.h); "" when
/// there were none.
std::string contended_sentence(const std::vector<LaunchSummary>& launches);

/// What reading and arithmetic reached, by the run's roof.mem (kind=load) and roof.fma (f32) with the most
/// threads. Only arrays of four times all last-level caches (`cache_bytes`; 0: not known) speak of memory:
/// smaller ones are named as what they are.
std::string limits_sentence(const std::vector<ResultRow>& rows, std::int64_t cache_bytes);

/// Others took what this launch needed: its `host.contended` says so, with what as its reason.
bool is_contended(const Launch& launch);

}  // namespace assay::cli
