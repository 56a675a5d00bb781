// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace assay {

/// Where the files of whoever runs the program lie.
struct UserFolder {
  std::string path;    ///< absolute; empty: there is none
  std::string reason;  ///< why there is none
};

enum class UserFiles { config, data, cache };

/// $XDG_CONFIG_HOME/assay, $XDG_DATA_HOME/assay, $XDG_CACHE_HOME/assay; where such a variable is not set, or
/// no absolute path, the place that the XDG base directory specification gives it in $HOME. Without HOME the
/// home is the one of the password database, if it is a folder that belongs to this user: never a folder that
/// others can write. Nothing is made.
UserFolder user_folder(UserFiles files);

/// Why a file that may name programs to be started is not to be believed: it, the link to it or its folder
/// belongs neither to this user nor to root, or everybody can write it (a folder whose sticky bit keeps
/// others from replacing the file is good). "" when it is to be believed, or is not there.
std::string distrusted(const std::string& path);

}  // namespace assay
