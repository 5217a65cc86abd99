// How large a mailbox is, and what follows from it.
import { indexWidth } from "#hdl-gen";

/** Words in a message, and what the window and the buffers are made of. */
export const messageWords = 4;

export interface MailboxConfig {
  readonly tasks: number;
  readonly channels: number;
  /** Messages that a channel holds; a power of two. */
  readonly slots: number;
  /** Bits in a byte. Hardware has 8; a proof gets by with fewer. */
  readonly byteBits: number;
  /** Bits of the clock, and of the deadline or priority that is a task's urgency. */
  readonly timeBits: number;
  /** Doorbells that may wait for the scheduler. */
  readonly doorbells: number;
}

export const mailboxConfig: MailboxConfig = {
  tasks: 256, channels: 64, slots: 16, byteBits: 8, timeBits: 64, doorbells: 16,
};

/** The widest that the register map has room for. */
const most = { tasks: 256, channels: 64 } as const;

/** The bits that things take. */
export interface Widths {
  readonly task: number;
  readonly channel: number;
  readonly place: number;
  /** Counts messages in a channel; also a place and the round it belongs to. */
  readonly count: number;
  /** Counts the credit of one sender in one channel, which is one less than the slots at most. */
  readonly credit: number;
  readonly word: number;
  readonly message: number;
  /** Holds a time a word's worth of clocks ahead, and whether it has passed. */
  readonly wakeTime: number;
}

export function widthsOf(config: MailboxConfig): Widths {
  const { tasks, channels, slots, byteBits } = config;
  const place = indexWidth(slots);
  if (slots !== 2 ** place) throw new Error(`the slots of a channel must be a power of two, 2 or more: ${slots}`);
  for (const name of ["tasks", "channels"] as const) {
    const [count, limit] = [config[name], most[name]];
    if (count !== 2 ** indexWidth(count) || count > limit) {
      throw new Error(`the number of ${name} must be a power of two, 2 to ${limit}: ${count}`);
    }
  }
  const word = 4 * byteBits;
  return {
    task: indexWidth(tasks), channel: indexWidth(channels), place, count: place + 1, credit: place, word,
    message: messageWords * word, wakeTime: word + 1,
  };
}

/** The most that one sender may be allowed to have in a channel. */
export const creditMax = ({ slots }: MailboxConfig): number => slots - 1;

/** What an operation answers, in the upper bits of the word read: the sign bit says that it was not done. */
export const statuses = {
  OK: 0,
  FULL: 8,
  DENIED: 9,
  NO_CREDIT: 10,
  EMPTY: 11,
  WAITING: 12,
  TIMED_OUT: 13,
  BUSY: 14,
} as const;
export type Status = keyof typeof statuses;

/** Of what an urgency is made: which kind it is, a deadline's or a priority's; only the scheduler knows more. */
export const policyBits = 2;
