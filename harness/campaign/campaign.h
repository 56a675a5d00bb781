// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

/// `assay run` on other hosts: an engine (slurm/, ssh/) starts it on each, follows it and ends it; here is
/// what both have in common.
namespace assay::campaign {

/// What every host is asked to do.
struct Task {
  std::string id;                                  ///< 8 hex digits
  std::string folder;                              ///< here, absolute: in it a folder for each host
  std::vector<std::string> words;                  ///< of `assay run`, without database, export and host
  std::map<std::string, std::string> environment;  ///< settings of this command line, as ASSAY_*
  std::string program;  ///< folder with bin/assay, or a .tar.gz as ci/bundle makes it; absolute
};

constexpr int not_to_be_had = 3;  ///< a host that is lost before it began, as an exit code
constexpr int lost_under_way = 7;

enum class Phase {
  waiting,  ///< for the host, or to be looked at the first time
  running,
  ended,  ///< `code` says how `assay run` ended there
  lost,   ///< `detail` says why there is no end to wait for
};

struct Host {
  std::string name;     ///< what its runs are labelled with: host=NAME
  std::string address;  ///< what the engine knows it by
  std::string folder;   ///< here, absolute: `log` (standard error), `export` (the whole run), `code`
  Phase phase = Phase::waiting;
  std::string detail;  ///< what it waits for, why it is lost, or why its run was cut short
  int code = 0;        ///< of one that is lost: not_to_be_had or lost_under_way

  void lose(std::string why, int worth) {
    phase = Phase::lost;
    detail = std::move(why);
    code = worth;
  }
  bool is_done() const { return phase == Phase::ended || phase == Phase::lost; }
  bool has_export() const;
  /// The last line of its log, made safe for a terminal; "" where there is none yet.
  std::string last_words() const;
  /// The last line of its log that has these words in it.
  std::string line_with(const std::string& words) const;
  /// The last error of `assay` in it with its remedy, in one line; else the last line.
  std::string last_error() const;
};

/// Order of calls: hosts() once, start() once for each, then look() until all are done. All on one thread.
class Engine {
 public:
  virtual ~Engine() = default;
  /// The hosts that were asked for, with name and address; one that cannot be used is lost from the start.
  /// \throws Error{unavailable} where the engine is not here, or has no such hosts; Error{usage}.
  virtual std::vector<Host> hosts() = 0;
  /// Starts it there, or lets it wait for its turn. A host that takes nothing is lost.
  virtual void start(const Task& task, Host& host) = 0;
  /// Phases and details, as they are now.
  virtual void look(const Task& task, std::vector<Host>& hosts) = 0;
  /// Asks all that run to end with what they have, which they still send; what waits is called off.
  virtual void stop(const Task& task, std::vector<Host>& hosts) = 0;
  /// Ends all at once, whatever is lost by it; nothing runs or waits after it. Hosts that were not done are
  /// lost.
  virtual void end(const Task& task, std::vector<Host>& hosts) = 0;
};

struct Callbacks {
  std::function<void(Host&)> done;                        ///< once for each host, as soon as it is
  std::function<void(const std::vector<Host>&)> waiting;  ///< about five times a second
  std::function<bool()> stopped;                          ///< did the user ask to stop?
};

/// Runs the task on every host, to the end of the last. After `stopped` says so, what was measured is still
/// waited for, 60 s long, or until the user asks again (transport::interrupt_now()). Whatever it throws,
/// nothing that it started runs on.
std::vector<Host> run_on_hosts(Engine& engine, const Task& task, const Callbacks& callbacks);

/// In its folder `code`, which a host leaves behind at its end: sets phase and code. False: not there yet.
bool take_code(Host& host);

}  // namespace assay::campaign
