/* SPDX-License-Identifier: Apache-2.0 */
/* Eight outputs of one pixel at once with MVE: up to 64 of its inputs stay in four vector registers, and the
 * weights of one output after the other go past them. In assembly, since GCC 12 neither advances pointers
 * with its loads nor keeps the sums in the registers that these instructions want. */
#include <arm_mve.h>

#include "workloads/tinyml/boards/eight_mve.h"
#include "workloads/tinyml/boards/rescale.h"
#include "workloads/tinyml/boards/taps.h"

enum { most_channels = 64, most_taps = 640, most_gathered = 4 };

/* Channels of which all outputs of a pixel are computed at once. */
typedef struct assay_wide {
  const int8_t* weights;         /* of the first channel */
  int32_t channels, count, step; /* products of an output; from a pixel's outputs to the next one's */
  assay_clamp clamp;
  int32_t scales[3 * most_channels];
} assay_wide;

/* The products of one output, into a register: each with a vector of weights and the one of the inputs that
 * it meets. w moves on to the next output, `pitch` bytes behind; dense rows of weights are so many bytes
 * long. The last vector of a row ends with it and begins within the one before, where its inputs are zeros,
 * since nothing beyond may be read; a row of less than sixteen is cut. */
#define FIRST(sum, load) load "vmladav.s8 %[" #sum "], %q[t], %q[x0]\n\t"
#define MORE(sum, load, x) load "vmladava.s8 %[" #sum "], %q[t], %q[" #x "]\n\t"
#define NEXT "vldrb.8 %q[t], [%[w]], #16\n\t"
#define AT(offset) "vldrb.8 %q[t], [%[w], #" #offset "]\n\t"
#define PART "vpst\n\tvldrbt.8 %q[t], [%[w]]\n\t"
#define ON "add %[w], %[pitch]\n\t"

#define DENSE_4(sum) FIRST(sum, NEXT) MORE(sum, NEXT, x1) MORE(sum, NEXT, x2) MORE(sum, NEXT, x3)
#define APART_4(sum) FIRST(sum, AT(0)) MORE(sum, AT(16), x1) MORE(sum, AT(32), x2) MORE(sum, AT(48), x3) ON
#define APART_1(sum) FIRST(sum, AT(0)) ON
#define ENDS_2(sum) FIRST(sum, AT(0)) ON MORE(sum, AT(-16), x1)
#define ENDS_3(sum) FIRST(sum, AT(0)) MORE(sum, AT(16), x1) ON MORE(sum, AT(-16), x2)
#define CUT_1(sum) FIRST(sum, PART) ON
/* What such rows need before, their operands, and the last vector of inputs. */
#define BEGIN_DENSE ""
#define BEGIN_ENDS ""
#define BEGIN_CUT "vctp.8 %[pitch]\n\t"
#define OPERANDS_DENSE
#define OPERANDS_ENDS , [pitch] "r"(pitch)
#define OPERANDS_CUT , [pitch] "r"(pitch)
#define LAST_DENSE(values, count) vld1q_s8((values) + (count)-16)
#define LAST_ENDS(values, count) end_of(values, count)
#define LAST_CUT(values, count) vldrbq_z_s8(values, vctp8q((uint32_t)(count)))

/* The last sixteen of `count` values, zeros in place of those that are in the vectors before. */
static inline int8x16_t end_of(const int8_t* values, int32_t count) {
  return vldrbq_z_s8(values + count - 16, (mve_pred16_t)~vctp8q(-(uint32_t)count % 16));
}

/* Eight sums without bias, the even ones and the odd ones apart. */
#define EIGHT(kind, output) \
  __asm__(BEGIN_##kind output(s0) output(s1) output(s2) output(s3) output(s4)                                       \
          "vmov %q[even][2], %q[even][0], %[s0], %[s4]\n\t" output(s4)                                       \
          "vmov %q[odd][2], %q[odd][0], %[s1], %[s4]\n\t" output(s4)                                         \
          "vmov %q[even][3], %q[even][1], %[s2], %[s4]\n\t" output(s4)                                       \
          "vmov %q[odd][3], %q[odd][1], %[s3], %[s4]"                                                        \
          : [even] "=&w"(even), [odd] "=&w"(odd), [t] "=&w"(taps), [w] "+r"(w), [s0] "=&Te"(s0),             \
            [s1] "=&Te"(s1), [s2] "=&Te"(s2), [s3] "=&Te"(s3), [s4] "=&Te"(s4)                               \
          : [x0] "w"(x0), [x1] "w"(x1), [x2] "w"(x2), [x3] "w"(x3),                                          \
            "m"(*(const int8_t(*)[])w) OPERANDS_##kind)

/* Saturated at 16 bits what lies beyond the clamp stays there. */
__attribute__((noinline)) void assay_rescale_eight(int32x4_t even, int32x4_t odd, const assay_clamp* clamp,
                                                   const int32_t* scales, int8_t* out) {
  const int32x4_t right_even = vld1q_s32(scales + 16), right_odd = vld1q_s32(scales + 20);
  even = vqrdmulhq_s32(vaddq_s32(even, vld1q_s32(scales)), vld1q_s32(scales + 8));
  odd = vqrdmulhq_s32(vaddq_s32(odd, vld1q_s32(scales + 4)), vld1q_s32(scales + 12));
  even = vrshlq_s32(vaddq_s32(even, vshrq_n_s32(vandq_s32(even, right_even), 31)), right_even);
  odd = vrshlq_s32(vaddq_s32(odd, vshrq_n_s32(vandq_s32(odd, right_odd), 31)), right_odd);
  int16x8_t both = vqmovntq_s32(vqmovnbq_s32(vuninitializedq_s16(), even), odd);
  both = vmaxq_s16(vminq_s16(both, vdupq_n_s16((int16_t)clamp->high)), vdupq_n_s16((int16_t)clamp->low));
  vstrbq_s16(out, vaddq_n_s16(both, (int16_t)clamp->out_zero));
}

/* Pixels whose inputs follow one another. */
#define LOAD(i, vectors, kind) \
  (vectors == i + 1 ? LAST_##kind(values, pitch) : vectors > i ? vld1q_s8(values + 16 * i) : x0)
#define PIXELS(name, vectors, kind, output)                                                                  \
  static void name(const assay_wide* wide, const int8_t* values, int32_t pixels, int8_t* out) {              \
    const int32_t pitch = wide->count, channels = wide->channels;                                            \
    for (; pixels > 0; --pixels, values += pitch, out += wide->step - channels) {                            \
      const int8x16_t x0 = vectors == 1 ? LAST_##kind(values, pitch) : vld1q_s8(values);                     \
      const int8x16_t x1 = LOAD(1, vectors, kind), x2 = LOAD(2, vectors, kind), x3 = LOAD(3, vectors, kind); \
      const int8_t* w = wide->weights;                                                                       \
      const int32_t* scales = wide->scales;                                                                  \
      for (int32_t left = channels; left > 0; left -= 8) {                                                   \
        int8x16_t taps;                                                                                      \
        int32x4_t even, odd;                                                                                 \
        int32_t s0, s1, s2, s3, s4;                                                                          \
        EIGHT(kind, output);                                                                                 \
        assay_put_eight(even, odd, &wide->clamp, &scales, &out);                                             \
      }                                                                                                      \
    }                                                                                                        \
  }

PIXELS(dense_4, 4, DENSE, DENSE_4)
PIXELS(cut_1, 1, CUT, CUT_1)
PIXELS(ends_2, 2, ENDS, ENDS_2)
PIXELS(ends_3, 3, ENDS, ENDS_3)

/* Four sums, of every other row, added to four of before. */
#define EVERY_OTHER(row, all) \
  row(s0) row(s1) row(s2) row(s3) "vmov %q[sum][2], %q[sum][0], %[s0], %[s2]\n\t"                   \
                                  "vmov %q[sum][3], %q[sum][1], %[s1], %[s3]\n\t"                   \
                                  "vadd.i32 %q[" #all "], %q[" #all "], %q[sum]\n\t"
#define ADD_EIGHT(row)                                                                          \
  __asm__(EVERY_OTHER(row, even) "sub %[w], %[back]\n\t" EVERY_OTHER(row, odd)                  \
          : [even] "+w"(even), [odd] "+w"(odd), [sum] "=&w"(sum), [t] "=&w"(taps), [w] "+r"(w), \
            [s0] "=&Te"(s0), [s1] "=&Te"(s1), [s2] "=&Te"(s2), [s3] "=&Te"(s3)                  \
          : [x0] "w"(x0), [x1] "w"(x1), [x2] "w"(x2), [x3] "w"(x3), [pitch] "r"(2 * pitch),     \
            [back] "r"(7 * pitch), "m"(*(const int8_t(*)[])w))

/* Any number of inputs from 16 on: 64 at a time, then 16. */
static void many(const assay_wide* wide, const int8_t* values, int32_t pixels, int8_t* out) {
  const int32_t pitch = wide->count, channels = wide->channels;
  for (; pixels > 0; --pixels, values += pitch, out += wide->step - channels) {
    const int32_t* scales = wide->scales;
    const int8_t* row = wide->weights;
    for (int32_t left = channels; left > 0; left -= 8, row += 8 * pitch) {
      int8x16_t taps;
      int32x4_t sum, even = vdupq_n_s32(0), odd = even;
      int32_t s0, s1, s2, s3, last = pitch;
      const int8_t *x = values, *from = row;
      for (; last >= 64; last -= 64, x += 64, from += 64) {
        const int8x16_t x0 = vld1q_s8(x), x1 = vld1q_s8(x + 16), x2 = vld1q_s8(x + 32), x3 = vld1q_s8(x + 48);
        const int8_t* w = from;
        ADD_EIGHT(APART_4);
      }
      for (; last > 0; last -= 16, x += 16, from += 16) {
        const int8x16_t x0 = last < 16 ? end_of(values, pitch) : vld1q_s8(x), x1 = x0, x2 = x0, x3 = x0;
        const int8_t* w = last < 16 ? from + last - 16 : from;
        ADD_EIGHT(APART_1);
      }
      assay_put_eight(even, odd, &wide->clamp, &scales, &out);
    }
  }
}

/* The sum of `count` weights. */
static inline int32_t sum_of(const int8_t* w, int32_t count) {
  int32_t sum = 0;
  int8x16_t taps;
  __asm__(
      "dlstp.8 lr, %[count]\n"
      "1:\n\t"
      "vldrb.8 %q[taps], [%[w]], #16\n\t"
      "vaddva.s8 %[sum], %q[taps]\n\t"
      "letp lr, 1b"
      : [sum] "+Te"(sum), [w] "+r"(w), [taps] "=&w"(taps)
      : [count] "r"(count), "m"(*(const int8_t(*)[])w)
      : "lr");
  return sum;
}

/* Sets it for the channels from `channel` on; how many it took. */
static __attribute__((cold, noinline)) int32_t put_wide(const assay_layer_int8* layer, int32_t channel,
                                                        int32_t count, assay_wide* wide) {
  int32_t o = channel;
  for (int32_t* to = wide->scales; o + 8 <= layer->out_channels && o < channel + most_channels;
       o += 8, to += 24) {
    if (!assay_scales_of_eight(layer, o, to)) break;
    const int8_t* w = layer->weights + o * count;
    for (int32_t k = 0; k < 8; ++k, w += count) {
      if (layer->in_zero != 0) to[(k & 1) * 4 + k / 2] -= layer->in_zero * sum_of(w, count);
    }
  }
  wide->weights = layer->weights + channel * count;
  wide->channels = o - channel, wide->count = count, wide->step = layer->out_channels;
  wide->clamp = assay_clamp_of(layer);
  return wide->channels;
}

static void multiply(const assay_wide* wide, const int8_t* values, int32_t pixels, int8_t* out) {
  const int32_t count = wide->count;
  (count == 64   ? dense_4
   : count <= 16 ? cut_1
   : count <= 32 ? ends_2
   : count <= 48 ? ends_3
                 : many)(wide, values, pixels, out);
}

__attribute__((cold)) void assay_one_channel(const assay_layer_int8* layer, const int8_t* in, int32_t o,
                                             int32_t (*sum)(const assay_layer_int8*, const int8_t*, int32_t,
                                                            int32_t, int32_t),
                                             int8_t* out) {
  for (int32_t y = 0; y < layer->out_height; ++y) {
    for (int32_t x = 0; x < layer->out_width; ++x, out += layer->out_channels)
      *out = assay_rescale(layer, o, sum(layer, in, y, x, o));
  }
}

void assay_conv2d_int8(const assay_layer_int8* layer, const int8_t* in, int8_t* out) {
  const int apart = layer->kernel_height == 1 && layer->kernel_width == 1 && layer->stride == 1 &&
                    layer->pad_top == 0 && layer->pad_left == 0;
  const int32_t count = layer->kernel_height * layer->kernel_width * layer->in_channels;
  const int32_t all = layer->out_channels, pixels = layer->out_height * layer->out_width;
  const int fits = apart || count <= most_taps; /* what is gathered lies on the stack */
  int8_t gathered[apart || !fits ? 1 : most_gathered * count];
  assay_wide wide;
  for (int32_t o = 0, n; o < all; o += n) {
    n = fits ? put_wide(layer, o, count, &wide) : 0;
    if (n == 0) {
      assay_one_channel(layer, in, o, &assay_conv2d_int8_sum, out + o);
      n = 1;
      continue;
    }
    if (apart) {
      multiply(&wide, in, pixels, out + o);
      continue;
    }
    for (int32_t i = 0, y = 0, x = 0; i < pixels; i += most_gathered) {
      const int32_t left = pixels - i < most_gathered ? pixels - i : most_gathered;
      for (int32_t p = 0; p < left; ++p) {
        assay_gather(layer, in, y, x, gathered + p * count);
        if (++x == layer->out_width) x = 0, ++y;
      }
      multiply(&wide, gathered, left, out + i * all + o);
    }
  }
}

void assay_fully_connected_int8(const assay_layer_int8* layer, const int8_t* in, int8_t* out) {
  const int32_t count = layer->in_channels;
  assay_wide wide;
  int32_t o = 0;
  for (int32_t n; (n = put_wide(layer, o, count, &wide)) > 0; o += n) multiply(&wide, in, 1, out + o);
  for (; o < layer->out_channels; ++o) {
    int32_t sum = layer->bias[o];
    for (int32_t i = 0; i < count; ++i) sum += (in[i] - layer->in_zero) * layer->weights[o * count + i];
    out[o] = assay_rescale(layer, o, sum);
  }
}

void assay_copy(int8_t* to, const int8_t* from, int32_t count) {
  int8x16_t values;
  if (count <= 0) return;
  __asm__ volatile(
      "dlstp.8 lr, %[count]\n"
      "1:\n\t"
      "vldrb.8 %q[values], [%[from]], #16\n\t"
      "vstrb.8 %q[values], [%[to]], #16\n\t"
      "letp lr, 1b"
      : [to] "+r"(to), [from] "+r"(from), [values] "=&w"(values)
      : [count] "r"(count)
      : "lr", "memory");
}
