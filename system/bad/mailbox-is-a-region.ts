// A task's direct channels take one of its regions, whatever their number.
import { defineProgram, defineSystem } from "../index.ts";

const rights = { region: ["read"] } as const;
const needs = { a: rights, b: rights, c: rights, d: rights, e: rights, f: rights, g: rights, h: rights };
const reader = defineProgram({
  name: "reader", sources: ["reader.c"], needs: { ...needs, letters: { channel: ["send", "receive"] } },
});

const region = <const N extends string>(name: N) => ({ region: name, rights: ["read"] } as const);

export default defineSystem({
  name: "wrong",
  channels: { letters: { direct: true } },
  regions: {
    a: { bytes: 32 }, b: { bytes: 32 }, c: { bytes: 32 }, d: { bytes: 32 }, e: { bytes: 32 }, f: { bytes: 32 },
    g: { bytes: 32 }, h: { bytes: 32 },
  },
  tasks: {
    reader: {
      program: reader, policy: "background",
      given: {
        a: region("a"), b: region("b"), c: region("c"), d: region("d"), e: region("e"), f: region("f"), g: region("g"),
        h: region("h"), letters: { channel: "letters", rights: ["send", "receive"] },
      },
    },
  },
});

/* What is said:
system/bad/mailbox-is-a-region.ts:22: tasks.reader.given: the task reaches 13 regions: 8, the mailbox and 4 of its own: make it 12 or less: join regions that the same tasks use
*/
