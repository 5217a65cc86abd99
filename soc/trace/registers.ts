// The trace unit as software sees it. Marks have half of the page to themselves: a task may be given those addresses
// without the others.
import { bit, bits, peripheral } from "../registers.ts";
import { eventKinds } from "./events.ts";

const marks_offset = 0x800;
const page_bytes = 0x1000;
/** The trace unit's own. */
const alwaysRecorded: ReadonlySet<string> = new Set(["lost", "sync"]);

export const trace = peripheral({
  name: "trace",
  doc: "Trace unit: which events it records, and marks of software's own.",
  manual: "docs/trace.md",
  source: "soc/trace/registers.ts",
  width: 32,
  registers: {
    CONTROL: {
      offset: 0x000, access: "rw", doc: "whether anything is recorded",
      fields: { ENABLE: bit(0, "record events; sends the time at once, and from then on at regular intervals") },
    },
    KINDS: {
      offset: 0x004, access: "rw", reset: 0xffff_ffff, doc: "which events are recorded",
      fields: Object.fromEntries(
        Object.entries(eventKinds).filter(([name]) => !alwaysRecorded.has(name))
          .map(([name, { code, says }]) => [name.toUpperCase(), bit(code, `record: ${says}`)]),
      ),
    },
    STATUS: {
      offset: 0x008, access: "ro", doc: "what is under way",
      fields: { WAITING: bits(15, 0, "records that wait for the line") },
    },
    MARK: {
      offset: marks_offset, access: "wo", count: (page_bytes - marks_offset) / 4, stride: 4,
      doc: "records an event of kind mark, of the running task",
      fields: { VALUE: bits(31, 0, "its argument") },
    },
  },
});
