/*
 * The boot ROM: says what the machine is, checks the RAM and the image that a loader left there, and starts it.
 *
 * It keeps nothing in RAM but its stack, below the image; it has neither variables nor interrupts. What it hands over:
 * protected mode, flat 4 GB segments, interrupts off, the serial line set up.
 */
#include <stdbool.h>

#include "boot_header.h"
#include "image_check.h"
#include "memory_map.h"
#include "print.h"
#include "processor.h"
#include "ram_check.h"
#include "serial.h"

enum { KILOBYTE = 1024, MEGAHERTZ = 1000000 };

_Noreturn void boot(void);

/* To a tenth. */
static void print_megahertz(void) {
  print_decimal(CLOCK_HZ / MEGAHERTZ);
  if (CLOCK_HZ % MEGAHERTZ != 0) {
    print_character('.');
    print_decimal(CLOCK_HZ % MEGAHERTZ * 10 / MEGAHERTZ);
  }
}

static void identify(void) {
  print_text("\nAtomicOS boot ROM " ATOMICOS_VERSION ": x86 at ");
  print_megahertz();
  print_text(" MHz, ");
  print_decimal(RAM_SIZE / KILOBYTE);
  print_text(" KB RAM, ");
  print_decimal(BOOT_ROM_SIZE / KILOBYTE);
  print_text(" KB ROM\n");
}

_Noreturn static void stop(void) {
  print_text("System halted.\n");
  halt_for_good();
}

static void check_ram(void) {
  struct ram_fault fault = ram_check(RAM_BASE, RAM_SIZE);
  if (fault.found) {
    print_text("RAM fails at ");
    print_hex(fault.address, 8);
    print_text("h: bits ");
    print_hex(fault.wrong_bits, 8);
    print_text(fault.addressing ? "h follow another address\n" : "h do not change\n");
    stop();
  }
  print_text("RAM check: ");
  print_decimal(RAM_SIZE / KILOBYTE);
  print_text(" KB good\n");
}

_Noreturn static void start_image(const struct boot_header *header) {
  print_text("Starting the image at ");
  print_hex(header->start, 8);
  print_text("h: ");
  print_decimal(header->end - header->start);
  print_text(" bytes, entry ");
  print_hex(header->entry, 8);
  print_text("h\n\n");
  __asm__ volatile("jmp *%0" : : "r"(header->entry) : "memory");
  __builtin_unreachable();
}

void boot(void) {
  const struct boot_header *header = (const struct boot_header *)BOOT_HEADER_ADDRESS;
  serial_set_up();
  identify();
  check_ram();
  if (!image_check(header)) {
    stop();
  }
  start_image(header);
}
