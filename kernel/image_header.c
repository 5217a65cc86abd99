/* The boot header, first in the image. The build fills in the sum when everything else is linked. */
#include "boot_header.h"

extern void start(void);
extern const uint8_t image_start[];
extern const uint8_t image_end[];

__attribute__((section(".boot_header"), used)) const struct boot_header image_header = {
    .magic = BOOT_HEADER_MAGIC,
    .entry = (uint32_t)start,
    .start = (uint32_t)image_start,
    .end = (uint32_t)image_end,
    .sum = 0,
};
