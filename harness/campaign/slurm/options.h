// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace assay::campaign {

/// 'partition=gpu,constraint=h100|a100,time=30,each=type': what is ours, and what goes to sbatch as it is.
struct SlurmOptions {
  std::vector<std::pair<std::string, std::string>> sbatch;  ///< partition, constraint, account, time, ...
  bool each_type = false;  ///< each=type: one node of a kind (each=host: every node, the default)
  double wait_s = 300;     ///< wait=10m: how long for a node that is down
  std::string folder;      ///< folder=DIR: what all nodes see; empty: the current one

  std::string of(const std::string& key) const;  ///< of `sbatch`; "" where it was not given
};

/// A piece without '=' belongs to the value before it (nodelist=n1,n2), and so does what follows a '[' up to
/// its ']'. Pure. \throws Error{usage} on what sbatch would be told twice, or cannot be told here.
SlurmOptions parse_slurm(const std::string& text);

/// A line of `sinfo -h -N -o '%N|%T|%P|%f|%c|%m|%G'`.
struct SlurmNode {
  std::string name;
  std::string state;  ///< "idle", "down*", "drained", "mixed"
  std::string partition;
  bool default_partition = false;
  std::string features;
  std::string type;  ///< features, CPUs, memory and devices: what nodes of a kind have in common

  bool is_down() const;
  /// Has it any feature that a constraint names? True without one. (sbatch knows it exactly, of nodes that
  /// are up.)
  bool may_fit(const std::string& constraint) const;
};

/// Each node once, in the order of the lines; without `partition` those of the default one. Pure.
std::vector<SlurmNode> parse_nodes(const std::vector<std::string>& lines, const std::string& partition);

/// What a job's state and reason mean for who waits for it.
enum class SlurmWait {
  turn,     ///< others are before it, or it is about to start
  node,     ///< its node is down, drained or not answering: it may come back
  never,    ///< held, or asks for what is not there
  running,  ///< or about to end
  again,    ///< the node failed under it, or others took it: it may be submitted again
  over,     ///< it ended, was cancelled or ran out of time
};

/// Of squeue's %T and %r. Pure.
SlurmWait slurm_wait(const std::string& state, const std::string& reason);

}  // namespace assay::campaign
