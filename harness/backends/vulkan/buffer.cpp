// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstring>

#include "harness/backends/vulkan/gpu.h"
#include "harness/core/error.h"

namespace assay::vulkan {

namespace {

/// What goes to or from the device at a time.
constexpr std::size_t staging_bytes = std::size_t{16} << 20;

Transfers::Place place_of(VkBuffer buffer) { return reinterpret_cast<Transfers::Place>(buffer); }

}  // namespace

Buffer& Gpu::staging() {
  if (!staging_) staging_ = std::make_unique<Buffer>(*this, staging_bytes, Buffer::Where::host);
  return *staging_;
}

Owned<VkDeviceMemory> Gpu::memory_of(VkBuffer buffer, VkMemoryPropertyFlags wanted,
                                     VkMemoryPropertyFlags better) {
  VkMemoryRequirements needs{};
  api_.GetBufferMemoryRequirements(handle(), buffer, &needs);
  VkPhysicalDeviceMemoryProperties memory{};
  session_.api().GetPhysicalDeviceMemoryProperties(physical_, &memory);
  const auto first = [&](VkMemoryPropertyFlags flags) {
    std::uint32_t type = 0;
    while (type < memory.memoryTypeCount && ((needs.memoryTypeBits >> type & 1) == 0 ||
                                             (memory.memoryTypes[type].propertyFlags & flags) != flags)) {
      ++type;
    }
    return type;
  };
  std::uint32_t type = first(wanted | better);
  if (type == memory.memoryTypeCount) type = first(wanted);
  if (type == memory.memoryTypeCount)
    throw Error(ErrorCode::worker, "the Vulkan driver has no memory of the kind that is needed");
  VkMemoryAllocateFlagsInfo flags{};
  flags.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_FLAGS_INFO;
  flags.flags = VK_MEMORY_ALLOCATE_DEVICE_ADDRESS_BIT;
  VkMemoryAllocateInfo info{};
  info.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO;
  info.pNext = &flags;
  info.allocationSize = needs.size;
  info.memoryTypeIndex = type;
  VkDeviceMemory allocated = VK_NULL_HANDLE;
  check(api_.AllocateMemory(handle(), &info, nullptr, &allocated), "allocate memory");
  return {allocated, [this](VkDeviceMemory m) { api_.FreeMemory(handle(), m, nullptr); }};
}

Buffer::Buffer(Gpu& gpu, std::size_t bytes, Where where) : gpu_(&gpu), bytes_(bytes) {
  const DeviceApi& api = gpu.api();
  VkBufferCreateInfo info{};
  info.sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO;
  info.size = (std::max<std::size_t>(bytes, 1) + 15) / 16 * 16;  // kernels read whole vectors
  info.usage = VK_BUFFER_USAGE_STORAGE_BUFFER_BIT | VK_BUFFER_USAGE_TRANSFER_SRC_BIT |
               VK_BUFFER_USAGE_TRANSFER_DST_BIT | VK_BUFFER_USAGE_SHADER_DEVICE_ADDRESS_BIT;
  VkBuffer made = VK_NULL_HANDLE;
  check(api.CreateBuffer(gpu.handle(), &info, nullptr, &made), "make a buffer");
  buffer_ = {made, [&gpu](VkBuffer b) {
               gpu.transfers().gone(place_of(b));
               gpu.api().DestroyBuffer(gpu.handle(), b, nullptr);
             }};
  const bool host = where == Where::host;
  memory_ =
      host ? gpu.memory_of(made, VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT,
                           VK_MEMORY_PROPERTY_HOST_CACHED_BIT)
           : gpu.memory_of(made, VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT, 0);
  check(api.BindBufferMemory(gpu.handle(), made, memory_.get(), 0), "bind memory");
  if (host) check(api.MapMemory(gpu.handle(), memory_.get(), 0, VK_WHOLE_SIZE, 0, &mapped_), "map memory");
  VkBufferDeviceAddressInfo place{};
  place.sType = VK_STRUCTURE_TYPE_BUFFER_DEVICE_ADDRESS_INFO;
  place.buffer = made;
  address_ = api.GetBufferDeviceAddress(gpu.handle(), &place);
}

void Gpu::upload(VkBuffer to, const void* host, std::size_t bytes) {
  const Buffer& through = staging();
  for (std::size_t at = 0; at < bytes; at += through.bytes()) {
    const std::size_t part = std::min(through.bytes(), bytes - at);
    std::memcpy(through.mapped(), static_cast<const char*>(host) + at, part);
    run_once([&](Commands& commands) { commands.copy(through.get(), 0, to, at, part); });
  }
}

void Gpu::download(VkBuffer from, void* host, std::size_t bytes, std::size_t offset) {
  const Buffer& through = staging();
  for (std::size_t at = 0; at < bytes; at += through.bytes()) {
    const std::size_t part = std::min(through.bytes(), bytes - at);
    run_once([&](Commands& commands) { commands.copy(from, offset + at, through.get(), 0, part); });
    std::memcpy(static_cast<char*>(host) + at, through.mapped(), part);
  }
}

void Buffer::upload(const void* host, std::size_t bytes) {
  gpu_->upload(get(), host, bytes);
  gpu_->transfers().uploaded(place_of(get()), bytes);
}

void Buffer::download(void* host, std::size_t bytes, std::size_t offset) const {
  gpu_->download(get(), host, bytes, offset);
  gpu_->transfers().downloaded(place_of(get()), offset, bytes);
}

void Buffer::spoil() {
  gpu_->run_once([&](Commands& commands) { commands.fill(*this, 0xA5A5A5A5U); });
}

}  // namespace assay::vulkan
