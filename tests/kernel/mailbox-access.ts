// The mailbox by hand, from ring 3: of its registers, a task that may send to one channel has that channel's, for sending.
import { mailbox } from "../../soc/mailbox/registers.ts";
import { statuses } from "../../soc/mailbox/shape.ts";

/** Absent `stored`: a load, which may be an operation. */
export interface Access {
  readonly offset: number;
  readonly stored?: number;
}

const { COMMIT_1, COMMIT_2, COMMIT_3, COMMIT_4, POLL, RECEIVE, WAIT, DISCARD, CHANNEL } = mailbox.registers;
/** Who may send to a channel is not denied these. */
const senders = [COMMIT_1, COMMIT_2, COMMIT_3, COMMIT_4, POLL] as const;
const ofChannels = [...senders, RECEIVE, WAIT, DISCARD, CHANNEL] as const;
const bytes = 4096;
const channels_tried = 8;

/** Anywhere in it; mostly where something of the first channels is. */
export function randomAccess(below: (count: number) => number): Access {
  const { offset: first, stride } = ofChannels[below(ofChannels.length)] ?? POLL;
  const offset = below(4) === 0 ? 4 * below(bytes / 4) : first + stride * below(channels_tried);
  return below(4) === 0 ? { offset, stored: below(2 ** 32) } : { offset };
}

export interface MailboxOfAttacker {
  /** Undefined: what the channel is at decides. */
  expected(access: Access): number | undefined;
  /** It has given the right to its only channel there up, or has it again. */
  mayReach(may: boolean): void;
}

export function mailboxOfAttacker(channel: number): MailboxOfAttacker {
  let has = true;
  return {
    expected({ offset, stored }) {
      if (stored !== undefined) return 0;
      const isOwn = senders.some(({ offset: first, stride }) => offset === first + stride * channel);
      return has && isOwn ? undefined : (statuses.DENIED << 28) | 0;
    },
    mayReach(may) {
      has = may;
    },
  };
}
