// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "harness/campaign/campaign.h"

namespace assay::campaign {

/// One connection for each host: the program is copied into a folder below its $TMPDIR, which goes away with
/// the connection, however that ends. A far host needs a POSIX shell, tar, gzip, head and mktemp. `ssh`: the
/// command's words before the host's name. \throws Error{usage} on a name that is none, or stands there
/// twice.
std::unique_ptr<Engine> ssh_engine(std::vector<std::string> ssh, std::vector<std::string> addresses);

}  // namespace assay::campaign
