#include "words.h"

#include "flow_facts.h"
#include "print.h"

enum { HEX_DIGITS_MAX = 8, NO_DIGIT = 16 };

struct words words_of(const char *text) {
  struct words words = {.count = 0};
  bool inside = false;
  BOUNDED_LOOP(LINE_CHARACTERS_MAX, for (const char *at = text; *at != '\0'; at++)) {
    if (*at == ' ') {
      inside = false;
      continue;
    }
    if (!inside && words.count == WORDS_MAX) {
      break;
    }
    if (!inside) {
      inside = true;
      words.word[words.count++] = (struct word){at, 0};
    }
    words.word[words.count - 1].length++;
  }
  return words;
}

bool word_is(struct word word, const char *text) {
  BOUNDED_LOOP(LINE_CHARACTERS_MAX, for (uint32_t i = 0; i < word.length; i++)) {
    if (text[i] == '\0' || text[i] != word.text[i]) {
      return false;
    }
  }
  return text[word.length] == '\0';
}

static uint32_t digit_value(char digit) {
  if (digit >= '0' && digit <= '9') {
    return (uint32_t)(digit - '0');
  }
  char lower = (char)(digit | 0x20);
  return lower >= 'a' && lower <= 'f' ? (uint32_t)(lower - 'a' + 10) : NO_DIGIT;
}

struct hex_number hex_number_of(struct word word) {
  const struct hex_number invalid = {false, 0};
  if (word.length > 2 && word.text[0] == '0' && (word.text[1] | 0x20) == 'x') {
    word = (struct word){word.text + 2, word.length - 2};
  }
  if (word.length == 0 || word.length > HEX_DIGITS_MAX) {
    return invalid;
  }
  uint32_t value = 0;
  BOUNDED_LOOP(HEX_DIGITS_MAX, for (uint32_t i = 0; i < word.length; i++)) {
    uint32_t digit = digit_value(word.text[i]);
    if (digit == NO_DIGIT) {
      return invalid;
    }
    value = 16 * value + digit;
  }
  return (struct hex_number){true, value};
}

void print_word(struct word word) {
  BOUNDED_LOOP(LINE_CHARACTERS_MAX, for (uint32_t i = 0; i < word.length; i++)) {
    print_character(word.text[i]);
  }
}
