/* Text for people, on the serial line. '\n' goes out as CR LF. */
#ifndef PRINT_H
#define PRINT_H

#include <stdint.h>

/* A longer text is cut here: the bound of the loop that sends it. */
enum { PRINT_TEXT_BYTES_MAX = 128 };

void print_character(char character);
void print_text(const char *text);

/* Blanks until `text`, printed before, has taken `width` columns. */
void print_text_padded(const char *text, uint32_t width);

/* The lowest `digits` hexadecimal digits, 1 to 8. */
void print_hex(uint32_t value, uint32_t digits);

void print_decimal(uint64_t value);

/* Right-aligned in `width` columns, at most 20; wider numbers take what they need. */
void print_decimal_padded(uint64_t value, uint32_t width);

#endif
