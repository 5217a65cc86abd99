// What a mailbox does, told without regard to hardware: queues that are arrays, rights that are objects. An operation
// is a call; what may be called when, and what is true in which cycle, is the hardware's own business.
import { creditMax, messageWords, type MailboxConfig, type Status } from "./shape.ts";

export interface Rights {
  readonly receive: boolean;
  readonly send: boolean;
  /** Messages that the task may have in the channel besides those that are there. */
  readonly credit: number;
}

export interface Message {
  readonly sender: number;
  readonly fromRouter: boolean;
  readonly words: readonly number[];
  /** Words that were sent; the others are 0. */
  readonly count: number;
}

export interface Urgency {
  readonly policy: number;
  readonly value: bigint;
}

export interface DoorbellCall {
  readonly kind: "message" | "wait" | "timeout";
  readonly task: number;
  readonly channel: number;
  readonly waited: boolean;
  /** What the task is to be as urgent as, if anything. */
  readonly inherits: Urgency | undefined;
}

export interface Seen {
  readonly waits: boolean;
  readonly messages: number;
}

interface Channel {
  receiver: number;
  inherits: boolean;
  messages: Message[];
  /** Of the messages, those at the end that do not count yet: what the router is about to send, and what came after. */
  hidden: number;
  state: "idle" | "waiting" | "timed out";
  /** Undefined: it waits for ever. */
  wakeAt: bigint | undefined;
}

export interface Outcome {
  readonly status: Status;
  readonly message?: Message;
}

export class MailboxModel {
  readonly doorbells: DoorbellCall[] = [];
  readonly #config: MailboxConfig;
  readonly #rights = new Map<string, Rights>();
  readonly #channels: Channel[];
  readonly #staging: number[][];
  readonly #received: number[][];
  #placing: { readonly channel: number; readonly urgency: Urgency } | undefined;

  constructor(config: MailboxConfig) {
    this.#config = config;
    this.#channels = Array.from({ length: config.channels }, () => ({
      receiver: 0, inherits: false, messages: [], hidden: 0, state: "idle", wakeAt: undefined,
    }));
    this.#staging = Array.from({ length: config.tasks }, buffer);
    this.#received = Array.from({ length: config.tasks }, buffer);
  }

  // --- the kernel's part ------------------------------------------------------------------------------

  setRights(task: number, channel: number, rights: Rights): void { this.#rights.set(`${task} ${channel}`, rights); }

  rights(task: number, channel: number): Rights {
    return this.#rights.get(`${task} ${channel}`) ?? { receive: false, send: false, credit: 0 };
  }

  setRoute(channel: number, receiver: number, inherits: boolean): void {
    Object.assign(this.#channel(channel), { receiver, inherits, state: "idle" });
  }

  route(channel: number): { readonly receiver: number; readonly inherits: boolean } { return this.#channel(channel); }

  discard(channel: number): Outcome {
    return this.#available(channel) === 0 ? { status: "EMPTY" } : { status: "OK", message: this.#take(channel) };
  }

  clear(task: number, half: number): void {
    for (const words of [this.#staging[task], this.#received[task]]) words?.fill(0, 2 * half, 2 * half + 2);
  }

  // --- a task's part ----------------------------------------------------------------------------------

  /** Two words from `place` on, as far as they are in the buffer; `mask` has a bit for each byte. */
  store(task: number, place: number, mask: number, words: readonly [number, number]): void {
    const staged = at(this.#staging, task);
    words.forEach((word, i) => {
      const keep = byteMask((mask >> (4 * i)) & 0xf, this.#config.byteBits);
      if (place + i < messageWords) staged[place + i] = ((at(staged, place + i) & ~keep) | (word & keep)) >>> 0;
    });
  }

  load(task: number, place: number): readonly [number, number] {
    const received = at(this.#received, task);
    return [at(received, place), received[place + 1] ?? 0];
  }

  commit(task: number, channel: number, count: number, urgency: Urgency): Outcome {
    const rights = this.rights(task, channel);
    if (!rights.send) return { status: "DENIED" };
    if (rights.credit === 0) return { status: "NO_CREDIT" };
    const { messages } = this.#channel(channel);
    if (messages.length === this.#config.slots) return { status: "FULL" };
    if (this.#noRoom) return { status: "BUSY" };
    this.setRights(task, channel, { ...rights, credit: rights.credit - 1 });
    const words = at(this.#staging, task).map((word, i) => (i < count ? word : 0));
    this.#enter(channel, { sender: task, fromRouter: false, words, count });
    this.#ring(channel, urgency);
    return { status: "OK" };
  }

  receive(task: number, channel: number): Outcome {
    if (!this.rights(task, channel).receive) return { status: "DENIED" };
    const { receiver, state } = this.#channel(channel);
    if (this.#available(channel) > 0) return this.#deliver(task, channel);
    if (state !== "timed out" || receiver !== task) return { status: "EMPTY" };
    this.#channel(channel).state = "idle";
    return { status: "TIMED_OUT" };
  }

  wait(task: number, channel: number, now: bigint): Outcome {
    const { receiver } = this.#channel(channel);
    if (!this.rights(task, channel).receive || receiver !== task) return { status: "DENIED" };
    if (this.#available(channel) > 0) return this.#deliver(task, channel);
    // Whatever comes of it, that the last wait was in vain is known no longer.
    const timedOut = this.#channel(channel).state === "timed out";
    if (timedOut) this.#channel(channel).state = "idle";
    if (this.#noRoom) return { status: "BUSY" };
    const clocks = BigInt(at(at(this.#staging, task), 0));
    const waited = this.#channel(channel).state === "waiting";
    Object.assign(this.#channel(channel), { state: "waiting", wakeAt: clocks === 0n ? undefined : now + clocks });
    this.doorbells.push({ kind: "wait", task, channel, waited, inherits: undefined });
    return { status: "WAITING" };
  }

  poll(task: number, channel: number, kernel: boolean): "DENIED" | Seen {
    const { receive, send } = this.rights(task, channel);
    if (!receive && !send && !kernel) return "DENIED";
    return { waits: this.#channel(channel).state === "waiting", messages: this.#available(channel) };
  }

  // --- the router's part, and time's -----------------------------------------------------------------

  /** A place for the router's message; whether there is one. Until it is published, nothing from it on counts. */
  place(channel: number, words: readonly number[], urgency: Urgency): boolean {
    const { messages } = this.#channel(channel);
    if (messages.length === this.#config.slots) return false;
    this.#placing = { channel, urgency };
    this.#enter(channel, { sender: 0, fromRouter: true, words, count: messageWords });
    return true;
  }

  publish(): void {
    if (this.#placing === undefined) throw new Error("there is nothing to publish");
    const { channel, urgency } = this.#placing;
    this.#placing = undefined;
    this.#channel(channel).hidden = 0;
    this.#ring(channel, urgency);
  }

  /** The receiver has waited in vain; throws if it has not. */
  expire(channel: number, now: bigint): void {
    const { state, wakeAt, receiver } = this.#channel(channel);
    if (state !== "waiting" || wakeAt === undefined || wakeAt > now) {
      throw new Error(`channel ${channel} times out at ${now}, but is ${state} until ${wakeAt ?? "ever"}`);
    }
    this.#channel(channel).state = "timed out";
    this.doorbells.push({ kind: "timeout", task: receiver, channel, waited: true, inherits: undefined });
  }

  /** How far the receiver that should have been woken first is behind its time. */
  overdue_cycles(now: bigint): number {
    const late = this.#channels.map(({ state, wakeAt }) =>
      state === "waiting" && wakeAt !== undefined ? Number(now - wakeAt) : 0);
    return Math.max(0, ...late);
  }

  // --- inner workings ---------------------------------------------------------------------------------

  get #noRoom(): boolean { return this.doorbells.length >= this.#config.doorbells; }

  #channel(channel: number): Channel { return at(this.#channels, channel); }

  #available(channel: number): number {
    const { messages, hidden } = this.#channel(channel);
    return messages.length - hidden;
  }

  #enter(channel: number, message: Message): void {
    const { messages } = this.#channel(channel);
    messages.push(message);
    if (this.#placing?.channel === channel) this.#channel(channel).hidden++;
  }

  #ring(channel: number, urgency: Urgency): void {
    const { receiver, inherits, state } = this.#channel(channel);
    const waited = state === "waiting";
    this.doorbells.push({ kind: "message", task: receiver, channel, waited, inherits: inherits ? urgency : undefined });
    this.#channel(channel).state = "idle";
  }

  #take(channel: number): Message {
    const message = this.#channel(channel).messages.shift();
    if (message === undefined) throw new Error(`channel ${channel} is empty`);
    const { sender, fromRouter } = message;
    if (!fromRouter) {
      const rights = this.rights(sender, channel);
      this.setRights(sender, channel, { ...rights, credit: Math.min(rights.credit + 1, creditMax(this.#config)) });
    }
    return message;
  }

  #deliver(task: number, channel: number): Outcome {
    const message = this.#take(channel);
    at(this.#received, task).splice(0, messageWords, ...message.words);
    if (this.#channel(channel).receiver === task) this.#channel(channel).state = "idle";
    return { status: "OK", message };
  }
}

const buffer = (): number[] => Array.from({ length: messageWords }, () => 0);

function byteMask(mask: number, byteBits: number): number {
  let bits = 0;
  for (let i = 0; i < 4; i++) if (((mask >> i) & 1) === 1) bits += (2 ** byteBits - 1) * 2 ** (i * byteBits);
  return bits;
}

function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new Error(`there is no number ${index}`);
  return item;
}
