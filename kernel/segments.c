#include "segments.h"

#include "at_boot.h"
#include "fast_layer.h"
#include "table_pointer.h"

/* A segment descriptor; the processor's layout, hence the torn fields. The processor reads one faster that lies in two words. */
struct __attribute__((aligned(8))) descriptor {
  uint16_t limit_15_0;
  uint16_t base_15_0;
  uint8_t base_23_16;
  uint8_t access;
  uint8_t flags_limit_19_16;
  uint8_t base_31_24;
};

enum {
  ACCESS_PRESENT = 0x80,
  ACCESS_RING_3 = 0x60,
  ACCESS_RING_1 = 0x20,
  ACCESS_CODE_OR_DATA = 0x10,
  ACCESS_CODE = 0x08,
  ACCESS_READ_OR_WRITE = 0x02,
  /* Set beforehand: the processor would set it on the first load. */
  ACCESS_ACCESSED = 0x01,
  ACCESS_TASK_STATE_32_BIT = 0x09,
  ACCESS_CALL_GATE_32_BIT = 0x0C,
  FLAGS_PAGES_32_BIT = 0xC0,
};

/* Written here, and by the processor, which marks task state segments as busy. */
static struct descriptor
    global_descriptors[(SYSTEM_LAYER_CLIENTS != 0 ? SELECTOR_FAST_LAYER : SELECTOR_DOUBLE_FAULT) / 8 + 1];

/* 4 GB from address 0. */
AT_BOOT static void describe_flat(uint16_t selector, uint8_t kind) {
  global_descriptors[selector / 8] = (struct descriptor){
      .limit_15_0 = 0xFFFF,
      .access = (uint8_t)(ACCESS_PRESENT | ACCESS_CODE_OR_DATA | ACCESS_READ_OR_WRITE | ACCESS_ACCESSED | kind),
      .flags_limit_19_16 = FLAGS_PAGES_32_BIT | 0x0F,
  };
}

void segments_describe(uint16_t selector, uint32_t base, uint32_t bytes) {
  global_descriptors[selector / 8] = (struct descriptor){
      .limit_15_0 = (uint16_t)(bytes - 1),
      .base_15_0 = (uint16_t)base,
      .base_23_16 = (uint8_t)(base >> 16),
      .access = ACCESS_PRESENT | ACCESS_TASK_STATE_32_BIT,
      .flags_limit_19_16 = 0,
      .base_31_24 = (uint8_t)(base >> 24),
  };
}

/* No parameters are copied from stack to stack. */
AT_BOOT static void describe_layer(void) {
  const uint32_t entry = (uint32_t)fast_layer_code;
  describe_flat(SELECTOR_LAYER_CODE, ACCESS_CODE | ACCESS_RING_1);
  describe_flat(SELECTOR_LAYER_DATA, ACCESS_RING_1);
  global_descriptors[SELECTOR_FAST_LAYER / 8] = (struct descriptor){
      .limit_15_0 = (uint16_t)entry,
      .base_15_0 = SELECTOR_LAYER_CODE,
      .access = ACCESS_PRESENT | ACCESS_RING_3 | ACCESS_CALL_GATE_32_BIT,
      .flags_limit_19_16 = (uint8_t)(entry >> 16),
      .base_31_24 = (uint8_t)(entry >> 24),
  };
}

/* FS and GS are nobody's: empty, and they stay what processes make them. */
AT_BOOT void segments_set_up(void) {
  describe_flat(SELECTOR_KERNEL_CODE, ACCESS_CODE);
  describe_flat(SELECTOR_KERNEL_DATA, 0);
  describe_flat(SELECTOR_USER_CODE, ACCESS_CODE | ACCESS_RING_3);
  describe_flat(SELECTOR_USER_DATA, ACCESS_RING_3);
  if (SYSTEM_LAYER_CLIENTS != 0) {
    describe_layer();
  }
  const struct table_pointer pointer = {sizeof global_descriptors - 1, (uint32_t)global_descriptors};
  __asm__ volatile(
      "lgdt %0\n\t"
      "ljmp %1, $1f\n"
      "1:\n\t"
      "movw %w2, %%ds\n\t"
      "movw %w2, %%es\n\t"
      "movw %w3, %%fs\n\t"
      "movw %w3, %%gs\n\t"
      "movw %w4, %%ss"
      :
      : "m"(pointer), "i"(SELECTOR_KERNEL_CODE), "r"(SELECTOR_USER_DATA), "r"(0), "r"(SELECTOR_KERNEL_DATA)
      : "memory");
}
