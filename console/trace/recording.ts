// A recording is what came over the serial line, byte for byte: text and frames, as any program that logs a serial line
// writes it.
import { lineSplitter } from "./splitter.ts";
import { timelineReader, type Run } from "./timeline.ts";

export interface Recording {
  readonly text: Uint8Array;
  readonly runs: readonly Run[];
  readonly bytes: number;
  readonly frames: number;
  /** Bytes of frames that did not come through. */
  readonly damaged_bytes: number;
}

export function readRecording(bytes: Uint8Array): Recording {
  const splitter = lineSplitter();
  const reader = timelineReader();
  const text: Uint8Array[] = [];
  let [frames, damaged_bytes] = [0, 0];
  for (const item of [...splitter.take(bytes), ...splitter.idle()]) {
    if (item.kind === "text") text.push(item.bytes);
    else if (item.kind === "damage") damaged_bytes += item.bytes.length;
    else {
      frames++;
      reader.take(item.frame);
    }
  }
  return { text: Buffer.concat(text), runs: reader.runs(), bytes: bytes.length, frames, damaged_bytes };
}
