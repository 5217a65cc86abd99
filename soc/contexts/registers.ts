// The page through which the kernel reaches contexts.
import { contextSegments } from "../cpu/context.ts";
import { bit, bits, peripheral } from "../registers.ts";
import { contextWords, generalNames, groups, stateWords } from "./layout.ts";

const offsetOf = (group: keyof typeof groups, index = 0): number => 4 * (8 * groups[group] + index);
const word = (doc: string) => ({ VALUE: bits(31, 0, doc) });
const state = (name: (typeof stateWords)[number], doc: string) => ({
  offset: offsetOf("state", stateWords.indexOf(name)), access: "wo", doc, fields: word("all bits"),
} as const);

const list = (names: readonly string[]): string => names.map((name, i) => `${i} ${name.toUpperCase()}`).join(", ");
const otherNames: Readonly<Record<string, string>> = { ldt: "ldtr", tss: "tr" };
const segments = list(contextSegments.map((name) => otherNames[name] ?? name));

/** Words of a context, and what is apart of them. */
export const contextsPage_words = Math.max(...contextWords.map(({ number }) => number)) + 1;
const control = 0x100;

export const contexts = peripheral({
  name: "contexts",
  doc: "Contexts: the architectural state of 256 tasks, and which of them runs.",
  manual: "docs/contexts.md",
  source: "soc/contexts/registers.ts",
  width: 32,
  registers: {
    GENERAL: {
      offset: offsetOf("general"), access: "wo", count: generalNames.length, stride: 4,
      doc: `general register n of TASK's context: ${list(generalNames)}`, fields: word("all bits"),
    },
    RIGHTS: {
      offset: offsetOf("rights"), access: "wo", count: contextSegments.length, stride: 4,
      doc: `segment n of TASK's context: ${segments}`,
      fields: {
        SELECTOR: bits(15, 0, "selector"),
        USABLE: bit(16, "not null"),
        READABLE: bit(17, "may be read"),
        WRITABLE: bit(18, "may be written"),
        EXPANDS_DOWN: bit(19, "holds what is above its limit"),
        BIG: bit(20, "32-bit code or stack"),
        GUARD: bits(22, 21, "the highest level that may keep it in a data segment register"),
      },
    },
    BASE: {
      offset: offsetOf("base"), access: "wo", count: contextSegments.length, stride: 4,
      doc: "where segment n begins", fields: word("linear address"),
    },
    LIMIT: {
      offset: offsetOf("limit"), access: "wo", count: contextSegments.length, stride: 4,
      doc: "where segment n ends", fields: word("offset of its last byte"),
    },
    EIP: state("eip", "the next instruction"),
    EFLAGS: state("flags", "flags"),
    CR3: state("directory", "page directory"),
    ENTRY_STACK: state("entry_stack", "SYSENTER_ESP"),
    LEVEL: {
      offset: offsetOf("state", stateWords.length), access: "wo", doc: "privilege level and kind of TSS",
      fields: { CPL: bits(1, 0, "current privilege level"), TASK_OF_386: bit(2, "TR holds a 386 TSS") },
    },
    TASK: {
      offset: control, access: "rw", doc: "whose context the words above are", fields: { TASK: bits(7, 0, "task") },
    },
    LOOK: {
      offset: control + 0x04, access: "wo", doc: "fetches a word of TASK's context; by the next access it is in VALUE",
      fields: { OFFSET: bits(7, 0, "of the word in this page") },
    },
    VALUE: {
      offset: control + 0x08, access: "ro", doc: "the word that was fetched; bits that it does not have are 0",
      fields: word("all bits"),
    },
    CONTROL: {
      offset: control + 0x0c, access: "rw", doc: "who shall run",
      fields: {
        FOLLOW: bit(31, "the scheduler's choice"),
        ANYWHERE: bit(30, "ring 0 is left at any instruction, with interrupts off too"),
        TASK: bits(7, 0, "without FOLLOW, or while there is no choice, this task"),
      },
    },
    STATUS: {
      offset: control + 0x10, access: "ro", doc: "what is going on",
      fields: {
        BUSY: bit(31, "an access to a context waits for the end of a save"),
        SWITCHES: bit(30, "another task is about to run"),
        NEXT: bits(15, 8, "it"),
        RUNNING: bits(7, 0, "the running task"),
      },
    },
    LATE: {
      offset: control + 0x14, access: "rw", doc: "switches that came late; any write makes it 0",
      fields: {
        COUNT: bits(15, 0, "of them; all ones: at least as many"),
        MOST: bits(31, 16, "cycles that one of them was late by, at most; all ones: or more"),
      },
    },
    CHOSEN: {
      offset: control + 0x18, access: "ro", doc: "cycles in which a task ran because it was the scheduler's choice",
      fields: word("all bits, from 0 on again after the last"),
    },
  },
});
