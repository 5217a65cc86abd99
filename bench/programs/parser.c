// Arithmetic expressions as text: generated, cut into tokens, parsed by recursive descent and evaluated.
#include "benchmark.h"

enum { TEXT_BYTES = 900, EXPRESSIONS = 10 };

static char text[TEXT_BYTES + 1];
static const char *at;

static int32_t expression(void);

static void skip_spaces(void) {
  while (*at == ' ') at++;
}

static int32_t number(void) {
  int32_t value = 0;
  if (at[0] == '0' && at[1] == 'x') {
    for (at += 2;; at++) {
      if (*at >= '0' && *at <= '9') value = value * 16 + (*at - '0');
      else if (*at >= 'a' && *at <= 'f') value = value * 16 + (*at - 'a' + 10);
      else return value;
    }
  }
  while (*at >= '0' && *at <= '9') value = value * 10 + (*at++ - '0');
  return value;
}

static int32_t factor(void) {
  skip_spaces();
  switch (*at) {
    case '-': at++; return (int32_t)(0u - (uint32_t)factor());
    case '~': at++; return ~factor();
    case '(': {
      at++;
      const int32_t value = expression();
      skip_spaces();
      if (*at == ')') at++;
      return value;
    }
    default: return number();
  }
}

static int32_t term(void) {
  uint32_t value = (uint32_t)factor();
  for (;;) {
    skip_spaces();
    if (*at == '*') {
      at++;
      value *= (uint32_t)factor();
    } else if (*at == '/') {
      at++;
      const uint32_t divisor = (uint32_t)factor();
      value = divisor == 0 ? 0 : value / divisor;
    } else if (*at == '&') {
      at++;
      value &= (uint32_t)factor();
    } else {
      return (int32_t)value;
    }
  }
}

static int32_t expression(void) {
  uint32_t value = (uint32_t)term();
  for (;;) {
    skip_spaces();
    if (*at == '+') {
      at++;
      value += (uint32_t)term();
    } else if (*at == '-') {
      at++;
      value -= (uint32_t)term();
    } else {
      return (int32_t)value;
    }
  }
}

static char *write_number(char *to, uint32_t value) {
  char digits[10];
  int count = 0;
  do digits[count++] = (char)('0' + value % 10); while ((value /= 10) != 0);
  while (count > 0) *to++ = digits[--count];
  return to;
}

static void generate(uint32_t *random) {
  char *to = text;
  int open = 0;
  while (to < text + TEXT_BYTES - 60) {
    if (random_below(random, 4) == 0 && open < 8) {
      *to++ = '(';
      open++;
      continue;
    }
    if (random_below(random, 8) == 0) *to++ = '-';
    to = write_number(to, random_below(random, 5000));
    if (open > 0 && random_below(random, 3) == 0) {
      *to++ = ')';
      open--;
    }
    *to++ = ' ';
    *to++ = "+-*/+-&+-"[random_below(random, 9)];
    *to++ = ' ';
  }
  *to++ = '1';
  while (open-- > 0) *to++ = ')';
  *to = 0;
}

uint32_t benchmark(void) {
  uint32_t random = 7, sum = 0;
  for (int i = 0; i < EXPRESSIONS; i++) {
    generate(&random);
    at = text;
    sum = fold(sum, (uint32_t)expression());
    sum = fold(sum, (uint32_t)(at - text));
  }
  return sum;
}
