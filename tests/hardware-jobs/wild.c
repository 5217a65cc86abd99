/* Does what it is told. */
#include "wild_system.h"

#include "memory_map.h"
#include "orders.h"

void wild_main(void);

static volatile uint32_t jobs;

/* `next_period`, which is number 9. */
#define CALL_OF_THE_KERNEL "movl $9, %%eax\n\tmovl %%esp, %%ecx\n\tmovl $1f, %%edx\n\tsysenter\n1:"

static void divide(volatile uint32_t by) {
  jobs /= by;
}

static void obey(uint32_t order) {
  volatile uint8_t code[] = {0xC3};
  switch (order) {
    case ORDER_DIVIDE_BY_ZERO:
      divide(0);
      break;
    case ORDER_WRITE_TO_THE_KERNEL:
      *(volatile uint32_t *)0x8000 = 0;
      break;
    case ORDER_WRITE_TO_THE_SCHEDULER:
      *(volatile uint32_t *)SCHEDULER_BASE = 0;
      break;
    case ORDER_RUN_ITS_STACK:
      ((void (*)(void))(uint32_t)code)();
      break;
    case ORDER_CALL:
      __asm__ volatile(CALL_OF_THE_KERNEL : : : "eax", "ecx", "edx", "memory", "cc");
      break;
    case ORDER_CALL_BY_INTERRUPT:
      __asm__ volatile("movl $9, %%eax\n\tint $0x80" : : : "eax", "memory", "cc");
      break;
    case ORDER_CALL_WITHOUT_SEGMENTS:
      __asm__ volatile("xorl %%eax, %%eax\n\tmovw %%ax, %%ds\n\tmovw %%ax, %%es\n\t" CALL_OF_THE_KERNEL
                       : : : "eax", "ecx", "edx", "memory", "cc");
      break;
    case ORDER_CALL_STEP_BY_STEP:
      __asm__ volatile("movl $9, %%eax\n\tmovl %%esp, %%ecx\n\tmovl $1f, %%edx\n\tpushl $0x102\n\tpopfl\n\tsysenter\n1:"
                       : : : "eax", "ecx", "edx", "memory", "cc");
      break;
    case ORDER_CALL_NOTHING:
      __asm__ volatile("xorl %%eax, %%eax\n\tmovl %%esp, %%ecx\n\tmovl $1f, %%edx\n\tsysenter\n1:"
                       : : : "eax", "ecx", "edx", "memory", "cc");
      break;
    case ORDER_INTERRUPTS:
      __asm__ volatile("sti");
      break;
    case ORDER_PORT:
      __asm__ volatile("outb %%al, $0x80" : : "a"(0));
      break;
    case ORDER_FOR_EVER:
      FOREVER {
      }
    default:
      break;
  }
}

void wild_main(void) {
  volatile uint32_t *orders = ORDERS;
  FOREVER {
    uint32_t order = *orders;
    *orders = ORDER_NOTHING;
    jobs++;
    obey(order);
    next_period();
  }
}
