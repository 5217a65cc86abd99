#include "misbehave.h"

#include <stdbool.h>

#include "flow_facts.h"
#include "input.h"
#include "numbers.h"
#include "print.h"
#include "system_call_stubs.h"

volatile uint32_t victim_rounds;
static volatile bool victim_must_fault;
static struct input input;

void victim_main(void) {
  FOREVER {
    victim_rounds++;
    if (victim_must_fault) {
      __asm__ volatile("ud2");
    }
  }
}

/* By enum process_state. */
static const char *const states[] = {"absent", "stopped", "held", "waiting", "serving", "ready"};

static void print_victim(void) {
  uint32_t victim[4];
  if (ask_inspect(MISBEHAVE_VICTIM, PAGE_STATE, victim) < 0) {
    return;
  }
  print_text("victim is ");
  print_text(states[(victim[0] & 0xFF) % (sizeof states / sizeof states[0])]);
  print_text(", faults ");
  print_decimal(victim[2] & 0xFFFF);
  print_character('\n');
}

static void undefined_instruction(void) {
  __asm__ volatile(
      "cmpl %%eax, %%eax\n\t"
      "movl $0x11111111, %%eax\n\t"
      "movl $0x22222222, %%ebx\n\t"
      "movl $0x33333333, %%ecx\n\t"
      "movl $0x44444444, %%edx\n\t"
      "movl $0x55555555, %%esi\n\t"
      "movl $0x66666666, %%edi\n\t"
      "movl $0x77777777, %%ebp\n\t"
      "movl $0x00030000, %%esp\n\t"
      "stc\n\t"
      "ud2"
      :
      :
      : "memory");
  __builtin_unreachable();
}

static void print_result(const char *what, int32_t result) {
  print_text(what);
  print_text(result < 0 ? " -" : " ");
  print_decimal((uint32_t)(result < 0 ? -result : result));
  print_character('\n');
}

/* The kernel gives the segments back, and takes the call the next time. */
static void ask_without_segments(void) {
  int32_t result;
  __asm__ volatile(
      "movw %w1, %%ds\n\t"
      "movw %w1, %%es\n\t"
      "movl %%esp, %%ecx\n\t"
      "movl $1f, %%edx\n\t"
      "sysenter\n"
      "1:"
      : "=a"(result)
      : "r"(0), "0"(CALL_TIME)
      : "ecx", "edx", "ebx", "esi", "memory", "cc");
  print_result("time", result);
}

static void step_into_a_call(void) {
  int32_t result;
  __asm__ volatile(
      "pushfl\n\t"
      "orl $0x100, (%%esp)\n\t"
      "movl %%esp, %%ecx\n\t"
      "addl $4, %%ecx\n\t"
      "movl $1f, %%edx\n\t"
      "popfl\n\t"
      "sysenter\n"
      "1:"
      : "=a"(result)
      : "0"(CALL_BUDGET)
      : "ecx", "edx", "ebx", "memory", "cc");
  print_result("budget", result);
}

static void ask_for_nothing_there(void) {
  print_result("sysenter", system_call(CALL_COUNT, 0, 0, 0, 0, 0));
  print_result("sysenter", system_call(0xFF, 0xFFFFFF, 0, 0, 0, 0));
  int32_t result;
  __asm__ volatile("int $0x80" : "=a"(result) : "0"(CALL_COUNT) : "ebx", "ecx", "edx", "memory");
  print_result("int", result);
  print_result("slot", ask_send(1000, 0, 0, 0, 0));
  print_result("type", ask_send(MISBEHAVE_VICTIM, 0, 0, 0, 0));
  print_result("right", ask_restart(MISBEHAVE_VICTIM));
}

static void obey(uint8_t request) {
  static const uint32_t range[2] = {0, 9};
  switch (request) {
    case 'd':
      __asm__ volatile("divl %0" : : "r"(0), "a"(1), "d"(0) : "cc");
      break;
    case 'u':
      undefined_instruction();
      break;
    case 'b':
      __asm__ volatile("int3");
      break;
    case 'o':
      __asm__ volatile("addb %b0, %b0\n\tinto" : : "q"(0x40) : "cc");
      break;
    case 'r':
      __asm__ volatile("boundl %0, %1" : : "r"(10), "m"(range));
      break;
    case 's':
      __asm__ volatile("movw %w0, %%es" : : "r"(0x38));
      break;
    case 'i':
      __asm__ volatile("int $0x90");
      break;
    case 't':
      __asm__ volatile("pushfl\n\torl $0x100, (%%esp)\n\tpopfl\n\tnop" : : : "memory", "cc");
      break;
    case 'c':
      __asm__ volatile("cli");
      break;
    case 'h':
      __asm__ volatile("hlt");
      break;
    case 'm':
      __asm__ volatile("movl %%cr0, %%eax" : : : "eax");
      break;
    case 'x':
      __asm__ volatile("inb $0x60, %%al" : : : "eax");
      break;
    case 'n':
      __asm__ volatile("int $0x25");
      break;
    case 'e':
      __asm__ volatile("int $8");
      break;
    case 'z':
      ask_without_segments();
      break;
    case 'y':
      step_into_a_call();
      break;
    case 'q':
      ask_for_nothing_there();
      break;
    case 'v':
      print_victim();
      victim_must_fault = true;
      break;
    case 'w':
      print_victim();
      break;
    default:
      break;
  }
}

void misbehave_main(void) {
  FOREVER {
    print_text("ready\n");
    obey(input_byte(&input, MISBEHAVE_INPUT));
  }
}
