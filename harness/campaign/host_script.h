// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "harness/campaign/campaign.h"
#include "harness/transport/ssh/shell_word.h"

namespace assay::campaign {

using transport::shell_word;

/// What a host runs in a POSIX shell, common to all engines (pure, as all here): `assay run` with the task's
/// words, in a folder of its own ($work, made before), with its database there. SIGTERM is passed on, so that
/// what was measured is stored and exported to $results/export. Where a job of the campaign was on this host
/// before, its run is taken up. $program is the program to be started; $code is how it ended.
std::string run_script(const Task& task, const Host& host);

/// The lines before that, which make $work of the pattern below $TMPDIR; it has to be this user's own.
std::string work_script(const Task& task, const Host& host);

/// The lines that make $program of the task's: where it lies, or of an archive, unpacked into $work from
/// standard input of `unpack` ("head -c 1234", "cat /shared/assay.tar.gz").
std::string unpack_script(const std::string& unpack);

}  // namespace assay::campaign
