// What the monitor sends, read again.

import { type CapturedField, capturedFields } from "./layout.ts";

export type Captured = Readonly<Partial<Record<CapturedField, number>>>;

export interface Result {
  readonly captured: readonly Captured[];
  /** Offsets in the arena, and the doublewords that are there now */
  readonly changes: ReadonlyMap<number, number>;
  readonly shutDown: boolean;
  readonly hung: boolean;
}

const SIGNATURE = Buffer.from("atomicos system cases\n");
const AFTER_SHUTDOWN = Buffer.from("atomicos after a shutdown\n");

/** The results of the cases as far as they came. */
export function parseRecords(output: Uint8Array): { results: Result[]; complete: boolean; problem: string } {
  const bytes = Buffer.from(output);
  const start = bytes.indexOf(SIGNATURE);
  const results: Result[] = [];
  if (start < 0) return { results, complete: false, problem: "nothing was sent" };
  let position = start + SIGNATURE.length;
  let captured: Captured[] = [];
  let changes = new Map<number, number>();
  let shutDown = false;
  let hung = false;
  while (position < bytes.length) {
    const kind = String.fromCharCode(bytes[position++] ?? 0);
    if (kind === "C") {
      const size = 4 * capturedFields.length;
      if (position + size > bytes.length) break;
      const values = capturedFields.map((field, index) => [field, bytes.readUInt32LE(position + 4 * index)] as const);
      captured.push(Object.fromEntries(values));
      position += size;
    } else if (kind === "D") {
      if (position + 6 > bytes.length) break;
      changes.set(bytes.readUInt16LE(position), bytes.readUInt32LE(position + 2));
      position += 6;
    } else if (kind === "H") {
      hung = true;
    } else if (kind === "E") {
      results.push({ captured, changes, shutDown, hung });
      captured = [];
      changes = new Map();
      shutDown = false;
      hung = false;
    } else if (kind === "F") {
      const [vector, eip] = [bytes.readUInt32LE(position), bytes.readUInt32LE(position + 4)];
      return { results, complete: false, problem: `vector ${vector} in the monitor itself, at ${eip.toString(16)}h` };
    } else if (kind === "Z") {
      return { results, complete: true, problem: "" };
    } else {
      // Bochs' debugger has its own to say about a shutdown.
      const next = bytes.indexOf(AFTER_SHUTDOWN, position - 1);
      if (next < 0) return { results, complete: false, problem: `what means nothing, at ${position - 1}` };
      position = next + AFTER_SHUTDOWN.length;
      shutDown = true;
    }
  }
  return { results, complete: false, problem: "it ended in the middle" };
}
