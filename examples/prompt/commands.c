#include "commands.h"

#include <stdint.h>

#include "dump.h"
#include "flow_facts.h"
#include "memory_map.h"
#include "print.h"
#include "system_call_stubs.h"
#include "task_list.h"
#include "words.h"

enum { TICK_MS = 1, TICK_CYCLES = CLOCK_HZ / 1000 * TICK_MS };

_Static_assert(CLOCK_HZ % 1000 == 0, "a millisecond is no whole number of cycles: ticks would drift from milliseconds");

/* 64 by 32 bits in two steps of DIV: the compiler would call a library, and libgcc's is built for a newer processor. */
static uint64_t cycles_in_ticks(uint64_t cycles) {
  uint32_t high = (uint32_t)(cycles >> 32);
  uint32_t low, remainder;
  __asm__("divl %4" : "=a"(low), "=d"(remainder) : "a"((uint32_t)cycles), "d"(high % TICK_CYCLES), "r"(TICK_CYCLES) : "cc");
  return (uint64_t)(high / TICK_CYCLES) << 32 | low;
}

/* One more than words_of looks for: no line has too many. */
enum { ARGUMENTS_ANY = WORDS_MAX };

/* name, arguments as the usage line shows them, fewest and most arguments, what it does */
#define COMMANDS(ROW)                                                                      \
  ROW(help, "", 0, 0, "list the commands")                                                 \
  ROW(tasks, "", 0, 0, "list the tasks: state, times dispatched, cycles used, faults, work") \
  ROW(uptime, "", 0, 0, "ticks and milliseconds since the reset")              \
  ROW(mem, "ADDR [LEN]", 1, 2, "show memory; both numbers hexadecimal")                    \
  ROW(echo, "[TEXT]", 0, ARGUMENTS_ANY, "repeat the text")                                 \
  ROW(crash, "", 0, 0, "run an undefined instruction, to see what is reported")

enum command {
#define COMMAND_NUMBER(name, arguments, fewest, most, purpose) COMMAND_##name,
  COMMANDS(COMMAND_NUMBER) COMMAND_COUNT,
};

static const struct {
  const char *name;
  const char *arguments;
  uint8_t arguments_min;
  uint8_t arguments_max;
  const char *purpose;
} commands[COMMAND_COUNT] = {
#define COMMAND_ROW(name, arguments, fewest, most, purpose) {#name, arguments, fewest, most, purpose},
    COMMANDS(COMMAND_ROW)};

static void print_usage(enum command command) {
  print_text("usage: ");
  print_text(commands[command].name);
  print_text(commands[command].arguments[0] == '\0' ? "" : " ");
  print_text(commands[command].arguments);
  print_character('\n');
}

static void help(void) {
  BOUNDED_LOOP(COMMAND_COUNT, for (uint32_t i = 0; i < COMMAND_COUNT; i++)) {
    print_text("  ");
    print_text_padded(commands[i].name, 7);
    print_text_padded(commands[i].arguments, 12);
    print_text(commands[i].purpose);
    print_character('\n');
  }
}

static void uptime(void) {
  uint32_t now[4];
  ask_time(now);
  uint64_t ticks = cycles_in_ticks((uint64_t)now[1] << 32 | now[0]);
  print_decimal(ticks);
  print_text(" ticks, ");
  print_decimal(ticks * TICK_MS);
  print_text(" ms\n");
}

static void echo(const char *text) {
  print_text(text);
  print_character('\n');
}

static void crash(void) {
  __asm__ volatile("ud2");
}

/* The text behind the first word and one blank. */
static const char *text_behind(struct word first) {
  const char *behind = first.text + first.length;
  return *behind == ' ' ? behind + 1 : behind;
}

static void run(enum command command, const struct words *words) {
  switch (command) {
    case COMMAND_help:
      help();
      break;
    case COMMAND_tasks:
      list_tasks();
      break;
    case COMMAND_uptime:
      uptime();
      break;
    case COMMAND_mem:
      dump(words);
      break;
    case COMMAND_echo:
      echo(text_behind(words->word[0]));
      break;
    case COMMAND_crash:
      crash();
      break;
    case COMMAND_COUNT:
      break;
  }
}

void run_command(const char *line) {
  struct words words = words_of(line);
  if (words.count == 0) {
    return;
  }
  BOUNDED_LOOP(COMMAND_COUNT, for (uint32_t i = 0; i < COMMAND_COUNT; i++)) {
    if (!word_is(words.word[0], commands[i].name)) {
      continue;
    }
    uint32_t arguments = words.count - 1;
    if (arguments < commands[i].arguments_min || arguments > commands[i].arguments_max) {
      print_usage((enum command)i);
    } else {
      run((enum command)i, &words);
    }
    return;
  }
  print_text("unknown command \"");
  print_word(words.word[0]);
  print_text("\"; help lists the commands\n");
}
