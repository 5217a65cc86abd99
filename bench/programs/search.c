// Searching words in a text: letter by letter, and with the skip table of Boyer, Moore and Horspool.
#include "benchmark.h"

enum { TEXT_BYTES = 4000 };

static char text[TEXT_BYTES];
static const char *const words[] = {"deadline", "task", "mailbox", "the", "interrupt", "budget"};
static const char *const filler[] = {"a ", "the ", "task ", "sends ", "its ",
                                     "mail ", "dead ", "line ", "and ", "inter "};

static size_t length(const char *string) {
  size_t count = 0;
  while (string[count] != 0) count++;
  return count;
}

static int count_naive(const char *word, size_t word_length) {
  int found = 0;
  for (size_t at = 0; at + word_length <= TEXT_BYTES; at++) {
    size_t i = 0;
    while (i < word_length && text[at + i] == word[i]) i++;
    found += i == word_length;
  }
  return found;
}

static int count_horspool(const char *word, size_t word_length) {
  static uint8_t skip[256];
  for (int i = 0; i < 256; i++) skip[i] = (uint8_t)word_length;
  for (size_t i = 0; i + 1 < word_length; i++) skip[(uint8_t)word[i]] = (uint8_t)(word_length - 1 - i);
  int found = 0;
  for (size_t end = word_length - 1; end < TEXT_BYTES; end += skip[(uint8_t)text[end]]) {
    size_t i = 0;
    while (i < word_length && text[end - i] == word[word_length - 1 - i]) i++;
    found += i == word_length;
  }
  return found;
}

uint32_t benchmark(void) {
  uint32_t random = 5, sum = 0;
  for (size_t at = 0; at < TEXT_BYTES;) {
    const uint32_t choice = random_below(&random, 64);
    const char *word = choice < 6 ? words[choice] : filler[random_below(&random, 10)];
    for (; *word != 0 && at < TEXT_BYTES; word++) text[at++] = *word;
  }
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    const size_t word_length = length(words[i]);
    sum = fold(sum, (uint32_t)count_horspool(words[i], word_length));
    if (i < 3) sum = fold(sum, (uint32_t)count_naive(words[i], word_length));
  }
  return sum;
}
