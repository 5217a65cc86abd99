#include "fault_report.h"

#include "flow_facts.h"
#include "memory_check.h"
#include "print.h"
#include "system_call_stubs.h"
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

/* Pages of the kernel's answer to inspect. */
struct registers {
  uint32_t general[4], index[4], place[4], cause[4];
};

void print_fault_report(uint32_t slot, const char *name) {
  struct registers at;
  if (ask_inspect(slot, PAGE_GENERAL, at.general) < 0 || ask_inspect(slot, PAGE_INDEX, at.index) < 0 ||
      ask_inspect(slot, PAGE_PLACE, at.place) < 0 || ask_inspect(slot, PAGE_CAUSE, at.cause) < 0) {
    return;
  }
  uint32_t vector = at.cause[0] % VECTOR_EXCEPTIONS_END;
  print_text("\n*** Exception ");
  print_decimal(vector);
  print_character(' ');
  print_text(names[vector].mnemonic);
  print_text(" (");
  print_text(names[vector].meaning);
  print_text(") in ");
  print_text(name);
  print_character('\n');
  print_register("eip", at.place[0]);
  print_text("  cs ");
  print_hex(at.place[1], 4);
  print_register("eflags", at.place[2]);
  print_error_code(vector, at.cause[1]);
  print_character('\n');
  print_register("eax", at.general[0]);
  print_register("ebx", at.general[1]);
  print_register("ecx", at.general[2]);
  print_register("edx", at.general[3]);
  print_character('\n');
  print_register("esi", at.index[0]);
  print_register("edi", at.index[1]);
  print_register("ebp", at.index[2]);
  print_register("esp", at.index[3]);
  print_character('\n');
  if (vector == VECTOR_PAGE_FAULT) {
    print_register("cr2", at.place[3]);
    print_character('\n');
  }
  print_code(at.place[0]);
}
