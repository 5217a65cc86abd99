// Instructions that only make sense where there are segments to ask about, in the notation of table.ts.
import { expand, type Form } from "../forms.ts";
import { row } from "../table.ts";

const zero = ["z", "", ""] as const;

/** Selector in, answer in ZF and a register. */
export const queries: readonly Form[] = [
  row("lar", "0f 02 /r", "rv,rm16", zero),
  row("lsl", "0f 03 /r", "rv,rm16", zero),
  row("verr", "0f 00 /4", "rm16", zero, { writes: [] }),
  row("verw", "0f 00 /5", "rm16", zero, { writes: [] }),
  row("arpl", "63 /r", "rm16,r16", zero),
].flatMap(expand);
