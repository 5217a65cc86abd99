#include "print.h"

#include "flow_facts.h"
#include "serial.h"

enum { HEX_DIGITS_MAX = 8, DECIMAL_DIGITS_MAX = 20 };

struct quotient_and_digit {
  uint64_t quotient;
  uint32_t digit;
};

/* 64 by 32 bits in two steps of DIV: the compiler would call a library, and libgcc's is built for a newer processor. */
static struct quotient_and_digit divide_by_ten(uint64_t value) {
  const uint32_t ten = 10;
  uint32_t high = (uint32_t)(value >> 32);
  uint32_t quotient_high = high / ten;
  uint32_t quotient_low;
  uint32_t digit;
  __asm__("divl %4" : "=a"(quotient_low), "=d"(digit) : "a"((uint32_t)value), "d"(high % ten), "r"(ten) : "cc");
  return (struct quotient_and_digit){((uint64_t)quotient_high << 32) | quotient_low, digit};
}

void print_character(char character) {
  if (character == '\n') {
    serial_send('\r');
  }
  serial_send((uint8_t)character);
}

void print_text(const char *text) {
  BOUNDED_LOOP(PRINT_TEXT_BYTES_MAX, for (uint32_t i = 0; i < PRINT_TEXT_BYTES_MAX && text[i] != '\0'; i++)) {
    print_character(text[i]);
  }
}

void print_text_padded(const char *text, uint32_t width) {
  print_text(text);
  uint32_t length = 0;
  BOUNDED_LOOP(PRINT_TEXT_BYTES_MAX, while (length < PRINT_TEXT_BYTES_MAX && text[length] != '\0')) {
    length++;
  }
  BOUNDED_LOOP(PRINT_TEXT_BYTES_MAX, for (; length < width && length < PRINT_TEXT_BYTES_MAX; length++)) {
    print_character(' ');
  }
}

void print_hex(uint32_t value, uint32_t digits) {
  BOUNDED_LOOP(HEX_DIGITS_MAX, for (uint32_t left = digits; left > 0 && left <= HEX_DIGITS_MAX; left--)) {
    print_character("0123456789ABCDEF"[(value >> (4 * (left - 1))) & 15]);
  }
}

void print_decimal(uint64_t value) {
  print_decimal_padded(value, 1);
}

void print_decimal_padded(uint64_t value, uint32_t width) {
  char digits[DECIMAL_DIGITS_MAX];
  uint32_t count = 0;
  BOUNDED_LOOP(DECIMAL_DIGITS_MAX, while (count < DECIMAL_DIGITS_MAX && (count == 0 || value != 0))) {
    struct quotient_and_digit step = divide_by_ten(value);
    digits[count++] = (char)('0' + step.digit);
    value = step.quotient;
  }
  BOUNDED_LOOP(DECIMAL_DIGITS_MAX, for (uint32_t i = width; i > count && i <= DECIMAL_DIGITS_MAX; i--)) {
    print_character(' ');
  }
  BOUNDED_LOOP(DECIMAL_DIGITS_MAX, while (count > 0)) {
    print_character(digits[--count]);
  }
}
