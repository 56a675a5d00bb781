// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace assay::inputs {

/// A content-addressed cache of files that can be made again: decoded inputs, expected results. An entry is a
/// directory named by the SHA-256 of its key; it appears whole (built elsewhere, then renamed) or not at all,
/// so two processes may share the cache, and it says whose entry it is and lists its files with size and
/// CRC-32, so a damaged one, or one that was copied into another's place, is thrown away and made again.
class Cache {
 public:
  /// `directory` empty: ASSAY_CACHE, else user_folder(UserFiles::cache). \throws Error{usage} where that is
  /// none.
  explicit Cache(std::string directory = {});

  /// The entry's directory when it is there and whole.
  std::optional<std::string> find(const std::string& key) const;

  /// Whether that directory is an entry, and as it was made: for a path kept from an earlier get(). It then
  /// counts as used now.
  static bool use(const std::string& entry);

  /// The entry's directory, made by `build` (which writes files into the fresh directory that it is given)
  /// when it is not there. \throws what build throws (nothing is left behind then); Error{io} naming the
  /// directory when the cache cannot be written, with the remedy to set ASSAY_CACHE.
  std::string get(const std::string& key, const std::function<void(const std::string& directory)>& build);

  struct Pruned {
    std::size_t entries = 0;  ///< removed, or to be removed
    std::uint64_t bytes = 0;  ///< in them
    bool in_use = false;      ///< a CacheUse stands: nothing was looked at
  };
  /// Removes the entries (nothing that is not the cache's own) used or made longest ago until the others hold
  /// at most `most_bytes`; nothing while a CacheUse stands. What cannot be removed stays, and is not counted.
  /// With `dry_run` it only says what would go.
  Pruned prune(std::uint64_t most_bytes, bool dry_run = false);

  const std::string& directory() const { return directory_; }

 private:
  static bool is_whole(const std::string& entry);
  std::string entry(const std::string& key) const;
  std::string directory_;
};

/// While it stands, in whatever process, no entry is pruned: files that a run was given stay. It never fails;
/// where no file can be made in the cache, nothing can be pruned there either.
class CacheUse {
 public:
  explicit CacheUse(const Cache& cache);
  ~CacheUse() { release(); }
  CacheUse(const CacheUse&) = delete;
  CacheUse& operator=(const CacheUse&) = delete;
  void release();

 private:
  int file_ = -1;
};

}  // namespace assay::inputs
