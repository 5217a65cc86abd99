/* What runs once, before the first process: it is compiled to be small. */
#ifndef AT_BOOT_H
#define AT_BOOT_H

#define AT_BOOT __attribute__((cold))

#endif
