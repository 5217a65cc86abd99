/* Whether a loader left a whole kernel image in RAM. The header's fields are explained in boot_header.h. */
#ifndef IMAGE_CHECK_H
#define IMAGE_CHECK_H

#include <stdbool.h>

#include "boot_header.h"

/* False if the image must not be started; the reason is printed. */
bool image_check(const struct boot_header *header);

#endif
