/* A command line taken apart: words between blanks. */
#ifndef WORDS_H
#define WORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "line.h"

/* A command and its arguments; one more than any command takes, so that one too many is noticed. */
enum { WORDS_MAX = 4 };

struct word {
  const char *text;
  uint32_t length;
};

struct words {
  struct word word[WORDS_MAX];
  /* Words found, at most WORDS_MAX: further ones are not looked for. */
  uint32_t count;
};

struct words words_of(const char *text);

bool word_is(struct word word, const char *text);

/* 1 to 8 hexadecimal digits, with 0x before them or without. */
struct hex_number {
  bool valid;
  uint32_t value;
};
struct hex_number hex_number_of(struct word word);

void print_word(struct word word);

#endif
