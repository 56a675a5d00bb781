// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace assay {

/// "host-" and 8 hex digits of a hash of the name: the same for the same name everywhere. Empty for an empty
/// name.
std::string pseudonym(const std::string& host_name);

/// The text without home folders ("/home/NAME/..." -> "~/...") and with the given host name, where it stands
/// as a word of at least 3 characters, replaced by its pseudonym.
std::string hide_paths(const std::string& text, const std::string& host_name = {});

}  // namespace assay
