// What processes may ask of the kernel: one row for each call. The kernel's dispatch, the numbers in C, the tasks' own
// headers and the reference in docs/kernel.md are made from it.
//
// A call is made by SYSENTER, or INT 80h to the same effect, with its number in EAX's low byte, the capability's slot above
// it, and up to four words in EBX, ESI, EDI and EBP. It answers with EAX and up to four words in the same registers.

/** What a capability refers to. */
export const capabilityTypes = [
  "channel", "region", "interrupt", "process", "partition", "clock", "log", "lock", "lane",
] as const;
export type CapabilityType = (typeof capabilityTypes)[number];

/** What a capability allows, by bit number. */
export const rights = [
  "copy", "revoke", "send", "receive", "read", "write", "execute", "grant", "lend", "handle", "call", "reply", "notify",
  "start", "stop", "restart", "inspect", "handle_faults", "create", "admit", "admit_into", "schedule", "read_time",
  "set_alarm", "write_log", "read_log", "acquire",
] as const;
export type Right = (typeof rights)[number];

export interface SystemCall {
  /** In C, and with CALL_ before it in capitals. */
  readonly name: string;
  readonly number: number;
  readonly doc: string;
  /** What the slot must refer to. */
  readonly object: CapabilityType | "any" | "none";
  /** All that the capability must allow. */
  readonly rights: readonly Right[];
  readonly arguments: readonly string[];
  /** Words besides the result in EAX, which is negative if the call was refused. */
  readonly results: readonly string[];
  /** What it does to the caller's and others' capabilities. */
  readonly capabilities: string;
  /** Who pays for the time. */
  readonly budget: string;
}

const UNCHANGED = "none";
const CALLER = "the caller's";
const message = ["word_0", "word_1", "word_2", "word_3"] as const;

type Row = Omit<SystemCall, "number" | "rights" | "arguments" | "results" | "capabilities" | "budget"> &
  Partial<Pick<SystemCall, "rights" | "arguments" | "results" | "capabilities" | "budget">>;

/** In the order of their numbers. */
const rows: readonly Row[] = [
  { name: "nothing", object: "none", doc: "Comes back at once: what entering and leaving the kernel costs." },

  { name: "send", object: "channel", rights: ["send"], arguments: message,
    doc: "Puts a message into the channel. Never waits: FULL if the channel is, NO_CREDIT if the sender has as many " +
      "messages in it as it may have.",
    budget: "the caller's; the receiver is released or woken with its own" },
  { name: "receive", object: "channel", rights: ["receive"], arguments: ["timeout_cycles"], results: message,
    doc: "Takes the oldest message; waits for one up to the timeout, 0 for ever. The result is its sender's number.",
    budget: "the caller's; while it waits, nobody's" },
  { name: "poll", object: "channel", rights: ["receive"], results: message,
    doc: "Takes the oldest message, or answers EMPTY. The result is its sender's number." },

  { name: "call", object: "process", rights: ["call"], arguments: message, results: message,
    doc: "Hands the server a request and waits for its reply. UNREACHABLE if the server waits for something else than " +
      "calls, DEADLOCK if it waits for the caller, GONE if it stops before it has replied.",
    capabilities: "the server may reply once to this call, as long as the caller waits",
    budget: "until the reply the server runs on the caller's budget and with the caller's urgency" },
  { name: "reply", object: "none", arguments: message,
    doc: "Answers the call being served. GONE if its caller is no longer waiting.",
    capabilities: "takes the caller's right to a reply away",
    budget: "ends the donation: from here on each has its own" },
  { name: "reply_and_wait", object: "none", arguments: message, results: message,
    doc: "Answers the call being served, if there is one, and waits as the last wait did: for its notifications and the " +
      "next call.",
    capabilities: "takes the caller's right to a reply away",
    budget: "ends the donation; while it waits, nobody's" },
  { name: "wait", object: "none", arguments: ["notifications", "accepts_calls"], results: message,
    doc: "Waits for any of the notifications, which it takes, or for a call if it accepts them. The result is EVENT_NOTIFIED " +
      "with the notifications in word_0, or the caller's number with its request.",
    budget: "while it waits, nobody's; a call brings its caller's" },
  { name: "notify", object: "process", rights: ["notify"], arguments: ["notifications"],
    doc: "Sets notifications of the process. Those that are set stay set.",
    budget: "the caller's; the process is woken with its own" },

  { name: "next_period", object: "none",
    doc: "Ends the job. Comes back with the next one; a release that is past is made up for at once. Stops a process that " +
      "has no next one.",
    budget: "the next job has a new budget" },
  { name: "time", object: "none", results: ["low", "high"], doc: "Cycles since the reset." },
  { name: "budget", object: "none", results: ["cycles"],
    doc: "What is left of the budget that the caller runs on, donated ones included; all ones if it has no limit." },

  { name: "copy", object: "any", rights: ["copy"], arguments: ["to_process_slot", "to_slot", "rights"],
    doc: "Makes a copy with fewer rights, in an empty slot of the caller's, or of the process that to_process_slot names " +
      "(it must allow CALL); SLOT_OF_CALLER names the caller. Of regions a process has one copied at a time (BUSY), and the copy has no copies (TOO_DEEP).",
    capabilities: "a new one, which is void as soon as the one copied is revoked, given up, or void itself" },
  { name: "revoke", object: "any", rights: ["revoke"],
    doc: "Makes every copy of the capability void, and the copies of those.",
    capabilities: "all copies are void; the capability itself stays" },
  { name: "discard", object: "any",
    doc: "Gives the capability up.",
    capabilities: "the slot is empty, all copies are void" },
  { name: "describe", object: "any", results: ["type", "index", "rights", "copies_from_original"],
    doc: "What the slot holds. STALE if it is void." },

  { name: "grant", object: "region", rights: ["grant"], arguments: ["to_process_slot", "to_slot", "rights"],
    doc: "Gives the region away: to another process, which must allow CALL; the caller can no longer reach it.",
    capabilities: "moves; all copies are void" },
  { name: "lend", object: "region", rights: ["lend"], arguments: ["to_process_slot", "to_slot", "rights"],
    doc: "Lends the region to a process, which must allow CALL, until it is revoked or the next call to that process ends.",
    capabilities: "a copy, void as soon as the lender's next call is answered" },

  { name: "lock", object: "lock", rights: ["acquire"],
    doc: "Takes the lock. Who waits for one lends its urgency to whoever has it; under a ceiling the " +
      "caller becomes as urgent as the lock's most urgent user at once. DEADLOCK if the holder waits for the caller.",
    budget: "the caller's; while it waits, the holder runs on its own" },
  { name: "unlock", object: "lock", rights: ["acquire"], doc: "Gives back the lock taken last." },

  { name: "create", object: "process", rights: ["create"], arguments: ["image"],
    doc: "Makes the stopped process one of that image of its list, with its initial capabilities. BUSY as long as it has " +
      "regions of others, or has given its own away.",
    capabilities: "the process has those of its description; copies made of others are void" },
  { name: "start", object: "process", rights: ["start"],
    doc: "Starts a stopped process at its entry. REFUSED if it needs to be admitted and is not.", budget: "it gets a new one" },
  { name: "stop", object: "process", rights: ["stop"],
    doc: "Stops the process wherever it is: its locks are free, who called it gets GONE. One that was admitted is so no more.",
    capabilities: "calls and replies under way are void" },
  { name: "restart", object: "process", rights: ["restart"],
    doc: "Stops the process and starts it at its entry. REFUSED if it needs to be admitted and is not.",
    capabilities: "calls and replies under way are void", budget: "it gets a new one" },
  { name: "inspect", object: "process", rights: ["inspect"], arguments: ["page"],
    results: message,
    doc: "Four words about the process: PAGE_STATE, PAGE_CYCLES, and of a process that has faulted PAGE_GENERAL, PAGE_INDEX, " +
      "PAGE_PLACE and PAGE_CAUSE." },
  { name: "handle_faults", object: "process", rights: ["handle_faults"], arguments: ["channel_slot"],
    doc: "From now on the process's faults are messages in the channel, which the caller must be allowed to receive from." },

  { name: "acknowledge", object: "interrupt", rights: ["handle"],
    doc: "The interrupt has been dealt with: its line is heard again." },
  { name: "log", object: "log", rights: ["write_log"], arguments: message,
    doc: "Adds an entry, with the time and the caller, to the log; the oldest one gives way." },
  { name: "read_log", object: "log", rights: ["read_log"], arguments: ["number"], results: message,
    doc: "Half of an entry, by its number since the start times two: time and who, then what; EMPTY if it is not there " +
      "yet, GONE if no longer." },

  { name: "admit", object: "process", rights: ["admit"],
    doc: "Whether all deadlines are kept with the process, too: then it may be started. A step of the test; AGAIN as long as it " +
      "is not decided, and from the beginning if somebody has asked for another process in between. REFUSED if a deadline would " +
      "be missed; BUSY if it would be until the last period of a stopped process, or of this one, is over." },
];

export const systemCalls: readonly SystemCall[] = rows.map((row, number) => ({
  rights: [], arguments: [], results: [], capabilities: UNCHANGED, budget: CALLER, ...row, number,
}));

/** Negative results: why a call was refused. In the order of their numbers, from -1 down. */
export const refusals = {
  BAD_CALL: "no call has that number",
  BAD_SLOT: "the caller has no such slot, or it is empty",
  BAD_TYPE: "the capability refers to something else",
  NOT_ALLOWED: "the capability does not allow it",
  STALE: "the capability, or what it was copied from, has been revoked",
  BAD_ARGUMENT: "an argument is out of range",
  FULL: "the channel is full",
  NO_CREDIT: "the sender has as many messages in the channel as it may have",
  EMPTY: "there is no message, or no entry",
  TIMED_OUT: "what was waited for did not come in time",
  UNREACHABLE: "the server waits for something else than calls, or is stopped",
  GONE: "the other side stopped, or no longer waits",
  DEADLOCK: "it would wait for itself",
  BUSY: "the object is in a state that does not allow it",
  TAKEN: "the slot is not empty, or the lock is the caller's already",
  TOO_DEEP: "more copies of copies, or waits for waits, than the kernel follows",
  EXHAUSTED: "the slot has been used up: its generations are",
  AGAIN: "it goes on, or DS or ES were not what they must be: ask again",
  REFUSED: "the system's deadlines would not all be met",
  NO_ROOM: "the receiver has no window left for a region",
} as const;
export type Refusal = keyof typeof refusals;
