// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace assay {

/// `kind`, "-" and 8 hex digits of a hash of the name: the same for the same name everywhere. Empty for an
/// empty name; what is a pseudonym already stays.
std::string pseudonym(const std::string& name, const std::string& kind = "host");

/// The text without home folders ("/home/NAME/..." -> "~/...") and with the given host name, where it stands
/// as a word of at least 3 characters, replaced by its pseudonym.
std::string hide_paths(const std::string& text, const std::string& host_name = {});

}  // namespace assay
