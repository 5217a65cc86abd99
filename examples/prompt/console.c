/* The task behind the prompt on the serial line. */
#include "commands.h"
#include "console_system.h"
#include "flow_facts.h"
#include "input.h"
#include "line.h"
#include "print.h"

void console_main(void);

enum { BELL = 0x07 };

/* Kept when a fault restarts the task: the LF of the line that caused it may still be to come, and what is typed ahead. */
static struct session {
  struct line line;
  struct input input;
} *const session = (struct session *)SESSION;
_Static_assert(sizeof *session <= SESSION_BYTES, "the session does not fit into its region");

static void prompt(void) {
  line_restart(&session->line);
  print_text("atomicos> ");
}

static void erase_on_screen(uint32_t characters) {
  BOUNDED_LOOP(LINE_CHARACTERS_MAX, for (uint32_t i = 0; i < characters; i++)) {
    print_text("\b \b");
  }
}

static void report_lost_bytes(void) {
  uint32_t lost = input_lost(&session->input);
  if (lost != 0) {
    print_text("input too fast: at least ");
    print_decimal(lost);
    print_text(" characters lost\n");
  }
}

void console_main(void) {
  struct line *line = &session->line;
  prompt();
  FOREVER {
    uint8_t byte = input_byte(&session->input, INPUT_SLOT);
    switch (line_accept(line, byte)) {
      case LINE_NOTHING:
        break;
      case LINE_APPENDED:
        print_character((char)byte);
        break;
      case LINE_FULL:
        print_character(BELL);
        break;
      case LINE_ERASED:
        erase_on_screen(1);
        break;
      case LINE_CLEARED:
        erase_on_screen(line->length);
        line_restart(line);
        break;
      case LINE_ABANDONED:
        print_text("^C\n");
        prompt();
        break;
      case LINE_COMPLETE:
        print_character('\n');
        report_lost_bytes();
        run_command(line->text);
        prompt();
        break;
    }
  }
}
