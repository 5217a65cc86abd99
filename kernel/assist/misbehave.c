#include "misbehave.h"

#include <stdbool.h>

#include "calls.h"
#include "deliver.h"
#include "flow_facts.h"
#include "memory_map.h"
#include "print.h"
#include "vectors.h"

enum {
  PAGE_PRESENT_WRITABLE_4_MB = 0x83,
  PAGES_4_MB = 1024,
  PAGE_BITS = 22,
  CR4_PAGES_4_MB = 0x10,
  UNMAPPED = 0x00812344,
};

volatile uint32_t victim_rounds;
static volatile bool victim_must_fault;

static uint32_t page_directory[PAGES_4_MB] __attribute__((aligned(4096)));

void victim_main(void) {
  FOREVER {
    victim_rounds++;
    if (victim_must_fault) {
      __asm__ volatile("ud2");
    }
  }
}

static void map_itself(uint32_t address) {
  uint32_t page = address >> PAGE_BITS;
  page_directory[page] = (page << PAGE_BITS) | PAGE_PRESENT_WRITABLE_4_MB;
}

static void turn_paging_on(void) {
  map_itself(RAM_BASE);
  map_itself(LOCAL_APIC_BASE);
  uint32_t scratch;
  __asm__ volatile(
      "movl %%cr4, %0\n\t"
      "orl %1, %0\n\t"
      "movl %0, %%cr4\n\t"
      "movl %2, %%cr3\n\t"
      "movl %%cr0, %0\n\t"
      "orl $0x80000000, %0\n\t"
      "movl %0, %%cr0"
      : "=&r"(scratch)
      : "i"(CR4_PAGES_4_MB), "r"(page_directory)
      : "memory", "cc");
}

static void print_victim(void) {
  struct task_report victim;
  call_inspect_task((struct task_id){TASK_VICTIM}, &victim);
  print_text("victim is ");
  print_text(victim.state);
  print_text(", faults ");
  print_decimal(victim.faults);
  print_character('\n');
}

static void undefined_instruction(void) {
  __asm__ volatile(
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

static void obey(uint8_t request) {
  static const uint32_t range[2] = {0, 9};
  if (request >= '@' && request < '@' + VECTOR_EXCEPTIONS_END) {
    deliver_exception(request - '@', (VECTORS_WITH_ERROR_CODE >> (request - '@')) & 1);
  }
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
      __asm__ volatile("movw %w0, %%es" : : "r"(0x28));
      break;
    case 'i':
      __asm__ volatile("int $0x80");
      break;
    case 'p':
      turn_paging_on();
      __asm__ volatile("movl (%0), %%eax" : : "r"(UNMAPPED) : "eax");
      break;
    case 'n':
      __asm__ volatile("int $0x25");
      break;
    case 'v':
      print_victim();
      victim_must_fault = true;
      break;
    case 'w':
      print_victim();
      break;
    case 'k':
      __asm__ volatile("cli\n\tud2");
      break;
    default:
      break;
  }
}

void misbehave_main(void) {
  FOREVER {
    print_text("ready\n");
    obey(call_read_byte());
  }
}
