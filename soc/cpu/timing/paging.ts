// What paging adds to the clocks: to each access, and to fetch. Walks of page tables are counted besides: their number
// depends on what is in the TLB, and with it on what ran before; what each takes is in `walk_clocks`.
import { bytes_with_length } from "../fetch.ts";
import { walk_clocks_max } from "../paging.ts";
import type { Decoded } from "./match.ts";
import { bytes_at_target, fetch_bytes, long_bubbles, prefix_bubbles, redirect_bubbles } from "./pipeline.ts";

export const page_bytes = 4096;

/** An access that goes on in the next page looks that up too; a store's second part is written in a clock of its own. */
export const crossing_clocks = { load: 1, store: 2 } as const;

/** Fetch behind a jump that decode has taken, within its page: the target is asked for a clock later. */
export const same_page_bubbles = 1;
/** Fetch behind every other jump, and into the next page: the frame is looked up, and memory asked a clock later. */
export const other_page_bubbles = 2;
/** Fetch walks when all in front is complete: so many bubbles come first. */
export const fetch_walk_bubbles = redirect_bubbles("execute");
/** An access walks when all in front is complete: a clock of waiting, which `probe.walking` counts too. */
export const access_walk_waits = 1;

/** Clocks of a walk at most, its waiting included. */
export const walk_bound = { access: walk_clocks_max + access_walk_waits, fetch: walk_clocks_max + fetch_walk_bubbles } as const;

/** Walks of an instruction with so many accesses at most: each, and its code, may lie in two pages. */
export const walks_max = (accesses: number): number => 2 * accesses + 2;

export const pageOf = (address: number): number => Math.floor(address / page_bytes);

/** A walk of page tables that fetch asked for. */
export interface FetchWalk {
  readonly page: number;
  readonly clocks: number;
}

/** Where fetch comes from: nothing where it goes straight on. */
export interface Redirect {
  /** Behind the instruction in front. */
  readonly bubbles: number;
  /** The page of that one's last byte, if decode has taken its jump. */
  readonly known_page?: number;
}

/** Bubbles in front of an instruction, those behind the one in front included. */
export function fetchBubbles(
  { prefixes, length, bytes }: Pick<Decoded, "prefixes" | "length" | "bytes">, address: number,
  redirect: Redirect | undefined, walks: readonly FetchWalk[],
): number {
  let bubbles = redirect?.bubbles ?? 0;
  const enter = (page: number): void => {
    const walk = walks.find((one) => one.page === page);
    if (walk !== undefined) bubbles = Math.max(bubbles, fetch_walk_bubbles) + walk.clocks;
    bubbles += other_page_bubbles;
  };
  if (redirect?.known_page === pageOf(address)) bubbles += same_page_bubbles;
  else if (redirect !== undefined) enter(pageOf(address));

  const in_page = address % page_bytes;
  const begins_there = redirect === undefined && in_page === 0;
  const next_page = begins_there ? pageOf(address) : pageOf(address + bytes - 1);
  if (!begins_there && next_page === pageOf(address)) {
    const there = redirect !== undefined && prefixes === 0 ? bytes_at_target(address) : fetch_bytes;
    return bubbles + prefixes * prefix_bubbles + (length > there ? long_bubbles : 0);
  }
  // What is in front of the page's end comes first: prefixes, and a long instruction's own wait if enough of it is there.
  const before = begins_there ? 0 : page_bytes - in_page;
  const prefixes_before = Math.min(prefixes, before);
  const is_long = length > fetch_bytes;
  const waits_before = is_long && before - prefixes >= bytes_with_length;
  bubbles += prefixes_before * prefix_bubbles + (waits_before ? long_bubbles : 0);
  enter(next_page);
  return bubbles + (prefixes - prefixes_before) * prefix_bubbles + (is_long && !waits_before ? long_bubbles : 0);
}
