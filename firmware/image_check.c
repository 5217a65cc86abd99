#include "image_check.h"

#include "flow_facts.h"
#include "memory_map.h"
#include "print.h"

enum { RAM_END = RAM_BASE + RAM_SIZE, WORD_BYTES = 4 };

enum { FIRST_BYTE_BEHIND_HEADER = BOOT_HEADER_ADDRESS + sizeof(struct boot_header) };

/* "<what> is <value>h": how every refusal begins. */
static void print_found(const char *what, uint32_t value) {
  print_text(what);
  print_text(" is ");
  print_hex(value, 8);
  print_text("h");
}

static bool magic_is_right(const struct boot_header *header) {
  if (header->magic == BOOT_HEADER_MAGIC) {
    return true;
  }
  print_text("No kernel image in RAM: the word at ");
  print_found("00001000h", header->magic);
  print_text(", not ");
  print_hex(BOOT_HEADER_MAGIC, 8);
  print_text("h (\"ATOM\")\n");
  return false;
}

static bool range_is_right(const struct boot_header *header) {
  if (header->start != BOOT_HEADER_ADDRESS) {
    print_found("Bad kernel image: its start", header->start);
    print_text(", must be ");
    print_hex(BOOT_HEADER_ADDRESS, 8);
    print_text("h\n");
    return false;
  }
  if (header->end < FIRST_BYTE_BEHIND_HEADER || header->end > RAM_END || header->end % WORD_BYTES != 0) {
    print_found("Bad kernel image: its end", header->end);
    print_text(", must be a multiple of 4 from ");
    print_hex(FIRST_BYTE_BEHIND_HEADER, 8);
    print_text("h to ");
    print_hex(RAM_END, 8);
    print_text("h\n");
    return false;
  }
  if (header->entry < FIRST_BYTE_BEHIND_HEADER || header->entry >= header->end) {
    print_found("Bad kernel image: its entry", header->entry);
    print_text(", must be from ");
    print_hex(FIRST_BYTE_BEHIND_HEADER, 8);
    print_text("h to below ");
    print_hex(header->end, 8);
    print_text("h\n");
    return false;
  }
  return true;
}

static bool sum_is_right(const struct boot_header *header) {
  uint32_t sum = 0;
  const uint32_t *end = (const uint32_t *)header->end;
  BOUNDED_LOOP(RAM_SIZE / WORD_BYTES, for (const uint32_t *word = (const uint32_t *)(header + 1); word < end; word++)) {
    sum += *word;
  }
  if (sum == header->sum) {
    return true;
  }
  print_found("Damaged kernel image: the sum of its words", sum);
  print_text(", its header says ");
  print_hex(header->sum, 8);
  print_text("h\n");
  return false;
}

bool image_check(const struct boot_header *header) {
  return magic_is_right(header) && range_is_right(header) && sum_is_right(header);
}
