#include "line.h"

enum {
  KEY_CONTROL_C = 0x03,
  KEY_BACKSPACE = 0x08,
  KEY_LINE_FEED = 0x0A,
  KEY_CARRIAGE_RETURN = 0x0D,
  KEY_CONTROL_U = 0x15,
  KEY_ESCAPE = 0x1B,
  KEY_DELETE = 0x7F,
};

void line_restart(struct line *line) {
  line->length = 0;
  line->text[0] = '\0';
  line->escape = ESCAPE_NONE;
}

/* Whether the byte was part of an escape sequence: ESC, then `[` or `O`, parameters, and a final byte from 40h on. */
static bool swallowed(struct line *line, uint8_t byte) {
  switch (line->escape) {
    case ESCAPE_NONE:
      line->escape = byte == KEY_ESCAPE ? ESCAPE_STARTED : ESCAPE_NONE;
      return byte == KEY_ESCAPE;
    case ESCAPE_STARTED:
      line->escape = byte == '[' || byte == 'O' ? ESCAPE_PARAMETERS : ESCAPE_NONE;
      return byte == '[' || byte == 'O';
    case ESCAPE_PARAMETERS:
      if (byte < 0x20) {
        line->escape = ESCAPE_NONE;
        return false;
      }
      line->escape = byte >= 0x40 ? ESCAPE_NONE : ESCAPE_PARAMETERS;
      return true;
  }
  return false;
}

static enum line_event append(struct line *line, uint8_t byte) {
  if (line->length == LINE_CHARACTERS_MAX) {
    return LINE_FULL;
  }
  line->text[line->length++] = (char)byte;
  line->text[line->length] = '\0';
  return LINE_APPENDED;
}

static enum line_event erase(struct line *line) {
  if (line->length == 0) {
    return LINE_NOTHING;
  }
  line->text[--line->length] = '\0';
  return LINE_ERASED;
}

enum line_event line_accept(struct line *line, uint8_t byte) {
  bool after_carriage_return = line->after_carriage_return;
  line->after_carriage_return = byte == KEY_CARRIAGE_RETURN;
  if (swallowed(line, byte)) {
    return LINE_NOTHING;
  }
  switch (byte) {
    case KEY_LINE_FEED:
      return after_carriage_return ? LINE_NOTHING : LINE_COMPLETE;
    case KEY_CARRIAGE_RETURN:
      return LINE_COMPLETE;
    case KEY_BACKSPACE:
    case KEY_DELETE:
      return erase(line);
    case KEY_CONTROL_U:
      return LINE_CLEARED;
    case KEY_CONTROL_C:
      return LINE_ABANDONED;
    default:
      return byte >= 0x20 && byte <= 0x7E ? append(line, byte) : LINE_NOTHING;
  }
}
