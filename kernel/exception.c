#include "exception.h"

#include <stdbool.h>

#include "dispatch.h"
#include "flow_facts.h"
#include "memory_check.h"
#include "print.h"
#include "processor.h"
#include "programs.h"
#include "vectors.h"

enum { CODE_BYTES_SHOWN = 12 };

struct exception_name {
  const char *mnemonic;
  const char *meaning;
};

static const struct exception_name names[VECTOR_EXCEPTIONS_END] = {
    [0] = {"#DE", "divide error"},
    [1] = {"#DB", "debug"},
    [2] = {"NMI", "non-maskable interrupt"},
    [3] = {"#BP", "breakpoint"},
    [4] = {"#OF", "overflow"},
    [5] = {"#BR", "bound range exceeded"},
    [6] = {"#UD", "invalid opcode"},
    [7] = {"#NM", "no coprocessor"},
    [8] = {"#DF", "double fault"},
    [9] = {"#CS", "coprocessor segment overrun"},
    [10] = {"#TS", "invalid TSS"},
    [11] = {"#NP", "segment not present"},
    [12] = {"#SS", "stack fault"},
    [13] = {"#GP", "general protection"},
    [14] = {"#PF", "page fault"},
    [15] = {"#15", "reserved"},
    [16] = {"#MF", "coprocessor error"},
    [17] = {"#AC", "alignment check"},
    [18] = {"#MC", "machine check"},
    [19] = {"#XM", "SIMD floating point"},
    [20] = {"#VE", "virtualisation"},
    [21] = {"#CP", "control protection"},
    [22] = {"#22", "reserved"},
    [23] = {"#23", "reserved"},
    [24] = {"#24", "reserved"},
    [25] = {"#25", "reserved"},
    [26] = {"#26", "reserved"},
    [27] = {"#27", "reserved"},
    [28] = {"#HV", "hypervisor injection"},
    [29] = {"#VC", "VMM communication"},
    [30] = {"#SX", "security"},
    [31] = {"#31", "reserved"},
};

/* Set from a report's first character to its last: an exception then is the report's own. */
static bool reporting;

static void print_register(const char *name, uint32_t value) {
  print_text("  ");
  print_text(name);
  print_character(' ');
  print_hex(value, 8);
}

static void print_page_fault_error(uint32_t error) {
  print_text((error & 1) != 0 ? " (protection, " : " (not present, ");
  print_text((error & 16) != 0 ? "fetch, " : (error & 2) != 0 ? "write, " : "read, ");
  print_text((error & 4) != 0 ? "user)" : "supervisor)");
}

static void print_selector_error(uint32_t error) {
  print_text((error & 2) != 0 ? " (vector " : (error & 4) != 0 ? " (LDT entry " : " (GDT entry ");
  print_decimal((error & 0xFFFF) >> 3);
  print_text((error & 1) != 0 ? ", external)" : ")");
}

static void print_error_code(uint32_t vector, uint32_t error) {
  print_text("  error ");
  if (((VECTORS_WITH_ERROR_CODE >> vector) & 1) == 0) {
    print_text("none");
    return;
  }
  print_hex(error, 8);
  if (vector == VECTOR_PAGE_FAULT) {
    print_page_fault_error(error);
  } else if (vector >= VECTOR_INVALID_TSS && vector <= VECTOR_GENERAL_PROTECTION && error != 0) {
    print_selector_error(error);
  }
}

static void print_code(uint32_t eip) {
  print_text("  code");
  if (memory_check(eip, CODE_BYTES_SHOWN) != MEMORY_READABLE) {
    print_text(" not in memory\n");
    return;
  }
  BOUNDED_LOOP(CODE_BYTES_SHOWN, for (uint32_t i = 0; i < CODE_BYTES_SHOWN; i++)) {
    print_character(' ');
    print_hex(((const uint8_t *)eip)[i], 2);
  }
  print_character('\n');
}

static void report(const struct frame *frame, const char *who) {
  print_text("\n*** Exception ");
  print_decimal(frame->vector);
  print_character(' ');
  print_text(names[frame->vector].mnemonic);
  print_text(" (");
  print_text(names[frame->vector].meaning);
  print_text(") in ");
  print_text(who);
  print_character('\n');
  print_register("eip", frame->eip);
  print_text("  cs ");
  print_hex(frame->cs, 4);
  print_register("eflags", frame->eflags);
  print_error_code(frame->vector, frame->error);
  print_character('\n');
  print_register("eax", frame->eax);
  print_register("ebx", frame->ebx);
  print_register("ecx", frame->ecx);
  print_register("edx", frame->edx);
  print_character('\n');
  print_register("esi", frame->esi);
  print_register("edi", frame->edi);
  print_register("ebp", frame->ebp);
  print_register("esp", frame_esp(frame));
  print_character('\n');
  if (frame->vector == VECTOR_PAGE_FAULT) {
    print_register("cr2", read_cr2());
    print_character('\n');
  }
  print_code(frame->eip);
}

/* Kernel code runs with interrupts off and a task with interrupts on; some events say nothing about who was running. */
static bool is_the_tasks(const struct frame *frame) {
  switch (frame->vector) {
    case VECTOR_NMI:
    case VECTOR_DOUBLE_FAULT:
    case VECTOR_MACHINE_CHECK:
      return false;
    default:
      return (frame->eflags & EFLAGS_INTERRUPT) != 0 && running_task().index != TASK_IDLE;
  }
}

void exception(const struct frame *frame) {
  if (reporting) {
    print_text("\n*** Exception ");
    print_decimal(frame->vector);
    print_text(" during the report\n*** Halted.\n");
    halt_for_good();
  }
  reporting = true;
  if (!is_the_tasks(frame)) {
    report(frame, "the kernel");
    print_text("*** Halted.\n");
    halt_for_good();
  }
  /* The report takes several ticks: they are counted, and input is queued, but the task keeps the processor. */
  dispatch_hold();
  OPERATION_ENDS;
  interrupts_on();
  const struct program *program = &programs[running_task().index];
  report(frame, program->name);
  print_text("*** Task ");
  print_text(program->name);
  print_text(program->on_fault == ON_FAULT_RESTART ? " is restarted.\n" : " is stopped.\n");
  interrupts_off();
  OPERATION_BEGINS("fault, after its report");
  dispatch_release();
  reporting = false;
  dispatch_fault();
}
