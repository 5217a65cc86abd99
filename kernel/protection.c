#include "protection.h"

#include "at_boot.h"
#include "bits.h"
#include "flow_facts.h"
#include "hardware_task.h"

/* Those that all tasks have. */
enum { COMMON_CODE, COMMON_CONSTANTS, COMMON_DATA, COMMON_DEVICES };
enum { LOCKED = 1 << COMMON_CODE | 1 << COMMON_CONSTANTS };

/* The linker script's. */
extern uint8_t image_start[], kernel_code_end[], programs_start[], bss_start[], tasks_bss[];

uint16_t protection_open_regions[PROCESS_COUNT];

static void set(uint32_t select, uint32_t first, uint32_t last, uint32_t rights) {
  *protection_register(MPU_SELECT) = select;
  *protection_register(MPU_BASE) = first;
  *protection_register(MPU_LIMIT) = last;
  *protection_register(MPU_RIGHTS) = rights;
}

AT_BOOT static void set_common(uint32_t number, const uint8_t *start, const uint8_t *end, uint32_t rights) {
  set(MPU_SELECT_COMMON | number, (uint32_t)start, (uint32_t)end - 1, rights);
}

static uint32_t rights_of(uint8_t access) {
  if ((access & ACCESS_LAYER) != 0) {
    return (access & ACCESS_EXECUTE) != 0 ? MPU_RIGHTS_RING1_EXECUTE : MPU_RIGHTS_RING1_WRITE;
  }
  if ((access & ACCESS_WRITE) != 0) {
    return MPU_RIGHTS_RING3_WRITE;
  }
  return (access & ACCESS_EXECUTE) != 0 ? MPU_RIGHTS_RING3_EXECUTE : MPU_RIGHTS_RING3_READ;
}

uint16_t protection_free_window(const struct process *process) {
  uint8_t number = process_number(process);
  const uint32_t all = (1 << PROTECTION_REGIONS) - 1;
  uint32_t windows = all << process->task->grants & all & ~(uint32_t)protection_open_regions[number];
  return windows == 0 ? PROTECTION_NO_REGION : protection_region(number, (uint8_t)lowest_bit(windows));
}

void protection_open(uint16_t at, uint16_t region, uint8_t access) {
  const struct system_region *of = &system_regions[region];
  protection_open_regions[at >> MPU_SELECT_TASK_SHIFT] |= (uint16_t)(1 << (at & MPU_SELECT_REGION_MASK));
  set(at, of->base, of->base + of->bytes - 1, rights_of(access));
}

/* In the order of the description's rows; windows come behind them. An empty one counts as open. */
AT_BOOT static void give(const struct system_task *task) {
  BOUNDED_LOOP(PROTECTION_REGIONS, for (uint8_t i = 0; i < task->grants; i++)) {
    const struct system_grant *grant = &system_grants[task->grants_first + i];
    if (system_regions[grant->region].bytes != 0) {
      protection_open(protection_region(task->number, i), grant->region, grant->access);
    }
  }
  protection_open_regions[task->number] = (uint16_t)((1 << task->grants) - 1);
}

AT_BOOT void protection_set_up(void) {
  BOUNDED_LOOP(SYSTEM_TASKS, for (uint32_t row = 0; row < SYSTEM_TASKS; row++)) {
    give(&system_tasks[row]);
  }
  set_common(COMMON_CODE, image_start, kernel_code_end, MPU_RIGHTS_RING0_EXECUTE);
  set_common(COMMON_CONSTANTS, kernel_code_end, programs_start, MPU_RIGHTS_RING0_READ);
  set_common(COMMON_DATA, bss_start, tasks_bss, MPU_RIGHTS_RING0_WRITE);
  set(MPU_SELECT_COMMON | COMMON_DEVICES, SCHEDULER_BASE, LOCAL_APIC_BASE + LOCAL_APIC_SIZE - 1, MPU_RIGHTS_RING0_WRITE);
  if (hardware_tasks_present != 0) {
    *protection_register(MPU_CONTROL) = MPU_CONTROL_ENABLE | MPU_CONTROL_LOCK_WX;
    *protection_register(MPU_LOCK) = LOCKED;
  }
}
