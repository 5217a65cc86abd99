#include "task_state.h"

#include <stddef.h>

#include "at_boot.h"
#include "double_fault.h"
#include "fast_layer.h"
#include "flow_facts.h"
#include "hardware_jobs.h"
#include "processor.h"
#include "segments.h"

enum { PORTS = 0x400, MAP_BYTES = PORTS / 8, MSR_SYSENTER_CS = 0x174, MSR_SYSENTER_ESP, MSR_SYSENTER_EIP };

/* The processor's layout. */
struct task_state {
  uint32_t link;
  uint32_t esp0, ss0, esp1, ss1, esp2, ss2;
  uint32_t cr3, eip, eflags, eax, ecx, edx, ebx, esp, ebp, esi, edi;
  uint32_t es, cs, ss, ds, fs, gs, ldt;
  uint16_t trap, map_offset;
};

/*
 * A map of ports for each process that has any, behind one that denies all; the byte behind a map must be all ones.
 * SYSENTER comes with the stack pointer at esp0; a debug exception there, of a process that single-steps, pushes into the
 * room in front.
 */
struct task_state_segment {
  uint32_t room[16];
  struct task_state state;
  uint8_t map[SYSTEM_PORT_MAPS + 1][MAP_BYTES];
  uint8_t all_ones[4];
} __attribute__((packed, aligned(4)));

extern void system_call_entry(void);

static struct task_state_segment segment;

/* A hardware job's. SYSENTER comes with the stack pointer at `frame_end`. */
struct own_segment {
  uint32_t room[16];
  uint32_t frame_end;
  struct task_state state;
};

static struct own_segment own_segments[SYSTEM_HARDWARE_TASKS + 1];
static uint32_t own_segments_used;

/* By process number. Map 0 denies all. */
static uint8_t map_of[PROCESS_COUNT];

static uint16_t offset_of_map(uint32_t map) {
  return (uint16_t)(offsetof(struct task_state_segment, map) - offsetof(struct task_state_segment, state) +
                    map * MAP_BYTES);
}

AT_BOOT struct task_state_place task_state_own(const struct process *process) {
  struct own_segment *own = &own_segments[own_segments_used];
  own_segments_used++;
  own->frame_end = (uint32_t)&process->frame + FRAME_BYTES + HARDWARE_JOB_MARK;
  own->state.esp0 = (uint32_t)&process->frame + FRAME_BYTES;
  own->state.ss0 = SELECTOR_KERNEL_DATA;
  own->state.map_offset = sizeof own->state;
  return (struct task_state_place){
      .base = (uint32_t)&own->state, .limit = sizeof own->state - 1, .stack_word = (uint32_t)&own->frame_end};
}

AT_BOOT static void allow(uint8_t *map, struct system_port ports) {
  BOUNDED_LOOP(PORTS, for (uint32_t port = ports.first; port < (uint32_t)ports.first + ports.count; port++)) {
    map[port / 8] &= (uint8_t)~(1 << port % 8);
  }
}

AT_BOOT static void set_up_maps(void) {
  uint32_t maps = 1;
  BOUNDED_LOOP((SYSTEM_PORT_MAPS + 1) * MAP_BYTES + 4,
               for (uint8_t *at = segment.map[0]; at < segment.all_ones + sizeof segment.all_ones; at++)) {
    *at = 0xFF;
  }
  BOUNDED_LOOP(SYSTEM_TASKS, for (uint32_t row = 0; row < SYSTEM_TASKS; row++)) {
    const struct system_task *task = &system_tasks[row];
    if (task->ports == 0) {
      continue;
    }
    BOUNDED_LOOP(SYSTEM_PORTS, for (uint32_t i = 0; i < task->ports; i++)) {
      allow(segment.map[maps], system_ports[task->ports_first + i]);
    }
    map_of[task->number] = (uint8_t)maps;
    maps++;
  }
}

struct task_state_place task_state_place(void) {
  return (struct task_state_place){
      .base = (uint32_t)&segment.state,
      .limit = sizeof segment - offsetof(struct task_state_segment, state) - 1,
      .stack_word = (uint32_t)&segment.state.esp0,
  };
}

AT_BOOT void task_state_set_up(void) {
  const struct task_state_place place = task_state_place();
  set_up_maps();
  segment.state.ss0 = SELECTOR_KERNEL_DATA;
  if (SYSTEM_LAYER_CLIENTS != 0) {
    segment.state.ss1 = SELECTOR_LAYER_DATA;
  }
  segments_describe(SELECTOR_TASK_STATE, place.base, place.limit + 1);
  double_fault_set_up();
  load_task_register(SELECTOR_TASK_STATE);
  write_model_specific_register(MSR_SYSENTER_CS, SELECTOR_KERNEL_CODE);
  write_model_specific_register(MSR_SYSENTER_ESP, place.stack_word);
  write_model_specific_register(MSR_SYSENTER_EIP, (uint32_t)system_call_entry);
}

void task_state_enter(struct process *process) {
  segment.state.esp0 = (uint32_t)&process->frame + FRAME_BYTES;
  if (SYSTEM_LAYER_CLIENTS != 0) {
    segment.state.esp1 = fast_layer_stacks[process_number(process)];
  }
  segment.state.map_offset = offset_of_map(map_of[process_number(process)]);
}
