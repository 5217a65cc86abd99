// The identity: what the timing table says of each instruction that the core has completed, beside the clocks it took.
//
// Which way an instruction went is taken from the architectural state alone (outcomes.ts). The measured clocks decide
// nothing. What the state does not tell may be either: then any of several clocks will do. So it is with which of an
// instruction's accesses a fault came from, with what LAR and its kin found to be in their way, and with a store close
// behind the instruction, which may have been into code on its way; and a fault inside a delivery ends the comparison
// until the handler's first instruction.
import {
  access_bubbles, bubblesBetween, clocksBetween, crossing_clocks, decodeAt, deliveryWays, entryBubbles, fetchBubbles, ownClocks, pageOf,
  fetch_walk_bubbles, refetch, stepsBrokenOff, taskSwitchClocks, split_accesses, split_clocks, walk_bound, walks_max,
  waysOfInstruction, type Decoded, type Executed, type Fetched, type Outcome,
  type Way,
} from "../../../soc/cpu/timing.ts";
import type { Instruction } from "../../../soc/cpu/instructions.ts";
import { modeWords } from "../../../soc/cpu/timing/words.ts";
import type { Delivered, Entered, Entry, Mode, Retired, Walk } from "./log.ts";
import {
  holds, holdsOfDelivery, ofTaskSwitch, portAccessClocks, reset_state, rounds, virtual_flag, type State,
} from "./outcomes.ts";

const divide_error = 0, undefined_opcode = 6;

/** Memory that does not change: what is executed. */
export type Code = (address: number) => Uint8Array;

export interface Difference {
  readonly at: number;
  readonly name: string;
  readonly previous: string;
  readonly measured: number;
  readonly expected: readonly number[];
}

export interface Identity {
  readonly differences: readonly Difference[];
  /** Instructions and exceptions compared. */
  readonly compared: number;
  readonly clocks: number;
  /** Of those compared, faults and others for which more than one number of clocks would do. */
  readonly faults_by_choice: number;
  readonly others_by_choice: number;
  readonly names: ReadonlySet<string>;
  /** Walks of page tables that were counted, and instructions with more of them, or longer ones, than the bound says. */
  readonly walks: number;
  readonly beyond_bound: readonly number[];
}

/** A row of the instruction table by its name, form and mode. */
export const rowName = (row: Instruction): string =>
  [row.name, ...(row.form === undefined ? [] : [`(${row.form})`]), ...modeWords(row)].join(" ");

const name = ({ row }: Decoded): string => (row === undefined ? "undefined opcode" : rowName(row));

/** Those outcomes that are known are so, and those that are not may be. */
const fits = (outcomes: readonly Outcome[], asked: (outcome: Outcome) => boolean | undefined): boolean =>
  outcomes.every((outcome) => outcome.ends_loop === true || (asked(outcome) ?? outcome.holds) === outcome.holds);

const isPossible = (way: Way, decoded: Decoded, before: State, after: Retired): boolean =>
  (way.predicted === undefined || way.predicted === decoded.immediate < 0)
  && fits(way.outcomes, (outcome) => holds(outcome, { decoded, before, after }));

/** The ways that an instruction may have gone, by the state before and after. */
function executed(decoded: Decoded, before: State, after: Retired): Executed[] {
  const common = { decoded, rounds: rounds(decoded, before, after), device_clocks: portAccessClocks(decoded, before) };
  const ways = waysOfInstruction(decoded);
  if (after.switches_task) {
    const [way] = ways;
    if (way === undefined) throw new Error(`${name(decoded)} has no way`);
    const decide = ofTaskSwitch(after, after.mode, (after.flags & virtual_flag) !== 0);
    const clocks = taskSwitchClocks(decoded, decide, after.mode.paging);
    return [{ ...common, way: { ...way, clocks: clocks - way.leaves_bubbles, further_rounds: undefined } }];
  }
  const possible = ways.filter((way) => isPossible(way, decoded, before, after)).map((way) => ({ ...common, way }));
  if (possible.length === 0) throw new Error(`${name(decoded)} at ${after.eip.toString(16)}h: no way fits the state`);
  return possible;
}

/** Whether a store may have been into code on its way. */
const mayRefetch = ({ stores }: Retired, following: readonly Entry[]): boolean => stores.some((store) =>
  following.some(({ eip }) => store >= eip - refetch.bytes_before && store < eip + refetch.bytes_behind));

/** The same, and besides with what follows fetched anew. */
const refetching = (one: Executed): Executed[] => (one.way.redirects ? [one]
  : [one, { ...one, way: { ...one.way, leaves_bubbles: refetch.bubbles, redirects: true } }]);

/** Clocks from an instruction's beginning to a step of it that gives way to an exception. */
function clocksToException(decoded: Decoded, { fault, vector }: Delivered): number[] {
  const walks = [...waysOfInstruction(decoded), ...stepsBrokenOff(decoded)];
  return walks.flatMap((walk) => walk.clocks_to_step.flatMap((to_step, i) => {
    const step = walk.steps[i];
    if (step === undefined) return [];
    // A trap comes from an instruction of one step, and what the opcode says is known in the first.
    if (!fault || vector === undefined_opcode) return i === 0 ? [to_step - step.execute_clocks] : [];
    if (vector === divide_error) return [to_step];
    // A fault of the access leaves at once, whatever the step would have computed.
    return [to_step - step.execute_clocks];
  }));
}

/** From the step that gives way to where the handler's first instruction could be complete. */
function deliveryClocks(entered: Entered, from: Mode, handler: Decoded, first: Retired): number[] {
  const { paging } = first.mode;
  const [usual] = deliveryWays(paging);
  const bubbles = usual!.leaves_bubbles;
  const entry = paging
    ? fetchBubbles(handler, first.eip, { bubbles }, first.walks) - bubbles : entryBubbles(handler, first.eip);
  if (entered.switches_task) {
    return [entry + taskSwitchClocks(undefined, ofTaskSwitch(entered, from, entered.mode.virtual_8086), paging)];
  }
  return deliveryWays(paging)
    .filter(({ outcomes }) => fits(outcomes, (outcome) => holdsOfDelivery(outcome, entered, from)))
    .map((way) => entry + way.clocks + bubbles);
}

/** What comes on top whatever way an instruction went: counted walks of its accesses, pages' ends, split descriptors. */
function besidesOf({ crossings, walks, splits, mode }: Pick<Retired, "crossings" | "walks" | "splits" | "mode">): number {
  return splits * (split_clocks + (mode.paging ? split_accesses * access_bubbles : 0)) + crossings.loads * crossing_clocks.load + crossings.stores * crossing_clocks.store
    + walks.reduce((sum, { by_fetch, clocks, faults }) => sum + (by_fetch ? 0 : clocks - Number(faults)), 0);
}

const isLong = ({ by_fetch, clocks }: Walk): boolean =>
  (by_fetch ? clocks + fetch_walk_bubbles > walk_bound.fetch : clocks > walk_bound.access);

/** Accesses to memory on an instruction's way. */
const accesses = ({ way, rounds: gone }: Executed): number =>
  way.steps.filter(({ translates }) => translates).length
  + (way.further_rounds === undefined ? 0 : (gone - way.further_rounds.counted) * way.further_rounds.accesses);

/** What of fetch decides, with paging on, the bubbles in front of an instruction. */
const fetchedBehind = (one: Entry, { mode, walks }: Entry, bytes: number): Fetched | undefined =>
  (mode.paging ? { earlier_page: pageOf(one.eip + bytes - 1), walks: walks.filter(({ by_fetch }) => by_fetch) } : undefined);

export function identity(log: readonly Entry[], code: Code): Identity {
  const differences: Difference[] = [];
  const names = new Set<string>();
  const beyond_bound: number[] = [];
  let walks = 0, compared = 0, clocks = 0, faults_by_choice = 0, others_by_choice = 0;
  const decoded = new Map<string, Decoded>();
  const decodedAt = (address: number, mode: Mode): Decoded => {
    const key = `${address} ${String(mode.big)} ${String(mode.real)} ${String(mode.checks_ports)} ${String(mode.paging)}`;
    const known = decoded.get(key);
    if (known !== undefined) return known;
    const made = decodeAt(code(address), 0, mode.big, mode);
    decoded.set(key, made);
    return made;
  };

  let before: Retired | undefined;
  let earlier: readonly Executed[] = [];
  let delivered: { entry: Delivered; state: State } | undefined;
  for (const [i, entry] of log.entries()) {
    const here = decodedAt(entry.eip, entry.mode);
    if (entry.kind === "delivered") {
      if (delivered === undefined && before !== undefined && earlier.length > 0) {
        const expected = earlier.flatMap((one) => {
          const base = bubblesBetween(one, here, entry.eip, fetchedBehind(before!, entry, one.decoded.bytes));
          return clocksToException(here, entry).map((own) => base + own + besidesOf(entry));
        });
        if (compare(entry, here, expected, before.cycle)) faults_by_choice++;
      }
      delivered = { entry, state: before ?? reset_state };
      before = undefined;
      earlier = [];
      continue;
    }
    const state = before ?? delivered?.state;
    if (state !== undefined) {
      const straight = executed(here, state, entry);
      const following = log.slice(i + 1, i + 1 + refetch.instructions);
      const now = mayRefetch(entry, following) ? straight.flatMap(refetching) : straight;
      const entered = delivered?.entry.entered;
      if (delivered !== undefined && entered !== undefined) {
        const deliveries = deliveryClocks(entered, delivered.entry.mode, here, entry);
        const besides = besidesOf(entered) + besidesOf(entry);
        const expected = straight.flatMap((one) => deliveries.map((sum) => sum + ownClocks(one) + besides));
        if (compare(entry, here, expected, delivered.entry.cycle)) others_by_choice++;
      } else if (before !== undefined && earlier.length > 0) {
        const first = before;
        const since = first.cycle, besides = besidesOf(entry);
        const expected = earlier.flatMap((one) => straight.map((then) =>
          clocksBetween(one, then, entry.eip, fetchedBehind(first, entry, one.decoded.bytes)) + besides));
        if (compare(entry, here, expected, since)) others_by_choice++;
      }
      if (!entry.switches_task && straight.every((one) => entry.walks.length > walks_max(accesses(one)))) {
        beyond_bound.push(entry.eip);
      }
      earlier = now;
    }
    before = entry;
    delivered = undefined;
  }
  return { differences, compared, clocks, faults_by_choice, others_by_choice, names, walks, beyond_bound };

  /** Whether there was a choice. */
  function compare(entry: Entry, here: Decoded, sums: readonly number[], since: number): boolean {
    const expected = [...new Set(sums)];
    const measured = entry.cycle - since;
    compared++;
    clocks += measured;
    names.add(name(here));
    walks += entry.walks.length;
    if (entry.walks.some(isLong)) beyond_bound.push(entry.eip);
    if (!expected.includes(measured)) {
      const [one] = earlier;
      const previous = one === undefined ? "an exception" : name(one.decoded);
      differences.push({ at: entry.eip, name: name(here), previous, measured, expected });
    }
    return expected.length > 1;
  }
}
