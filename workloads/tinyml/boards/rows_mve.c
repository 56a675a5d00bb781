/* SPDX-License-Identifier: Apache-2.0 */
/* Eight outputs of one pixel at once with MVE: up to 64 of its inputs stay in four vector registers, and the
 * weights of one output after the other go past them. In assembly, since GCC 12 neither advances pointers
 * with its loads nor keeps the sums in the registers that these instructions want. */
#include <arm_mve.h>

#include "workloads/tinyml/boards/eight_mve.h"
#include "workloads/tinyml/boards/taps.h"

/* The products of one output, into a register. Dense rows of weights follow one another without a gap; others
 * are `pitch` bytes apart, and of the last vector of a cut one not all sixteen values are there. */
#define FIRST(sum, load) load "vmladav.s8 %[" #sum "], %q[t], %q[x0]\n\t"
#define MORE(sum, load, x) load "vmladava.s8 %[" #sum "], %q[t], %q[" #x "]\n\t"
#define NEXT "vldrb.8 %q[t], [%[w]], #16\n\t"
#define AT(offset) "vldrb.8 %q[t], [%[w], #" #offset "]\n\t"
#define PART(offset) "vpst\n\tvldrbt.8 %q[t], [%[w], #" #offset "]\n\t"
#define ON "add %[w], %[pitch]\n\t"

#define DENSE_1(sum) FIRST(sum, NEXT)
#define DENSE_2(sum) DENSE_1(sum) MORE(sum, NEXT, x1)
#define DENSE_3(sum) DENSE_2(sum) MORE(sum, NEXT, x2)
#define DENSE_4(sum) DENSE_3(sum) MORE(sum, NEXT, x3)
#define CUT_1(sum) FIRST(sum, PART(0)) ON
#define CUT_2(sum) FIRST(sum, AT(0)) MORE(sum, PART(16), x1) ON
#define CUT_3(sum) FIRST(sum, AT(0)) MORE(sum, AT(16), x1) MORE(sum, PART(32), x2) ON
/* What such a row needs before, and of its operands. */
#define BEGIN_DENSE ""
#define BEGIN_CUT "vctp.8 %[count]\n\t"
#define OPERANDS_DENSE
#define OPERANDS_CUT , [pitch] "r"(pitch), [count] "r"(last)
/* The last vector of the inputs of such a row. */
#define LAST_DENSE(from) vld1q_s8(from)
#define LAST_CUT(from) vldrbq_z_s8(from, vctp8q((uint32_t)last))

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
void assay_rescale_eight(int32x4_t even, int32x4_t odd, int32_t low, int32_t high, int32_t out_zero,
                         const int32_t* scales, int8_t* out) {
  const int32x4_t right_even = vld1q_s32(scales + 16), right_odd = vld1q_s32(scales + 20);
  even = vqrdmulhq_s32(vaddq_s32(even, vld1q_s32(scales)), vld1q_s32(scales + 8));
  odd = vqrdmulhq_s32(vaddq_s32(odd, vld1q_s32(scales + 4)), vld1q_s32(scales + 12));
  even = vrshlq_s32(vaddq_s32(even, vshrq_n_s32(vandq_s32(even, right_even), 31)), right_even);
  odd = vrshlq_s32(vaddq_s32(odd, vshrq_n_s32(vandq_s32(odd, right_odd), 31)), right_odd);
  int16x8_t both = vqmovntq_s32(vqmovnbq_s32(vuninitializedq_s16(), even), odd);
  both = vmaxq_s16(vminq_s16(both, vdupq_n_s16((int16_t)high)), vdupq_n_s16((int16_t)low));
  vstrbq_s16(out, vaddq_n_s16(both, (int16_t)out_zero));
}

/* Pixels whose inputs follow one another. */
#define LOAD(i, vectors, kind) \
  (vectors == i + 1 ? LAST_##kind(values + 16 * i) : vectors > i ? vld1q_s8(values + 16 * i) : x0)
#define PIXELS(name, vectors, kind, output)                                                                  \
  static void name(const assay_wide* wide, const int8_t* values, int32_t pixels, int8_t* out) {              \
    const int32_t pitch = wide->count, last = pitch - 16 * (vectors - 1), channels = wide->channels;         \
    const int32_t low = wide->low, high = wide->high, out_zero = wide->out_zero;                             \
    for (; pixels > 0; --pixels, values += pitch, out += wide->step - channels) {                            \
      const int8x16_t x0 = vectors == 1 ? LAST_##kind(values) : vld1q_s8(values);                            \
      const int8x16_t x1 = LOAD(1, vectors, kind), x2 = LOAD(2, vectors, kind), x3 = LOAD(3, vectors, kind); \
      const int8_t* w = wide->weights;                                                                       \
      const int32_t* scales = wide->scales;                                                                  \
      for (int32_t left = channels; left > 0; left -= 8) {                                                   \
        int8x16_t taps;                                                                                      \
        int32x4_t even, odd;                                                                                 \
        int32_t s0, s1, s2, s3, s4;                                                                          \
        EIGHT(kind, output);                                                                                 \
        assay_put_eight(even, odd, low, high, out_zero, &scales, &out);                                      \
      }                                                                                                      \
    }                                                                                                        \
    (void)last;                                                                                              \
  }

PIXELS(dense_1, 1, DENSE, DENSE_1)
PIXELS(dense_2, 2, DENSE, DENSE_2)
PIXELS(dense_4, 4, DENSE, DENSE_4)
PIXELS(cut_1, 1, CUT, CUT_1)
PIXELS(cut_2, 2, CUT, CUT_2)
PIXELS(cut_3, 3, CUT, CUT_3)

/* Four sums, of every other row, added to four of before. */
#define EVERY_OTHER(row, all) \
  row(s0) row(s1) row(s2) row(s3) "vmov %q[sum][2], %q[sum][0], %[s0], %[s2]\n\t"                   \
                                  "vmov %q[sum][3], %q[sum][1], %[s1], %[s3]\n\t"                   \
                                  "vadd.i32 %q[" #all "], %q[" #all "], %q[sum]\n\t"
#define APART_4(sum) FIRST(sum, AT(0)) MORE(sum, AT(16), x1) MORE(sum, AT(32), x2) MORE(sum, AT(48), x3) ON
#define ADD_EIGHT(begin, row)                                                                   \
  __asm__(begin EVERY_OTHER(row, even) "sub %[w], %[back]\n\t" EVERY_OTHER(row, odd)            \
          : [even] "+w"(even), [odd] "+w"(odd), [sum] "=&w"(sum), [t] "=&w"(taps), [w] "+r"(w), \
            [s0] "=&Te"(s0), [s1] "=&Te"(s1), [s2] "=&Te"(s2), [s3] "=&Te"(s3)                  \
          : [x0] "w"(x0), [x1] "w"(x1), [x2] "w"(x2), [x3] "w"(x3), [pitch] "r"(2 * pitch),     \
            [back] "r"(7 * pitch), [count] "r"(last), "m"(*(const int8_t(*)[])w))

/* Any number of inputs: 64 at a time, then 16, then what is left. */
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
        ADD_EIGHT("", APART_4);
      }
      for (; last > 0; last -= 16, x += 16, from += 16) {
        const int8x16_t x0 = LAST_CUT(x), x1 = x0, x2 = x0, x3 = x0;
        const int8_t* w = from;
        ADD_EIGHT(BEGIN_CUT, CUT_1);
      }
      assay_put_eight(even, odd, wide->low, wide->high, wide->out_zero, &scales, &out);
    }
  }
}

/* The sum of `count` weights. */
static inline int32_t sum_of(const int8_t* w, int32_t count) {
  int32_t sum = 0;
  for (; count >= 64; count -= 64, w += 64) {
    sum = vaddvaq_s8(vaddvaq_s8(sum, vld1q_s8(w)), vld1q_s8(w + 16));
    sum = vaddvaq_s8(vaddvaq_s8(sum, vld1q_s8(w + 32)), vld1q_s8(w + 48));
  }
  for (; count > 0; count -= 16, w += 16) sum = vaddvaq_s8(sum, vldrbq_z_s8(w, vctp8q((uint32_t)count)));
  return sum;
}

int32_t assay_put_wide(const assay_layer_int8* layer, int32_t channel, int32_t count, assay_wide* wide) {
  static void (*const ways[2][4])(const assay_wide*, const int8_t*, int32_t, int8_t*) = {
      {dense_1, dense_2, many, dense_4}, {cut_1, cut_2, cut_3, many}};
  int32_t o = channel;
  for (int32_t* to = wide->scales; o + 8 <= layer->out_channels && o < channel + assay_most_wide;
       o += 8, to += 24) {
    if (!assay_scales_of_eight(layer, o, to)) break;
    const int8_t* w = layer->weights + o * count;
    const int32_t zero = layer->in_zero;
    for (int32_t k = 0; k < 8; ++k, w += count) {
      if (zero != 0) to[(k & 1) * 4 + k / 2] -= zero * sum_of(w, count);
    }
  }
  wide->weights = layer->weights + channel * count;
  wide->channels = o - channel, wide->count = count, wide->step = layer->out_channels;
  wide->low = layer->low - layer->out_zero, wide->high = layer->high - layer->out_zero;
  wide->out_zero = layer->out_zero;
  wide->run = count > 64 ? many : ways[count % 16 != 0][(count - 1) / 16];
  return wide->channels;
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
