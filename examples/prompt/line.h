/*
 * One line of input as it is typed and corrected. No input or output here: a byte goes in, and what the screen must
 * show comes out, so that the rules can be read in one place.
 */
#ifndef LINE_H
#define LINE_H

#include <stdbool.h>
#include <stdint.h>

enum { LINE_CHARACTERS_MAX = 78 };

struct line {
  /* `length` characters, each 20h to 7Eh, and a zero. */
  char text[LINE_CHARACTERS_MAX + 1];
  uint32_t length;

  /* How far into an escape sequence (an arrow key, say) the input is; it is swallowed as a whole. */
  enum { ESCAPE_NONE, ESCAPE_STARTED, ESCAPE_PARAMETERS } escape;

  /* The last byte was CR: an LF after it belongs to it. */
  bool after_carriage_return;
};

enum line_event {
  LINE_NOTHING,
  LINE_APPENDED, /* show the byte */
  LINE_FULL,     /* refuse the byte audibly */
  LINE_ERASED,   /* take one character off the screen */
  LINE_CLEARED,  /* take all characters off the screen; `length` says how many until line_restart */
  LINE_ABANDONED,
  LINE_COMPLETE,
};

/* An empty line. What came before still counts for the pair CR LF. */
void line_restart(struct line *line);

enum line_event line_accept(struct line *line, uint8_t byte);

#endif
