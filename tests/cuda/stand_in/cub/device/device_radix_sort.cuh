// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/cuda/stand_in/cub/device/device_library.h"
