// What a task's header has for a lane: the ring in its memory, in line; of a guarded lane, the fast IPC layer's rows.
import type { Placement } from "../layout.ts";
import { laneHeader_bytes, type Capability, type System } from "../model.ts";
import { hex } from "./c.ts";

/**
 * A ring of slots in memory, for one sender and one receiver. Each counts what it has done in a cache line of its own,
 * which the other only reads; the processor keeps stores in order, so a slot is written before it is counted, and no
 * other instruction is needed. Neither ever waits for the other.
 */
export function laneInC({ lanes }: System, { name, index, rights }: Capability, placement: Placement): string[] {
  const lane = lanes[index];
  if (lane === undefined) throw new Error(`there is no lane ${index}`);
  const words = lane.slot_bytes / 4;
  const base = `  volatile uint32_t *lane = (volatile uint32_t *)${hex(placement.regions[lane.region] ?? 0)};`;
  const [sent, received, first] = [0, laneHeader_bytes / 8, laneHeader_bytes / 4];
  const slot = (count: string): string => `lane + ${first} + ${count} % ${lane.slots} * ${words}`;
  const functions: string[] = [];
  if (rights.includes("send")) {
    functions.push(
      `/* False: all ${lane.slots} slots are full. */`,
      `static inline bool ${name}_send(const uint32_t slot[${words}]) {`,
      base,
      `  uint32_t sent = lane[${sent}];`,
      `  if (sent - lane[${received}] == ${lane.slots}) {`,
      "    return false;",
      "  }",
      `  volatile uint32_t *to = ${slot("sent")};`,
      `  BOUNDED_LOOP(${words}, for (uint32_t i = 0; i < ${words}; i++)) {`,
      "    to[i] = slot[i];",
      "  }",
      `  lane[${sent}] = sent + 1;`,
      "  return true;",
      "}",
    );
  }
  if (rights.includes("receive")) {
    functions.push(
      "/* False: there is nothing. */",
      `static inline bool ${name}_receive(uint32_t slot[${words}]) {`,
      base,
      `  uint32_t received = lane[${received}];`,
      `  if (received == lane[${sent}]) {`,
      "    return false;",
      "  }",
      `  volatile uint32_t *from = ${slot("received")};`,
      `  BOUNDED_LOOP(${words}, for (uint32_t i = 0; i < ${words}; i++)) {`,
      "    slot[i] = from[i];",
      "  }",
      `  lane[${received}] = received + 1;`,
      "  return true;",
      "}",
    );
  }
  return functions;
}

/** The same functions, for who has no access to the ring. `row`: of the layer's, for an operation. */
export function guardedLaneInC(
  { lanes }: System, { name, index, rights }: Capability, row: (operation: "put" | "get") => number,
): string[] {
  const lane = lanes[index];
  if (lane === undefined) throw new Error(`there is no lane ${index}`);
  return [
    ...(rights.includes("send") ? [
      `/* By the fast IPC layer. False: all ${lane.slots} slots are full. */`,
      `static inline bool ${name}_send(const uint32_t slot[4]) {`,
      "  uint32_t words[4] = {slot[0], slot[1], slot[2], slot[3]};",
      `  return fast_layer_call(${row("put")}, words) >= 0;`,
      "}",
    ] : []),
    ...(rights.includes("receive") ? [
      "/* By the fast IPC layer. False: there is nothing. */",
      `static inline bool ${name}_receive(uint32_t slot[4]) {`,
      "  uint32_t words[4] = {0, 0, 0, 0};",
      `  if (fast_layer_call(${row("get")}, words) < 0) {`,
      "    return false;",
      "  }",
      ...[0, 1, 2, 3].map((place) => `  slot[${place}] = words[${place}];`),
      "  return true;",
      "}",
    ] : []),
  ];
}
