// Who of several may go? Three ways to decide, with the same ports:
//
//                     who waits how long               price (on ECP5, measured with yosys 0.23)
//   fixedArbiter      bit 0 never; others for ever     3 LUTs for 4 requesters
//   roundRobinArbiter at most n - 1 grants of others   n flip-flops; 53 LUTs for 5
//   slotArbiter       until its slot, whatever the     counters for slot and cycle: 9 flip-flops, 9 LUTs for
//                     others do                        3 requesters with a slot of 100 cycles each
//
// Grants follow requests within the cycle. A grant is used up in each cycle in which `advance` is set; the round-robin
// arbiter then lets the others pass first. The slot arbiter's grants depend on time and the requester alone: it is the
// one to take where nobody may learn or feel what others do, and it pays with the slots that nobody uses.
//
// Sources: M. Weber, "Arbiters: Design Ideas and Coding Styles", SNUG 2001 (masked round robin); for time division,
// H. Kopetz and G. Bauer, "The Time-Triggered Architecture", Proc. IEEE 91(1), 2003.
import { constant, type Bit, type Bits } from "../language/bits.ts";
import type { Builder } from "../language/builder.ts";
import { mux, select } from "../language/combine.ts";
import { reg } from "../language/declare.ts";
import type { Design } from "../language/design.ts";
import { module } from "../language/module.ts";
import { input, output, type Port } from "../language/ports.ts";
import { indexWidth } from "../language/widths.ts";
import { moduloCounter } from "./counter.ts";
import { atMostOne, bitsOf, lowestSet, toOneHot } from "./one-hot.ts";
import { requireParameter, requireWhole } from "./parameter.ts";

export type ArbiterPorts<C extends number = number> = {
  readonly requests: Port<"in", C>;
  readonly advance: Port<"in", 1>;
  readonly grants: Port<"out", C>;
};

function arbiterPorts(count: number): ArbiterPorts {
  requireWhole(count, 2, "the number of an arbiter's requesters");
  return {
    requests: input(count),
    advance: input(1, "the grant of this cycle is used up"),
    grants: output(count, "at most one bit, of one that asks"),
  };
}

/** The lowest that asks goes first, always. */
export function fixedArbiter<const C extends number>(count: C): Design<ArbiterPorts<C>>;
export function fixedArbiter(count: number): Design<ArbiterPorts> {
  const doc = `Fixed priority among ${count}: the lowest bit goes first.`;
  return module(`fixed_arbiter_${count}`, doc, arbiterPorts(count), (m, { requests, advance, grants }) => {
    m.unused(advance);
    grants.value = lowestSet(requests);
    claimGrants(m, requests, grants);
    m.assert("wastes_no_cycle", grants.any().eq(requests.any()));
    m.assert("none_before_the_granted_asks", requests.and(grants.sub(1)).eq(0).or(grants.eq(0)));
  });
}

/** Whoever went last goes last. */
export function roundRobinArbiter<const C extends number>(count: C): Design<ArbiterPorts<C>>;
export function roundRobinArbiter(count: number): Design<ArbiterPorts> {
  const doc = `Round robin among ${count}: whoever was granted last waits for all others that ask.`;
  return module(`round_robin_arbiter_${count}`, doc, arbiterPorts(count), (m, { requests, advance, grants }) => {
    const { after_last } = m.regs({ after_last: reg(count, 0, "those above the last one granted") });
    const { preferred } = m.nets({ preferred: requests.and(after_last) });
    const { granted } = m.nets({ granted: mux(preferred.any(), lowestSet(preferred), lowestSet(requests)) });
    grants.value = granted;
    m.when(advance.and(requests.any()), () => { after_last.next = granted.or(granted.sub(1)).not(); });

    claimGrants(m, requests, granted);
    m.assert("wastes_no_cycle", granted.any().eq(requests.any()));
    m.assert("passes_over_the_lower_part", after_last.not().and(after_last.not().add(1)).eq(0));
    claimFairness(m, count, { requests, advance, granted, after_last });
  });
}

/** Any one requester that goes on asking sees at most count - 1 grants of others. */
function claimFairness(
  m: Builder, count: number,
  { requests, advance, granted, after_last }: Record<"requests" | "granted" | "after_last", Bits> & { readonly advance: Bit },
): void {
  const waiter = m.symbolic("waiter", indexWidth(count), "the number of any requester");
  m.ghost(() => {
    const { itself } = m.nets({ itself: toOneHot(waiter, count) });
    const { asks, gets } = m.nets({ asks: requests.and(itself).any(), gets: granted.and(itself).any() });
    const { passed_by } = m.regs({ passed_by: reg(indexWidth(2 * count), 0, "others granted while it waited") });
    m.when(asks.not().or(gets), () => { passed_by.next = 0; })
      .elsewhen(advance, () => { passed_by.next = passed_by.add(1); });
    if (2 ** waiter.width !== count) m.assume("the_waiter_exists", waiter.lt(count));
    m.assert("nobody_is_passed_by_more_often_than_there_are_others", passed_by.lt(count));
    // Those who may still pass by are the ones between the last granted and the waiter, counted upwards and around.
    m.assert("each_of_the_others_passes_by_once", passed_by.add(stillAhead(m, count, waiter, after_last)).lt(count));
  });
}

/** How many others may be granted before `waiter`, at most. */
function stillAhead(m: Builder, count: number, waiter: Bits, after_last: Bits): Bits {
  const width = indexWidth(2 * count);
  const { first } = m.nets({ first: lowestSet(after_last) });
  const places = bitsOf(first).map((bit, i): readonly [Bit, number] => [bit, i]);
  const from = places.reduce<Bits>((rest, [bit, i]) => mux(bit, constant(i, width), rest), constant(0, width));
  const { start, target } = m.nets({ start: from, target: waiter.zext(width) });
  return mux(target.ge(start), target.sub(start), target.add(count).sub(start));
}

export interface SlotOptions {
  /** The requester whose slot it is, slot by slot; the table begins anew after the last. */
  readonly slots: readonly number[];
  readonly slot_cycles: number;
}

/** Time division: each slot has an owner, and only the owner is granted in it. */
export function slotArbiter<const C extends number>(name: string, count: C, options: SlotOptions): Design<ArbiterPorts<C>>;
export function slotArbiter(name: string, count: number, { slots, slot_cycles }: SlotOptions): Design<ArbiterPorts> {
  requireParameter(
    slots.length > 0 && slots.every((owner) => Number.isInteger(owner) && owner >= 0 && owner < count),
    `slots [${slots.join(", ")}] do not all belong to one of ${count} requesters`,
    `name requesters 0 to ${count - 1}`,
  );
  const doc = `Time division among ${count}: slots of ${slot_cycles} cycles belong to ${slots.join(", ")} in turn.`;
  return module(name, doc, arbiterPorts(count), (m, { requests, advance, grants }) => {
    m.unused(advance);
    const cycle = moduloCounter(m, "cycle", { modulus: slot_cycles, enable: constant(1, 1) });
    const slot = moduloCounter(m, "slot", { modulus: slots.length, enable: cycle.wraps });
    const owners = slots.map((owner) => constant(2n ** BigInt(owner), count));
    const { owner } = m.nets({ owner: slots.length === 1 ? owners[0] ?? constant(0, count) : select(slot.count, owners) });
    grants.value = requests.and(owner);

    claimGrants(m, requests, grants);
    m.assert("each_slot_has_one_owner", owner.any().and(atMostOne(owner)));
    m.assert("the_owner_need_not_wait", requests.and(owner).eq(0).or(grants.any()));
  });
}

function claimGrants(m: Builder, requests: Bits, grants: Bits): void {
  m.assert("grants_one_at_most", atMostOne(grants));
  m.assert("grants_only_who_asks", grants.and(requests.not()).eq(0));
  m.cover("grants_the_highest", grants.msb());
}
