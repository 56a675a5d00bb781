// SPDX-License-Identifier: Apache-2.0
#include "harness/backends/vulkan/gpu.h"

#include <algorithm>

#include "harness/core/error.h"

namespace assay::vulkan {

namespace {

Probe unusable(const Session& session, std::size_t index) {
  if (!session.probe().available) return session.probe();
  const std::size_t count = session.devices().size();
  if (index < count) return probe_of(session.devices()[index].facts);
  return Probe::absent("Vulkan's drivers find " + std::to_string(count),
                       "'assay list devices' has their names");
}

}  // namespace

Gpu::Gpu(const std::string& device) : pipeline_file_("") {
  const auto index = static_cast<std::size_t>(index_of(device));
  if (const Probe probe = unusable(session_, index); !probe.available)
    throw Error(ErrorCode::unavailable, "there is no " + device + ": " + probe.reason, probe.remedy);
  const auto& found = session_.devices()[index];
  facts_ = found.facts;
  physical_ = found.handle;
  row_ = describe(static_cast<int>(index), facts_);

  VkPhysicalDeviceShaderIntegerDotProductFeaturesKHR dots{};
  dots.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_INTEGER_DOT_PRODUCT_FEATURES_KHR;
  dots.shaderIntegerDotProduct = VK_TRUE;
  const char* const dot_extension = VK_KHR_SHADER_INTEGER_DOT_PRODUCT_EXTENSION_NAME;
  VkPhysicalDeviceVulkan12Features features_1_2{};
  features_1_2.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES;
  features_1_2.pNext = facts_.dot8 ? &dots : nullptr;
  features_1_2.bufferDeviceAddress = VK_TRUE;
  features_1_2.shaderFloat16 = facts_.float16 ? VK_TRUE : VK_FALSE;
  VkPhysicalDeviceFeatures2 features{};
  features.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2;
  features.pNext = &features_1_2;
  features.features.shaderFloat64 = facts_.float64 ? VK_TRUE : VK_FALSE;
  features.features.pipelineStatisticsQuery = facts_.statistics ? VK_TRUE : VK_FALSE;
  const float priority = 1;
  VkDeviceQueueCreateInfo queue{};
  queue.sType = VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO;
  queue.queueFamilyIndex = static_cast<std::uint32_t>(facts_.compute_family);
  queue.queueCount = 1;
  queue.pQueuePriorities = &priority;
  VkDeviceCreateInfo info{};
  info.sType = VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO;
  info.pNext = &features;
  info.queueCreateInfoCount = 1;
  info.pQueueCreateInfos = &queue;
  info.enabledExtensionCount = facts_.dot8 ? 1 : 0;
  info.ppEnabledExtensionNames = &dot_extension;
  VkDevice made = VK_NULL_HANDLE;
  check(session_.api().CreateDevice(physical_, &info, nullptr, &made), "open the device");
  api_ = device_api(session_.api(), made);
  device_ = {made, [destroy = api_.DestroyDevice](VkDevice d) { destroy(d, nullptr); }};
  api_.GetDeviceQueue(made, queue.queueFamilyIndex, 0, &queue_);

  VkCommandPoolCreateInfo pool{};
  pool.sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO;
  pool.queueFamilyIndex = queue.queueFamilyIndex;
  VkCommandPool commands = VK_NULL_HANDLE;
  check(api_.CreateCommandPool(made, &pool, nullptr, &commands), "make a command pool");
  pool_ = {commands, [this](VkCommandPool p) { api_.DestroyCommandPool(handle(), p, nullptr); }};
  VkFenceCreateInfo unsignalled{};
  unsignalled.sType = VK_STRUCTURE_TYPE_FENCE_CREATE_INFO;
  VkFence fence = VK_NULL_HANDLE;
  check(api_.CreateFence(made, &unsignalled, nullptr, &fence), "make a fence");
  fence_ = {fence, [this](VkFence f) { api_.DestroyFence(handle(), f, nullptr); }};
  pipeline_file_ = PipelineFile(pipeline_key(facts_));
  const auto kept = pipeline_file_.load();
  VkPipelineCacheCreateInfo start{};
  start.sType = VK_STRUCTURE_TYPE_PIPELINE_CACHE_CREATE_INFO;
  start.initialDataSize = kept ? kept->size() : 0;
  start.pInitialData = kept ? kept->data() : nullptr;
  VkPipelineCache cache = VK_NULL_HANDLE;
  check(api_.CreatePipelineCache(made, &start, nullptr, &cache), "make a pipeline cache");
  pipelines_ = {cache, [this](VkPipelineCache c) { api_.DestroyPipelineCache(handle(), c, nullptr); }};
}

void Gpu::keep_pipelines() {
  pipeline_file_.keep([this](std::size_t* bytes, void* data) {
    return api_.GetPipelineCacheData(handle(), pipelines(), bytes, data);
  });
}

VkCommandBuffer Gpu::recorded(const Record& record) {
  VkCommandBufferAllocateInfo info{};
  info.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO;
  info.commandPool = pool_.get();
  info.level = VK_COMMAND_BUFFER_LEVEL_PRIMARY;
  info.commandBufferCount = 1;
  VkCommandBuffer buffer = VK_NULL_HANDLE;
  check(api_.AllocateCommandBuffers(handle(), &info, &buffer), "make a command buffer");
  VkCommandBufferBeginInfo begin{};
  begin.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO;
  check(api_.BeginCommandBuffer(buffer, &begin), "record commands");
  Commands commands(api_, buffer, facts_.groups);
  record(commands);
  commands.barrier();
  check(api_.EndCommandBuffer(buffer), "record commands");
  return buffer;
}

void Gpu::run_once(const Record& record) {
  VkCommandBuffer commands = recorded(record);
  run(commands);
  api_.FreeCommandBuffers(handle(), pool_.get(), 1, &commands);
}

void Gpu::run(std::span<const VkCommandBuffer> parts) {
  const VkFence fence = fence_.get();
  check(api_.ResetFences(handle(), 1, &fence), "reset a fence");
  for (const VkCommandBuffer& part : parts) {
    VkSubmitInfo submit{};
    submit.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO;
    submit.commandBufferCount = 1;
    submit.pCommandBuffers = &part;
    const bool last = &part == &parts.back();
    check(api_.QueueSubmit(queue_, 1, &submit, last ? fence : VK_NULL_HANDLE), "submit work");
  }
  if (facts_.type == Type::cpu) {
    check(api_.WaitForFences(handle(), 1, &fence, VK_TRUE, ~std::uint64_t{0}), "run on the device");
    return;
  }
  VkResult state = VK_NOT_READY;
  while (state == VK_NOT_READY) state = api_.GetFenceStatus(handle(), fence);
  check(state, "run on the device");
}

void Commands::barrier() {
  VkMemoryBarrier all{};
  all.sType = VK_STRUCTURE_TYPE_MEMORY_BARRIER;
  all.srcAccessMask = VK_ACCESS_MEMORY_WRITE_BIT;
  all.dstAccessMask = VK_ACCESS_MEMORY_READ_BIT | VK_ACCESS_MEMORY_WRITE_BIT;
  constexpr auto work = VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT | VK_PIPELINE_STAGE_TRANSFER_BIT;
  api_.CmdPipelineBarrier(buffer_, work, work | VK_PIPELINE_STAGE_HOST_BIT, 0, 1, &all, 0, nullptr, 0,
                          nullptr);
}

void Commands::dispatch(const Kernel& kernel, std::size_t groups, const void* constants, std::size_t bytes) {
  api_.CmdBindPipeline(buffer_, VK_PIPELINE_BIND_POINT_COMPUTE, kernel.pipeline());
  api_.CmdPushConstants(buffer_, kernel.layout(), VK_SHADER_STAGE_COMPUTE_BIT, 0,
                        static_cast<std::uint32_t>(bytes), constants);
  const std::size_t rows = std::max<std::size_t>((groups + most_groups_ - 1) / most_groups_, 1);
  const std::size_t across = std::max<std::size_t>((groups + rows - 1) / rows, 1);
  api_.CmdDispatch(buffer_, static_cast<std::uint32_t>(across), static_cast<std::uint32_t>(rows), 1);
}

void Commands::copy(const Buffer& from, std::size_t from_offset, const Buffer& to, std::size_t to_offset,
                    std::size_t bytes) {
  copy(from.get(), from_offset, to.get(), to_offset, bytes);
}

void Commands::copy(VkBuffer from, std::size_t from_offset, VkBuffer to, std::size_t to_offset,
                    std::size_t bytes) {
  const VkBufferCopy part{from_offset, to_offset, bytes};
  api_.CmdCopyBuffer(buffer_, from, to, 1, &part);
}

void Commands::fill(const Buffer& buffer, std::uint32_t word) {
  api_.CmdFillBuffer(buffer_, buffer.get(), 0, VK_WHOLE_SIZE, word);
}

Kernel::Kernel(Gpu& gpu, std::span<const std::uint32_t> spirv, std::size_t constant_bytes,
               const std::vector<std::uint32_t>& specialization) {
  const DeviceApi& api = gpu.api();
  const VkDevice device = gpu.handle();
  VkShaderModuleCreateInfo code{};
  code.sType = VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO;
  code.codeSize = spirv.size_bytes();
  code.pCode = spirv.data();
  VkShaderModule shader = VK_NULL_HANDLE;
  check(api.CreateShaderModule(device, &code, nullptr, &shader), "load a shader");
  const Owned<VkShaderModule> module(shader,
                                     [&](VkShaderModule m) { api.DestroyShaderModule(device, m, nullptr); });

  const VkPushConstantRange range{VK_SHADER_STAGE_COMPUTE_BIT, 0, static_cast<std::uint32_t>(constant_bytes)};
  VkPipelineLayoutCreateInfo shape{};
  shape.sType = VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO;
  shape.pushConstantRangeCount = 1;
  shape.pPushConstantRanges = &range;
  VkPipelineLayout layout = VK_NULL_HANDLE;
  check(api.CreatePipelineLayout(device, &shape, nullptr, &layout), "make a pipeline layout");
  layout_ = {layout,
             [&gpu](VkPipelineLayout l) { gpu.api().DestroyPipelineLayout(gpu.handle(), l, nullptr); }};

  std::vector<VkSpecializationMapEntry> entries;
  for (std::uint32_t i = 0; i < specialization.size(); ++i)
    entries.push_back({i, i * std::uint32_t{sizeof(std::uint32_t)}, sizeof(std::uint32_t)});
  const VkSpecializationInfo values{static_cast<std::uint32_t>(entries.size()), entries.data(),
                                    specialization.size() * sizeof(std::uint32_t), specialization.data()};
  VkComputePipelineCreateInfo info{};
  info.sType = VK_STRUCTURE_TYPE_COMPUTE_PIPELINE_CREATE_INFO;
  info.stage.sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO;
  info.stage.stage = VK_SHADER_STAGE_COMPUTE_BIT;
  info.stage.module = shader;
  info.stage.pName = "main";
  info.stage.pSpecializationInfo = &values;
  info.layout = layout;
  VkPipeline pipeline = VK_NULL_HANDLE;
  check(api.CreateComputePipelines(device, gpu.pipelines(), 1, &info, nullptr, &pipeline),
        "compile a shader");
  pipeline_ = {pipeline, [&gpu](VkPipeline p) { gpu.api().DestroyPipeline(gpu.handle(), p, nullptr); }};
}

}  // namespace assay::vulkan
