// The mailbox's registers. Reading one of the first five rows is the operation: it takes one access, which nothing can
// divide, and what is read is its outcome. None of them needs the kernel; rights are looked up by the running task.
import { bit, bits, peripheral } from "../registers.ts";
import { mailboxConfig, messageWords, statuses } from "./shape.ts";

const { channels } = mailboxConfig;

const status = bits(31, 28, "what has been done, or why not; the sign bit is set if it was not", statuses);
const outcome = { STATUS: status };
const received = {
  STATUS: status,
  SENDER: bits(15, 8, "the task that sent it; 0 for an interrupt"),
  INTERRUPT: bit(7, "sent by the interrupt router"),
  WORDS: bits(1, 0, "words in it, less one"),
};

/** Sends as many of the staged words, the first ones; the others arrive as 0. */
const commit = (words: number, offset: number) => ({
  offset, access: "ro", count: channels, stride: 4 * messageWords, fields: outcome,
  doc: `send ${words === 1 ? "the first staged word" : `the first ${words} staged words`} into channel n`,
} as const);

export const mailbox = peripheral({
  name: "mailbox",
  doc: "Mailbox: 64 channels between tasks, each of 16 messages of up to 16 bytes, with rights, credits and timeouts.",
  manual: "docs/mailbox.md",
  source: "soc/mailbox/registers.ts",
  width: 32,
  registers: {
    COMMIT_1: commit(1, 0x000),
    COMMIT_2: commit(2, 0x004),
    COMMIT_3: commit(3, 0x008),
    COMMIT_4: commit(4, 0x00c),
    RECEIVE: {
      offset: 0x400, access: "ro", count: channels, stride: 4, fields: received,
      doc: "take the oldest message of channel n into the running task's receive buffer",
    },
    WAIT: {
      offset: 0x500, access: "ro", count: channels, stride: 4, fields: received,
      doc: "the same; if there is none, wait for one, for as many clocks as the first staged word says, 0 for ever",
    },
    POLL: {
      offset: 0x600, access: "ro", count: channels, stride: 4, doc: "look at channel n, as its sender or receiver",
      fields: {
        STATUS: status,
        WAITS: bit(8, "its receiver waits"),
        MESSAGES: bits(5, 0, "messages in it"),
      },
    },
    DISCARD: {
      offset: 0x700, access: "ro", count: channels, stride: 4, fields: received,
      doc: "ring 0: drop the oldest message of channel n; its sender gets the credit back",
    },
    CHANNEL: {
      offset: 0x800, access: "rw", count: channels, stride: 4,
      doc: "ring 0: who is woken by messages in channel n; writing ends its waiting",
      fields: {
        INHERIT: bit(8, "a message makes its receiver as urgent as its sender is, by deadline or by priority"),
        RECEIVER: bits(7, 0, "task"),
      },
    },
    SELECT: {
      offset: 0x900, access: "rw", doc: "ring 0: whose rights, in which channel, RIGHTS is",
      fields: { TASK: bits(15, 8, "task"), CHANNEL: bits(5, 0, "channel") },
    },
    RIGHTS: {
      offset: 0x904, access: "rw", doc: "ring 0: what a task may do in a channel",
      fields: {
        RECEIVE: bit(9, "it may receive, and wait if it is the channel's receiver"),
        SEND: bit(8, "it may send"),
        CREDIT: bits(3, 0, "messages that it may have in the channel besides those that are there now"),
      },
    },
    CLEAR: {
      offset: 0x908, access: "wo", doc: "ring 0: make half of a task's two buffers 0",
      fields: { TASK: bits(15, 8, "task"), HALF: bit(0, "the second half") },
    },
    STATE: {
      offset: 0x90c, access: "ro", doc: "ring 0: of the whole mailbox",
      fields: { READY: bit(0, "everything has been cleared after reset; until then all is denied") },
    },
  },
});
