// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "harness/core/collector.h"
#include "harness/core/host.h"
#include "harness/core/workload.h"

namespace assay {

/// The component table. CMake generates one for each linked target from its assay_component() calls
/// (ci/cmake/AssayComponent.cmake), as references to functions: nothing is registered by a static initialiser
/// and nothing can be dropped by the linker.
struct WorkloadRow {
  std::string_view name;
  Workload (*make)();
};

struct CollectorRow {
  std::string_view name;
  std::unique_ptr<Collector> (*make)();
};

struct AroundCollectorRow {
  std::string_view name;
  std::unique_ptr<AroundCollector> (*make)();
};

/// An implementation that lives in a module, a shared object opened only by the launches that need it.
struct ModuleRow {
  std::string_view module;          ///< "openblas": the file is assay-module-openblas.so
  std::string_view workload;        ///< "llm.gemv"
  std::string_view implementation;  ///< "openblas"
  std::string_view device = "cpu";  ///< "cpu", or a kind: the implementation runs on every device of it
};

/// A kind of device whose driver only a module knows: it is opened where somebody asks for devices.
struct DeviceKindRow {
  std::string_view kind;    ///< "cuda": its devices are cuda:0, cuda:1, ...
  std::string_view module;  ///< whose ModuleTable::devices lists them
};

/// An implementation that is a component and linked in, beside those that its workload brings itself.
struct ImplementationRow {
  std::string_view workload;
  Implementation (*make)();
};

/// A component that was not built: asking for it by name is an error that shows the reason and the remedy.
struct AbsentRow {
  std::string_view kind;  ///< workload, implementation, collector, around_collector, device_kind
  std::string_view name;
  std::string_view reason;
  std::string_view remedy;
  std::string_view device = "cpu";  ///< of an implementation: as ModuleRow::device
};

struct ComponentTable {
  std::vector<WorkloadRow> workloads;
  std::vector<CollectorRow> collectors;
  std::vector<AroundCollectorRow> around_collectors;
  std::vector<ModuleRow> modules;
  std::vector<AbsentRow> absent;
  std::vector<ImplementationRow> implementations;
  std::string_view version;   ///< of the project that the program belongs to; may be empty
  std::string_view compiler;  ///< that built the components: "GNU 12.2.0 Release"
  std::vector<DeviceKindRow> device_kinds = {};
};

/// What a module exports: one C symbol, `assay_module`, of type `const ModuleTable* (*)()`. A module whose
/// ABI number differs from the worker's is refused.
inline constexpr int module_abi = 2;

struct ModuleTable {
  int abi = module_abi;
  std::vector<ImplementationRow> rows;
  /// The devices of the module's kind, numbered in PCI order; one row that is absent, with reason and remedy,
  /// where there is none. Null in a module that brings no devices.
  std::vector<DeviceOffer> (*devices)() = nullptr;
};

}  // namespace assay
