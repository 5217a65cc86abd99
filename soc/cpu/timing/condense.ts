// A list of ways without repetition: where something adds the same whatever else is so, the ways with it become a remark
// at the way without it.
import { coreClocks } from "./compare.ts";
import { besides } from "./words.ts";
import type { TableWay } from "./table.ts";

export interface Condensed {
  readonly way: TableWay;
  /** What may come on top: its words, and its clocks. */
  readonly adds: readonly { readonly words: string; readonly clocks: number; readonly paging_clocks: number }[];
}

const isBeside = (words: string): boolean => besides.includes(words);
const key = ({ when }: TableWay): string => when.filter((words) => !isBeside(words)).join(", ");
const asides = ({ when }: TableWay): string[] => when.filter(isBeside);

/** What of a way is not its clocks. */
const rest = ({
  when: _when, clocks: _clocks, accesses: _accesses, paging_clocks: _paging_clocks, ...others
}: TableWay): string => JSON.stringify(others);

/** The ways as one with remarks, if that says the same. */
function condensed(ways: readonly TableWay[]): Condensed | undefined {
  const plain = ways.find((way) => asides(way).length === 0);
  if (plain === undefined || ways.some((way) => rest(way) !== rest(plain))) return undefined;
  const adds = ways.flatMap((way) => {
    const [words, ...more] = asides(way);
    return words === undefined || more.length > 0 ? [] : [{
      words, clocks: coreClocks(way) - coreClocks(plain), paging_clocks: way.paging_clocks - plain.paging_clocks,
    }];
  });
  const sum = (way: TableWay): number => asides(way).reduce(
    (clocks, words) => clocks + (adds.find((add) => add.words === words)?.clocks ?? NaN), coreClocks(plain));
  const sumPaging = (way: TableWay): number => asides(way).reduce(
    (clocks, words) => clocks + (adds.find((add) => add.words === words)?.paging_clocks ?? NaN), plain.paging_clocks);
  const says_all = ways.every((way) => sumPaging(way) === way.paging_clocks) && ways.length === 2 ** adds.length && ways.every((way) => sum(way) === coreClocks(way));
  return says_all ? { way: plain, adds } : undefined;
}

export function condense(ways: readonly TableWay[]): Condensed[] {
  return [...new Set(ways.map(key))].flatMap((words) => {
    const alike = ways.filter((way) => key(way) === words);
    return condensed(alike) ?? alike.map((way) => ({ way, adds: [] }));
  });
}
