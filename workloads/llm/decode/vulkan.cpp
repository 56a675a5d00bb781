// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>

#include "harness/backends/vulkan/instance.h"
#include "harness/core/error.h"
#include "workloads/llm/decode/model.h"
#include "workloads/llm/support/vulkan_kernels.h"

namespace assay {

namespace llm {

namespace {

constexpr std::uint32_t embed_code[] =
#include "workloads/llm/decode/embed.inc"
    ;
constexpr std::uint32_t norm_code[] =
#include "workloads/llm/decode/norm.inc"
    ;
constexpr std::uint32_t norm_code_subgroups[] =
#include "workloads/llm/decode/norm_subgroups.inc"
    ;
constexpr std::uint32_t remember_code[] =
#include "workloads/llm/decode/remember.inc"
    ;
constexpr std::uint32_t swiglu_code[] =
#include "workloads/llm/decode/swiglu.inc"
    ;
constexpr std::uint32_t pick_code[] =
#include "workloads/llm/decode/pick.inc"
    ;
constexpr std::uint32_t threads = 128;
constexpr std::size_t most_tokens = 1024;  ///< a call is recorded whole, some 15 dispatches a layer and token

std::uint32_t word(std::size_t value) { return static_cast<std::uint32_t>(value); }

/// The push constants of the shaders, in the order in which a token meets them.
struct Embed {
  std::uint64_t weights, tokens, x, added;
  std::uint32_t token, columns, rows;
  float factor;
};
struct Norm {
  std::uint64_t x, added, gain, normed;
  std::uint32_t count;
  float epsilon;
};
struct Remember {
  std::uint64_t qkv, cosine, sine, keys, values;
  std::uint32_t query_pairs, key_pairs, head_pairs, position, room;
};
struct SwiGlu {
  std::uint64_t gate_up, hidden;
  std::uint32_t count;
};
struct Pick {
  std::uint64_t logits, tokens, steps;
  std::uint32_t count, step, kept;
};

/// A layer's weights and its part of the cache: binary16, [head][position][value].
struct DeviceLayer {
  vulkan::Buffer attention_gain, qkv, out, hidden_gain, gate_up, down, keys, values;
};

/// The host waits for the last token alone: each is embedded from where the one before left it on the device.
class VulkanDecode final : public vulkan::DeviceInstance {
 public:
  explicit VulkanDecode(const Preparation& preparation) : DeviceInstance(preparation), model_(preparation) {
    if (model_.new_tokens > most_tokens) {
      throw Error(ErrorCode::unavailable, "llm.decode/vulkan decodes at most 1024 tokens in a call",
                  "choose fewer tokens; the prompt may be longer");
    }
    make_buffers();
    make_kernels();
    const std::size_t at_once = tokens_of_a_submission();
    const std::size_t known = model_.prompt_tokens - 1;
    for (const auto& part : parts(known, at_once, [this](vulkan::Commands&commands, std::size_t i) {
           read(commands, prompt_, i, i);
         })) {
      gpu().run_once(part);
    }
    queue().on_record(
        parts(model_.new_tokens, at_once, [this, known](vulkan::Commands& commands, std::size_t i) {
          i == 0 ? read(commands, prompt_, known, known) : read(commands, tokens_, i - 1, known + i);
          answer(commands, i);
        }));
    facts() = {model_.work(), resident_, model_.digest()};
    call();
  }

  std::vector<Tensor> output() override {
    std::vector<std::int32_t> tokens(model_.new_tokens);
    std::vector<float> steps(model_.new_tokens * model_.kept());
    std::vector<float> logits(shape().vocabulary);
    tokens_.download(tokens.data(), tokens_.bytes());
    steps_.download(steps.data(), steps_.bytes());
    logits_.download(logits.data(), logits_.bytes());
    return model_.output(tokens, steps, logits);
  }
  void spoil() override {
    tokens_.spoil();
    steps_.spoil();
    logits_.spoil();
  }
  std::string accuracy() const override { return in_blocks(format()) ? "q8" : "float"; }

 private:
  const Shape& shape() const { return model_.shape; }
  Format format() const { return model_.embedding.format; }

  vulkan::Buffer room(std::size_t bytes) {
    resident_ += bytes;
    return {gpu(), bytes};
  }
  template <typename Values>
  vulkan::Buffer uploaded(const Values& values) {
    resident_ += values.size() * sizeof values[0];
    return {gpu(), values.data(), values.size()};
  }
  vulkan::Buffer matrix(const Matrix& values) {
    resident_ += values.size_bytes();
    return shaders::uploaded(gpu(), values);
  }

  void make_buffers() {
    const std::size_t e = shape().embedding;
    const std::size_t cache = model_.positions() * shape().kv() * sizeof(std::uint16_t);
    for (const Layer& from : model_.layers) {
      DeviceLayer& layer = layers_.emplace_back();
      layer.attention_gain = uploaded(from.attention_gain);
      layer.qkv = matrix(from.qkv);
      layer.out = matrix(from.out);
      layer.hidden_gain = uploaded(from.hidden_gain);
      layer.gate_up = matrix(from.gate_up);
      layer.down = matrix(from.down);
      layer.keys = room(cache);
      layer.values = room(cache);
    }
    embedding_ = matrix(model_.embedding);
    final_gain_ = uploaded(model_.final_gain);
    cosine_ = uploaded(model_.cosine);
    sine_ = uploaded(model_.sine);
    prompt_ = uploaded(model_.prompt);
    x_ = room(e * sizeof(float));
    added_ = room(e * sizeof(float));
    normed_ = room(e * sizeof(float));
    qkv_ = room((e + 2 * shape().kv()) * sizeof(float));
    attended_ = room(e * sizeof(float));
    gate_up_ = room(2 * shape().hidden * sizeof(float));
    hidden_ = room(shape().hidden * sizeof(float));
    tokens_ = room(model_.new_tokens * sizeof(std::int32_t));
    steps_ = room(model_.new_tokens * model_.kept() * sizeof(float));
    logits_ = room(shape().vocabulary * sizeof(float));
  }

  void make_kernels() {
    const auto kernel = [&](std::span<const std::uint32_t> code, std::size_t constants,
                            std::uint32_t chosen) {
      return vulkan::Kernel(gpu(), code, constants, {threads, chosen});
    };
    embed_ = kernel(embed_code, sizeof(Embed), static_cast<std::uint32_t>(format()));
    norm_ = kernel(adding(norm_code_subgroups, norm_code), sizeof(Norm), 0);
    const auto builds = shaders::Products::builds(format());
    products_ = shaders::Products(
        gpu(), format(), std::max(shape().embedding, shape().hidden),
        in_blocks(format()) ? adding_products({builds.dot8_by_subgroups, builds.dot8_over_shared_memory},
                                              {builds.by_subgroups, builds.over_shared_memory})
                            : adding(builds.by_subgroups, builds.over_shared_memory));
    attention_ = shaders::Attention(gpu(), true, attention(model_.positions()));
    resident_ += products_.bytes() + attention_.bytes();
    remember_ = kernel(remember_code, sizeof(Remember), 0);
    swiglu_ = kernel(swiglu_code, sizeof(SwiGlu), 0);
    pick_ = kernel(pick_code, sizeof(Pick), 0);
  }

  /// By the host's time of the dearest token, the one that attends to the most.
  std::size_t tokens_of_a_submission() {
    const VkCommandBuffer token = gpu().recorded([this](vulkan::Commands& commands) {
      read(commands, prompt_, 0, model_.positions() - 1);
      answer(commands, 0);
    });
    gpu().run(token);  // its weights are where they stay
    const auto begin = std::chrono::steady_clock::now();
    gpu().run(token);
    const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - begin;
    return vulkan::times_in_a_submission(took.count());
  }

  /// `count` tokens, at most `at_once` of them in one part.
  static std::vector<vulkan::Record> parts(
      std::size_t count, std::size_t at_once,
      const std::function<void(vulkan::Commands& commands, std::size_t i)>& token) {
    std::vector<vulkan::Record> all;
    for (std::size_t begin = 0; begin < count; begin += at_once) {
      all.push_back([=, end = std::min(count, begin + at_once)](vulkan::Commands& commands) {
        for (std::size_t i = begin; i < end; ++i) token(commands, i);
      });
    }
    return all;
  }

  static std::size_t groups(std::size_t invocations) { return (invocations + threads - 1) / threads; }

  template <typename Constants>
  void next(vulkan::Commands& commands, const vulkan::Kernel& kernel, std::size_t groups,
            const Constants& constants) {
    commands.dispatch(kernel, groups, constants);
    commands.barrier();
  }

  shaders::Attention::Shape attention(std::size_t context) const {
    return {shape().heads, shape().group(), shape().head() / 2, context, model_.positions()};
  }

  void multiply(vulkan::Commands& commands, const Matrix& by, const vulkan::Buffer& w,
                const vulkan::Buffer& x, const vulkan::Buffer& y) {
    products_.record(commands, by.rows, by.cols, w, x, y);
    commands.barrier();
  }

  void normalise(vulkan::Commands& commands, const vulkan::Buffer& gain) {
    next(commands, norm_, 1,
         Norm{x_.address(), added_.address(), gain.address(), normed_.address(), word(shape().embedding),
              norm_epsilon});
  }

  void attend(vulkan::Commands& commands, const DeviceLayer& layer, std::size_t position) {
    const std::size_t pairs = shape().head() / 2;
    const std::size_t query_pairs = shape().embedding / 2;
    const std::size_t key_pairs = shape().kv() / 2;
    next(commands, remember_, groups(query_pairs + 2 * key_pairs),
         Remember{qkv_.address(), cosine_.address(), sine_.address(), layer.keys.address(),
                  layer.values.address(), word(query_pairs), word(key_pairs), word(pairs), word(position),
                  word(model_.positions())});
    attention_.record(commands, qkv_, layer.keys, layer.values, attended_, attention(position + 1));
    commands.barrier();
  }

  /// The token at `place` of `tokens` goes through the layers: its keys and values are cached at `position`.
  void read(vulkan::Commands& commands, const vulkan::Buffer& tokens, std::size_t place,
            std::size_t position) {
    next(commands, embed_, 1,
         Embed{embedding_.address(), tokens.address(), x_.address(), added_.address(), word(place),
               word(shape().embedding), word(shape().vocabulary),
               std::sqrt(static_cast<float>(shape().embedding))});
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      const Layer& shapes = model_.layers[i];
      const DeviceLayer& layer = layers_[i];
      normalise(commands, layer.attention_gain);
      multiply(commands, shapes.qkv, layer.qkv, normed_, qkv_);
      attend(commands, layer, position);
      multiply(commands, shapes.out, layer.out, attended_, added_);
      normalise(commands, layer.hidden_gain);
      multiply(commands, shapes.gate_up, layer.gate_up, normed_, gate_up_);
      next(commands, swiglu_, groups(shape().hidden),
           SwiGlu{gate_up_.address(), hidden_.address(), word(shape().hidden)});
      multiply(commands, shapes.down, layer.down, hidden_, added_);
    }
  }

  /// Logits of the token that was read last; the largest is the next token.
  void answer(vulkan::Commands& commands, std::size_t step) {
    normalise(commands, final_gain_);
    multiply(commands, model_.embedding, embedding_, normed_, logits_);
    next(commands, pick_, 1,
         Pick{logits_.address(), tokens_.address(), steps_.address(), word(shape().vocabulary), word(step),
              word(model_.kept())});
  }

  Model model_;
  std::size_t resident_ = 0;
  std::vector<DeviceLayer> layers_;
  vulkan::Buffer embedding_, final_gain_, cosine_, sine_, prompt_;
  vulkan::Buffer x_, added_, normed_, qkv_, attended_, gate_up_, hidden_;
  vulkan::Buffer tokens_, steps_, logits_;
  vulkan::Kernel embed_, norm_, remember_, swiglu_, pick_;
  shaders::Products products_;
  shaders::Attention attention_;
};

}  // namespace

}  // namespace llm

Implementation implementation_llm_decode_vulkan();

Implementation implementation_llm_decode_vulkan() {
  Implementation row;
  row.name = "vulkan";
  row.device = "vulkan";
  row.accuracy = "q8";  // float where weights are f32 or f16: Instance::accuracy()
  row.doc =
      "the host waits for a call's last token alone, each token's choice is left on the device, so that none "
      "has a time of its own; a submission holds as many tokens as take 50 ms; llm.gemv's and "
      "llm.attn_decode's kernels";
  row.make = [](const Preparation& p) { return std::make_unique<llm::VulkanDecode>(p); };
  return row;
}

}  // namespace assay
