/*
 * What latency.c does, with the accelerators left alone: the line is an interrupt, the kernel's tournament is the scheduler,
 * a task's registers are on its stack of ring 0, and a message goes through four words of memory. That is less than the
 * accelerators do: no budgets, no watch on deadlines, no memory protection that is switched, one message in a channel.
 */
#include "../../kernel/tournament.h"
#include "software.h"
#include "units.h"

/* As `pushal` and an interrupt from ring 3 leave it. */
struct frame {
  uint32_t edi, esi, ebp, unused, ebx, edx, ecx, eax;
  uint32_t eip, cs, eflags, esp, ss;
};

enum { BACKGROUND_TASK = 200, ANSWER_TASK = 100, RECEIVE_TASK = 30, STACK_0_WORDS = 64, MESSAGE_WORDS = 4 };
enum { FLAGS = 0x202, IOPL_3 = 0x3000, DEADLINE = 10000, NUMBER_BITS = 8 };
enum { GATE_OF_RING_3 = 0xEE00, GATE_OF_RING_0 = 0x8E00 };

struct task {
  struct frame *frame;
  uint32_t stack[STACK_0_WORDS];
};

static struct task tasks[TASKS];
static struct task *running;
static struct tournament ready;
static bool receiver_waits, may_send[TASKS];
static bool full;
static uint32_t message[MESSAGE_WORDS];

extern uint8_t task_state[];
extern void mix(void), answer(void), receive(void);
extern void line_entry(void), send_entry(void), receive_entry(void), finish_entry(void);
void begin(struct frame *frame);
void kernel_main(void);
void handle(uint32_t *frame);
struct frame *line_rises(struct frame *frame);
struct frame *send(struct frame *frame);
struct frame *receive_message(struct frame *frame);
struct frame *finish(struct frame *frame);

static uint64_t cycles(void) {
  uint64_t now;
  __asm__ volatile("rdtsc" : "=A"(now));
  return now;
}

static uint64_t key_of(uint64_t urgency, uint32_t number) { return urgency << NUMBER_BITS | number; }

/* Whoever is the most urgent goes on. */
static struct frame *next(void) {
  running = &tasks[tournament_winner(&ready)];
  *(volatile uint32_t *)(task_state + 4) = (uint32_t)(running->stack + STACK_0_WORDS);
  return running->frame;
}

struct frame *line_rises(struct frame *frame) {
  running->frame = frame;
  put(LOCAL_APIC_BASE + LOCAL_APIC_EOI, 0);
  tournament_change(&ready, ANSWER_TASK, key_of(cycles() + DEADLINE, ANSWER_TASK));
  return next();
}

static void take(struct frame *frame) {
  frame->eax = message[0];
  frame->ebx = message[1];
  frame->ecx = message[2];
  frame->edx = message[3];
  full = false;
}

struct frame *send(struct frame *frame) {
  running->frame = frame;
  if (!may_send[running - tasks] || full) return frame;
  message[0] = frame->eax;
  message[1] = frame->ebx;
  message[2] = frame->ecx;
  message[3] = frame->edx;
  full = true;
  if (receiver_waits) {
    receiver_waits = false;
    take(tasks[RECEIVE_TASK].frame);
    tournament_change(&ready, RECEIVE_TASK, key_of(0, RECEIVE_TASK));
  }
  return next();
}

struct frame *receive_message(struct frame *frame) {
  running->frame = frame;
  if (full) {
    take(frame);
  } else {
    receiver_waits = true;
    tournament_change(&ready, RECEIVE_TASK, TOURNAMENT_ABSENT);
  }
  return next();
}

struct frame *finish(struct frame *frame) {
  running->frame = frame;
  tournament_change(&ready, ANSWER_TASK, TOURNAMENT_ABSENT);
  return next();
}

static void set_up(uint32_t number, void (*entry)(void), uint32_t flags) {
  struct task *const task = &tasks[number];
  task->frame = (struct frame *)(task->stack + STACK_0_WORDS) - 1;
  *task->frame = (struct frame){
    .eip = (uint32_t)entry, .cs = CODE_3, .eflags = FLAGS | flags, .esp = (uint32_t)stack_of(number + 1), .ss = DATA_3,
  };
}

static void set_gate(uint32_t vector, void (*entry)(void), uint32_t kind) {
  struct __attribute__((packed)) { uint16_t limit; uint32_t base; } table;
  __asm__ volatile("sidt %0" : "=m"(table));
  uint32_t *const gate = (uint32_t *)table.base + 2 * vector;
  gate[0] = CODE_0 << 16 | ((uint32_t)entry & 0xFFFF);
  gate[1] = ((uint32_t)entry & 0xFFFF0000) | kind;
}

void kernel_main(void) {
  tournament_set_up(&ready);
  set_gate(INTERRUPT_VECTOR_BASE + FIRST_OUTSIDE_LINE, line_entry, GATE_OF_RING_0);
  set_gate(SEND_VECTOR, send_entry, GATE_OF_RING_3);
  set_gate(RECEIVE_VECTOR, receive_entry, GATE_OF_RING_3);
  set_gate(FINISH_VECTOR, finish_entry, GATE_OF_RING_3);
  set_up(BACKGROUND_TASK, mix, IOPL_3);
  set_up(ANSWER_TASK, answer, 0);
  set_up(RECEIVE_TASK, receive, 0);
  may_send[ANSWER_TASK] = true;
  tournament_change(&ready, BACKGROUND_TASK, key_of(UINT64_MAX >> (NUMBER_BITS + 1), BACKGROUND_TASK));
  tournament_change(&ready, RECEIVE_TASK, key_of(0, RECEIVE_TASK));
  put(LOCAL_APIC_BASE + LOCAL_APIC_SVR, LOCAL_APIC_SVR_ENABLE | 0xff);
  begin(next());
}

/* Nothing else may come; the host sees it by its address. */
void handle(uint32_t *frame) {
  (void)frame;
  __asm__ volatile("unexpected: hlt");
}
