// Fixed-point filters: a finite impulse response of 32 taps and a chain of biquads, in Q15.
#include "benchmark.h"

enum { SAMPLES = 220, TAPS = 32, SECTIONS = 4 };

struct biquad { int32_t b0, b1, b2, a1, a2, x1, x2, y1, y2; };

static int16_t input[SAMPLES + TAPS], filtered[SAMPLES];
static int16_t taps[TAPS];
static struct biquad sections[SECTIONS];

static int16_t saturate(int32_t value) {
  if (value > 32767) return 32767;
  if (value < -32768) return -32768;
  return (int16_t)value;
}

static void finite_response(void) {
  for (int i = 0; i < SAMPLES; i++) {
    int32_t sum = 1 << 14;
    for (int k = 0; k < TAPS; k++) sum += input[i + k] * taps[k];
    filtered[i] = saturate(sum >> 15);
  }
}

static int16_t biquads(int16_t sample) {
  int32_t x = sample;
  for (int i = 0; i < SECTIONS; i++) {
    struct biquad *s = &sections[i];
    const int32_t y = saturate((s->b0 * x + s->b1 * s->x1 + s->b2 * s->x2 - s->a1 * s->y1 - s->a2 * s->y2) >> 14);
    s->x2 = s->x1;
    s->x1 = x;
    s->y2 = s->y1;
    s->y1 = y;
    x = y;
  }
  return (int16_t)x;
}

uint32_t benchmark(void) {
  uint32_t random = 8, sum = 0;
  for (int i = 0; i < SAMPLES + TAPS; i++) input[i] = (int16_t)((next_random(&random) & 0x3FFF) - 0x2000);
  for (int i = 0; i < TAPS; i++) taps[i] = (int16_t)((next_random(&random) & 0xFFF) - 0x400);
  for (int i = 0; i < SECTIONS; i++)
    sections[i] = (struct biquad){.b0 = 3000 + 100 * i, .b1 = 6000, .b2 = 3000, .a1 = -7000 + 500 * i, .a2 = 4000};
  finite_response();
  for (int i = 0; i < SAMPLES; i++) sum = fold(sum, (uint16_t)biquads(filtered[i]));
  return sum;
}
