// The trace unit's reference: which records leave the merger, in which cycle, and what bytes a row of records becomes.
import { eventKinds } from "./events.ts";
import { encodeFrame } from "./frame.ts";
import { encodeIdent, encodeRecords, followingNumber, type TimedRecord } from "./records.ts";
import { identVersion } from "./wire.ts";

export interface ReportedEvent {
  readonly kind: number;
  readonly task: number;
  readonly argument: number;
}

export interface MergerInputs {
  readonly now: bigint;
  readonly enable: boolean;
  /** A bit for each kind. */
  readonly kinds: number;
  /** For each input, what it reports in this cycle. */
  readonly events: readonly (ReportedEvent | undefined)[];
  /** The record on offer is taken. */
  readonly ready: boolean;
}

export interface MergerModelShape {
  readonly rows: number;
  readonly lost_max: number;
  readonly sync_cycles: number;
}

/** Cycle by cycle: gives the record that is on offer, and goes on to the next cycle. */
export function mergerModel({ rows, lost_max, sync_cycles }: MergerModelShape) {
  const held: TimedRecord[][] = [];
  let lost = 0;
  let enabled = false;
  let syncDue = false;
  return {
    step({ now, enable, kinds, events, ready }: MergerInputs): TimedRecord | undefined {
      const offered = held[0]?.[0];
      const full = held.length === rows;
      if (offered !== undefined && ready) {
        held[0]?.shift();
        if (held[0]?.length === 0) held.shift();
      }

      const counted = events.filter((event): event is ReportedEvent =>
        event !== undefined && enable && ((kinds >>> event.kind) & 1) === 1);
      const syncs = enable && (syncDue || !enabled);
      const row: TimedRecord[] = [
        ...(lost > 0 ? [{ kind: eventKinds.lost.code, task: 0, argument: lost, time: now }] : []),
        ...(syncs ? [{ kind: eventKinds.sync.code, task: 0, argument: 0, time: now }] : []),
        ...counted.map(({ kind, task, argument }) => ({ kind, task, argument, time: now })),
      ];
      const enters = row.length > 0 && !full;
      if (enters) {
        held.push(row);
        lost = 0;
      } else lost = Math.min(lost + counted.length, lost_max);
      enabled = enable;
      syncDue = enable && (now % BigInt(sync_cycles) === 0n || (syncs && !enters));
      return offered;
    },
  };
}

/** What records become on a line that is never in the way of the next: frames as full as they get, from the first on. */
export function encodeStream(records: readonly TimedRecord[], clock_hz: number): Uint8Array[] {
  const frames: Uint8Array[] = [];
  let number = 0;
  let lost = 0;
  let waiting: TimedRecord[] = [];
  const send = (type: "ident" | "trace", content: Uint8Array): void => {
    frames.push(encodeFrame({ type, number, content }));
    number = followingNumber(number);
  };
  const flush = (): void => {
    for (const content of encodeRecords(waiting)) send("trace", content);
    waiting = [];
  };
  for (const record of records) {
    if (record.kind === eventKinds.lost.code) lost += record.argument;
    if (record.kind !== eventKinds.sync.code) {
      waiting.push(record);
      continue;
    }
    flush();
    send("ident", encodeIdent({ version: identVersion, time: record.time, clock_hz, lost }));
  }
  flush();
  return frames;
}
