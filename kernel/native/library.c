/* The kernel's capabilities, compiled for the host: kernel/capability.test.ts compares them with a model. */
#include "capability.h"

const struct system_task system_tasks[] = {
    {.number = 1, .capabilities_first = 0, .capabilities = 3, .slots = 6, .slots_first = 0},
    {.number = 2, .capabilities_first = 3, .capabilities = 2, .slots = 8, .slots_first = 6},
    {.number = 3, .capabilities_first = 5, .capabilities = 1, .slots = 4, .slots_first = 14},
};

const struct system_capability system_capabilities[] = {
    {OBJECT_CHANNEL, .index = 7, .rights = 0xFF},   {OBJECT_REGION, .index = 3, .rights = 0x3F},
    {OBJECT_PROCESS, .index = 9, .rights = 0xF0},   {OBJECT_CHANNEL, .index = 1, .rights = 0x0F},
    {OBJECT_REGION, .index = 300, .rights = 0xFF}, {OBJECT_LOCK, .index = 0, .rights = 0x01},
};

static struct capability_table table_of(uint32_t table) {
  return (struct capability_table){system_tasks[table].slots_first, system_tasks[table].slots};
}

void native_set_up(void);
void native_give(uint32_t table);
int32_t native_check(uint32_t table, uint32_t slot, uint32_t object, uint32_t rights);
int32_t native_copy(uint32_t table, uint32_t slot, uint32_t to, uint32_t to_slot, uint32_t rights);
int32_t native_move(uint32_t table, uint32_t slot, uint32_t to, uint32_t to_slot, uint32_t rights);
int32_t native_revoke(uint32_t table, uint32_t slot);
int32_t native_discard(uint32_t table, uint32_t slot);

void native_set_up(void) {
  capabilities_set_up();
}

void native_give(uint32_t table) {
  capabilities_give(table_of(table), &system_tasks[table]);
}

int32_t native_check(uint32_t table, uint32_t slot, uint32_t object, uint32_t rights) {
  return capability_check(table_of(table), slot, (uint8_t)object, rights);
}

int32_t native_copy(uint32_t table, uint32_t slot, uint32_t to, uint32_t to_slot, uint32_t rights) {
  return capability_copy(table_of(table), slot, table_of(to), to_slot, rights);
}

int32_t native_move(uint32_t table, uint32_t slot, uint32_t to, uint32_t to_slot, uint32_t rights) {
  return capability_move(table_of(table), slot, table_of(to), to_slot, rights);
}

int32_t native_revoke(uint32_t table, uint32_t slot) {
  return capability_revoke(table_of(table), slot);
}

int32_t native_discard(uint32_t table, uint32_t slot) {
  return capability_discard(table_of(table), slot);
}
