// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "harness/core/host.h"
#include "harness/core/selector.h"

namespace assay::run {

/// A selector whose device is chosen by what it is, `KIND:KEY=TEXT`, as one selector for each device of that
/// kind of which it is true; any other selector as it is. KEY is one of
///   name  its model, as its driver says it          vulkan:name=radeon
///   uuid  (a part is enough)                        cuda:uuid=GPU-1b2c
///   type  discrete GPU, integrated GPU, CPU, ...    vulkan:type=discrete
/// and TEXT a part of that, in capitals or not. Cases keep the device's number: a choice is no identity.
/// `devices`: what the workers have here. \throws Error{usage} on another key or an empty text;
/// Error{unavailable} when no device is meant, listing those that are there.
std::vector<Selector> on_chosen_devices(const Selector& selector, const std::vector<DeviceOffer>& devices);

}  // namespace assay::run
