#include "dump.h"

#include "flow_facts.h"
#include "memory_check.h"
#include "print.h"

enum { ROW_BYTES = 16, DUMP_BYTES_DEFAULT = 0x40, DUMP_BYTES_MAX = 0x400 };

static void print_not_a_number(struct word word) {
  print_text("mem: \"");
  print_word(word);
  print_text("\" is not a hexadecimal number of 1 to 8 digits\n");
}

static void print_row(uint32_t address, uint32_t bytes) {
  const volatile uint8_t *row = (const volatile uint8_t *)address;
  print_hex(address, 8);
  print_text(" ");
  BOUNDED_LOOP(ROW_BYTES, for (uint32_t i = 0; i < ROW_BYTES; i++)) {
    print_character(' ');
    if (i < bytes) {
      print_hex(row[i], 2);
    } else {
      print_text("  ");
    }
  }
  print_text("  |");
  BOUNDED_LOOP(ROW_BYTES, for (uint32_t i = 0; i < bytes; i++)) {
    char character = (char)row[i];
    print_character(character >= 0x20 && character <= 0x7E ? character : '.');
  }
  print_text("|\n");
}

static void print_not_memory(enum memory_check check, uint32_t address, uint32_t bytes) {
  print_text("mem: ");
  if (check == MEMORY_TOO_LONG) {
    print_hex(bytes, 3);
    print_text(" bytes from ");
    print_hex(address, 8);
    print_text(" on run past the end of memory; ");
  } else {
    print_text("no memory at ");
    print_hex(address, 8);
    print_text("; ");
  }
  BOUNDED_LOOP(MEMORY_AREA_COUNT, for (uint32_t i = 0; i < MEMORY_AREA_COUNT; i++)) {
    print_text(i == 0 ? "" : ", ");
    print_text(memory_areas[i].name);
    print_text(" is ");
    print_hex(memory_areas[i].first, 8);
    print_text(" to ");
    print_hex(memory_areas[i].last, 8);
  }
  print_character('\n');
}

void dump(const struct words *words) {
  struct hex_number address = hex_number_of(words->word[1]);
  struct hex_number bytes = {true, DUMP_BYTES_DEFAULT};
  if (!address.valid) {
    print_not_a_number(words->word[1]);
    return;
  }
  if (words->count == 3) {
    bytes = hex_number_of(words->word[2]);
    if (!bytes.valid) {
      print_not_a_number(words->word[2]);
      return;
    }
  }
  if (bytes.value == 0 || bytes.value > DUMP_BYTES_MAX) {
    print_text("mem: the length must be 1 to ");
    print_hex(DUMP_BYTES_MAX, 3);
    print_character('\n');
    return;
  }
  enum memory_check check = memory_check(address.value, bytes.value);
  if (check != MEMORY_READABLE) {
    print_not_memory(check, address.value, bytes.value);
    return;
  }
  BOUNDED_LOOP(DUMP_BYTES_MAX / ROW_BYTES, for (uint32_t done = 0; done < bytes.value; done += ROW_BYTES)) {
    uint32_t left = bytes.value - done;
    print_row(address.value + done, left < ROW_BYTES ? left : ROW_BYTES);
  }
}
