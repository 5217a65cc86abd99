/* Segmentation as far as a flat ring 0 needs it: one code and one data segment, both 4 GB from address 0. */
#ifndef SEGMENTS_H
#define SEGMENTS_H

enum { SELECTOR_CODE = 0x08, SELECTOR_DATA = 0x10 };

/* Leaves the boot ROM's descriptor table for the kernel's own and loads every segment register from it. */
void segments_set_up(void);

#endif
