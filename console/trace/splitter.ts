// The serial line's bytes, taken apart into text and frames; soc/trace/wire.ts has the format.
//
// A zero is the border of a frame, but whether it opens or closes one can only be guessed after a disturbance. What
// follows a good frame is text, and goes on at once. What follows any other zero is held back until the next zero, or
// until it is too long for a frame. If it was none, its end may still be text, whose border was lost: so the tail that
// can be printed is given as text. A border that is taken for the wrong one is put right by the next good frame.
//
// If the border between two frames is lost, the second would be taken for text. But its first byte is a COBS distance,
// and most of them are control characters that no text has: such a byte, too, begins what is held back.
import { decodeFrame, frameBetween_bytes_max, type Frame } from "../../soc/trace/frame.ts";

export type LineItem =
  | { readonly kind: "text"; readonly bytes: Uint8Array }
  | { readonly kind: "frame"; readonly frame: Frame }
  /** A frame, or several, that did not come through. */
  | { readonly kind: "damage"; readonly bytes: Uint8Array };

export interface LineSplitter {
  take(bytes: Uint8Array): LineItem[];
  /** Nothing has come for so long that what is held back will not become a frame. */
  idle(): LineItem[];
}

/** Fewer characters at the end of a damaged frame are more likely its own than text. */
const tail_bytes_min = 4;

/** It was no frame, but its end may be text. */
function giveUp(items: LineItem[], bytes: readonly number[]): void {
  const tail = printableTail(bytes);
  const damaged = bytes.slice(0, bytes.length - tail);
  if (damaged.length > 0) items.push({ kind: "damage", bytes: Uint8Array.from(damaged) });
  if (tail > 0) items.push({ kind: "text", bytes: Uint8Array.from(bytes.slice(bytes.length - tail)) });
}

export function lineSplitter(): LineSplitter {
  let held: number[] | undefined;

  return {
    take(bytes) {
      const items: LineItem[] = [];
      let text: number[] = [];
      const endText = (): void => {
        if (text.length > 0) items.push({ kind: "text", bytes: Uint8Array.from(text) });
        text = [];
      };
      for (const byte of bytes) {
        if (held === undefined) {
          if (byte !== 0 && !isNoText(byte)) {
            text.push(byte);
            continue;
          }
          endText();
          held = byte === 0 ? [] : [byte];
          continue;
        }
        if (byte !== 0) {
          held.push(byte);
          if (held.length <= frameBetween_bytes_max) continue;
          giveUp(items, held);
          held = undefined;
          continue;
        }
        if (held.length === 0) continue;
        const frame = decodeFrame(Uint8Array.from(held));
        if (frame === undefined) giveUp(items, held);
        else items.push({ kind: "frame", frame });
        held = frame === undefined ? [] : undefined;
      }
      endText();
      return items;
    },
    idle() {
      const items: LineItem[] = [];
      if (held !== undefined) giveUp(items, held);
      held = undefined;
      return items;
    },
  };
}

/** Control characters but for bell to carriage return, shifts and escape. */
const isNoText = (byte: number): boolean => byte < 0x20 && (byte < 0x07 || byte > 0x0f) && byte !== 0x1b;

/** Bytes at the end that a terminal would show: ASCII, escape sequences, UTF-8; none if they are too few to tell. */
function printableTail(bytes: readonly number[]): number {
  // oxlint-disable-next-line no-control-regex -- the escape that begins a terminal's sequences is text
  const tail = /(?:[\b\t\n\r\u001b -~]|[\u00c2-\u00f4][\u0080-\u00bf]{1,3})*$/.exec(
    Buffer.from(bytes).toString("latin1"),
  );
  const length = tail?.[0].length ?? 0;
  return length === bytes.length || length >= tail_bytes_min ? length : 0;
}
