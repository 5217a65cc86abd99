// What the kernel does for processes: periods, budgets, deadlines, calls, locks, channels, capabilities, the log.

import * as assert from "uvu/assert";

import { refusals } from "../../kernel/system-calls.ts";
import { type Claim, request } from "./claim.ts";

const refused = (name: keyof typeof refusals): string => `-${Object.keys(refusals).indexOf(name) + 1}`;

const tried = (name: string, byte: string, expected: readonly string[]): Claim => ({
  name, system: "trial", from: "ready",
  async holds(line) {
    assert.equal(await request(line, byte), expected);
  },
});

/** Numbers of trial/numbers.h, kinds of kernel/faults.h. */
const [CONDUCTOR, SPENDTHRIFT, LATE] = [1, 5, 6];
const [OVERRUN, MISS] = [2, 3];
const STOPPED = 1;

export const processClaims: readonly Claim[] = [
  tried("a periodic task's jobs begin a period apart", "p", ["jobs at 0 100 200 300 400"]),
  tried("a task that does not end its job gets its budget in each period, and its handler is told", "o", [
    "beginnings 3", "overruns 3", "budgets used 3",
    ...[1, 2, 3].flatMap(() => [`told of ${SPENDTHRIFT}`, `kind ${OVERRUN}`]),
  ]),
  tried("a task that misses its deadline is stopped, and its handler is told", "l", [
    "misses 1", `state ${STOPPED}`, `told of ${LATE}`, `kind ${MISS}`,
  ]),
  tried("a call is answered, or says why not", "c", [
    `stopped ${refused("GONE")}`, "answered 0", "sum 42", "difference 18", `itself ${refused("DEADLOCK")}`, "back 0",
    `elsewhere ${refused("UNREACHABLE")}`,
  ]),
  tried("who has a lock is as urgent as who waits for it", "i", ["order hml"]),
  tried("who has a lock with a ceiling is as urgent as its most urgent user", "e", ["order hml"]),
  tried("a lock that would be waited for in a circle is refused", "d", [`order hl`, `refused ${refused("DEADLOCK")}`]),
  tried("a channel holds what its senders have credit for; waiting ends in time; notifications wait", "b", [
    `empty ${refused("EMPTY")}`, "first 0", "second 0", "third 0", `beyond the credit ${refused("NO_CREDIT")}`,
    `from ${CONDUCTOR}`, "words 1234", "credit is back 0", `in vain ${refused("TIMED_OUT")}`, "naps 1", "notified 256", "of 4",
  ]),
  tried("copies of capabilities are void when the original is revoked, what is lent after the call", "r", [
    "copied 0", "again 0", `taken ${refused("TAKEN")}`, "sent 0", "revoked 0", `stale ${refused("STALE")}`, "original 0", "fewer 0",
    `not allowed ${refused("NOT_ALLOWED")}`, "lent 0", "during the call 0", `after it ${refused("STALE")}`,
  ]),
  tried("the log has what was written to it", "g", ["logged 0", `who ${CONDUCTOR}`, "what 44"]),
];
