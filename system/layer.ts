// The fast IPC layer: which of a task's lanes and direct channels it reaches by the call gate, and by which row.
import type { Capability, Channel, Lane, System, Task } from "./model.ts";

export type LayerOperation = "put" | "get" | "send" | "receive";

/** A row of the task's, by its place. */
export interface LayerRow {
  readonly operation: LayerOperation;
  /** The task's capability for it, by its slot. */
  readonly slot: number;
  /** Of lanes or of channels. */
  readonly index: number;
}

/** Whom ring 3 is trusted with what is guarded from others. */
const isTrusted = ({ ring }: Pick<Task, "ring">): boolean => ring === 1;

export const goesByLayer = (
  { lanes, channels }: System, task: Pick<Task, "ring">, { kind, index }: Pick<Capability, "kind" | "index">,
): boolean => {
  const object: Pick<Lane | Channel, "guarded"> | undefined =
    kind === "lane" ? lanes[index] : kind === "channel" ? channels[index] : undefined;
  return object?.guarded === true && !isTrusted(task);
};

export function layerRowsOf(system: System, task: Task): LayerRow[] {
  return task.capabilities.flatMap((capability, slot): LayerRow[] => {
    if (!goesByLayer(system, task, capability)) return [];
    const { kind, index, rights } = capability;
    const [sending, receiving] = kind === "lane" ? (["put", "get"] as const) : (["send", "receive"] as const);
    return [
      ...(rights.includes("send") ? [{ operation: sending, slot, index }] : []),
      ...(rights.includes("receive") ? [{ operation: receiving, slot, index }] : []),
    ];
  });
}

/** Its row for a capability. */
export function layerRowOf(system: System, task: Task, slot: number, operation: LayerOperation): number {
  const row = layerRowsOf(system, task).findIndex((each) => each.slot === slot && each.operation === operation);
  if (row < 0) throw new Error(`${task.name} has no ${operation} of slot ${slot} in the layer`);
  return row;
}

/** What the layer takes of a task's regions: its code, and the task's block. */
export const layerRegions = (system: System, task: Task): number => (layerRowsOf(system, task).length > 0 ? 2 : 0);

/** How the mailbox is reached: each way is a region. */
export function waysToMailbox(system: System, task: Task): readonly ("itself" | "layer")[] {
  const direct = task.capabilities.filter(({ kind, index }) => kind === "channel" && system.channels[index]?.direct === true);
  const byLayer = direct.filter((capability) => goesByLayer(system, task, capability));
  return [...(direct.length > byLayer.length ? ["itself" as const] : []), ...(byLayer.length > 0 ? ["layer" as const] : [])];
}
