// What it means that a channel neither loses, doubles nor reorders: any one item, chosen by the prover as it enters,
// leaves after exactly those that were ahead of it, unchanged. As the choice is free, this holds for every item. In the
// simulator the choice is always yes: one item after the other is followed.
//
// Items may be followed one at a time because no part looks at its data: Wolper, "Expressing interesting properties of
// programs in propositional temporal logic", POPL 1986.
import type { Bit, Bits } from "../language/bits.ts";
import type { Builder } from "../language/builder.ts";
import { mux } from "../language/combine.ts";
import { reg, regNoReset } from "../language/declare.ts";
import { indexWidth } from "../language/widths.ts";
import type { Side } from "./crossing.ts";

export interface Channel {
  /** In each cycle in which this holds, `item` enters; it may leave in a later one. */
  readonly put: Bit;
  readonly item: Bits;
  /** In each cycle in which this holds, `taken` leaves. */
  readonly take: Bit;
  readonly taken: Bits;
  /** The most that can be inside. */
  readonly capacity: number;
}

/** What the scoreboard knows, for invariants that tie it to the part's insides. */
export interface Scoreboard {
  /** Items inside. */
  readonly inside: Bits;
  /** An item is being followed: this one, with so many ahead of it. */
  readonly followed: Bit;
  readonly item: Bits;
  readonly ahead: Bits;
}

/** Follows items through a channel; all of it ghosts, with the claims as assertions under `name_`. */
export function scoreboard(m: Builder, name: string, { put, item, take, taken, capacity }: Channel): Scoreboard {
  return m.scope(name, () => {
    const pass = m.anything("pass", 1, "do not follow the item that enters now");
    return m.ghost(() => {
      const width = indexWidth(capacity + 1);
      const r = m.regs({
        inside: reg(width, 0, "items inside"),
        followed: reg(1, 0, "an item is being followed"),
        item: regNoReset(item.width, "the item that is followed"),
        ahead: regNoReset(width, "items ahead of it"),
      });
      const { leaves } = m.nets({ leaves: r.followed.and(take, r.ahead.eq(0)) });
      m.when(put.and(take.not()), () => { r.inside.next = r.inside.add(1); })
        .elsewhen(take.and(put.not()), () => { r.inside.next = r.inside.sub(1); });
      m.when(r.followed.not().and(put, pass.not()), () => {
        r.followed.next = 1;
        r.item.next = item;
        r.ahead.next = mux(take, r.inside.sub(1), r.inside);
      }).elsewhen(r.followed.and(take), () => {
        r.ahead.next = r.ahead.sub(1);
        r.followed.next = leaves.not();
      });
      m.assert("gives_only_what_it_holds", take.not().or(r.inside.ne(0)));
      m.assert("holds_no_more_than_it_can", r.inside.le(capacity));
      m.assert("accepts_only_what_it_can_hold", put.not().or(r.inside.ne(capacity)));
      m.assert("loses_none", r.followed.not().or(r.ahead.lt(r.inside)));
      m.assert("gives_in_order_and_unchanged", leaves.not().or(taken.eq(r.item)));
      m.cover("follows_an_item_through", leaves);
      return r;
    });
  });
}

/** The rule of valid and ready: what is on offer stays, as it is, until it is taken. */
export function keepsOffer(
  m: Builder,
  name: string,
  { valid, ready, data }: { readonly valid: Bit; readonly ready: Bit; readonly data: Bits },
  { under, always }: Pick<Side, "under" | "always"> = { under: (body) => body(), always: (claim) => { claim(); } },
): void {
  m.scope(name, () => m.ghost(() => {
    const r = under(() => m.regs({
      waiting: reg(1, 0, "an item was on offer and not taken"),
      offered: regNoReset(data.width, "what was on offer"),
    }));
    under(() => {
      r.waiting.next = valid.and(ready.not());
      r.offered.next = data;
    });
    always(() => {
      m.assert("offer_stays", r.waiting.not().or(valid));
      m.assert("offer_does_not_change", r.waiting.not().or(data.eq(r.offered)));
    });
  }));
}
