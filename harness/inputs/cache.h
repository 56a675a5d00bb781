// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>

namespace assay::inputs {

/// A content-addressed cache of files that can be made again: decoded inputs, expected results. An entry is a
/// directory named by the SHA-256 of its key; it appears whole (built elsewhere, then renamed) or not at all,
/// so two processes may share the cache, and it lists its files with size and CRC-32, so a damaged one is
/// thrown away and made again.
class Cache {
 public:
  /// `directory` empty: ASSAY_CACHE, else $XDG_CACHE_HOME/assay, else ~/.cache/assay.
  explicit Cache(std::string directory = {});

  /// The entry's directory when it is there and whole.
  std::optional<std::string> find(const std::string& key) const;

  /// The entry's directory, made by `build` (which writes files into the fresh directory that it is given)
  /// when it is not there. \throws what build throws (nothing is left behind then); Error{io} naming the
  /// directory when the cache cannot be written, with the remedy to set ASSAY_CACHE.
  std::string get(const std::string& key, const std::function<void(const std::string& directory)>& build);

  const std::string& directory() const { return directory_; }

 private:
  std::string entry(const std::string& key) const;
  std::string directory_;
};

}  // namespace assay::inputs
