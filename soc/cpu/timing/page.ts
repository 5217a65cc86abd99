// docs/timing.md from the timing table. `npx tsx soc/cpu/timing/page.ts` writes it; a test fails while it is out of date.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { coreClocks, limits, slowerRows, slowerText, slowerWay } from "./compare.ts";
import { condense, type Condensed } from "./condense.ts";
import { intel486Clocks, taskSwitch486, type Count } from "./intel486.ts";
import { walk_clocks } from "../paging.ts";
import { walk_bound } from "./paging.ts";
import { spoiledInstructions } from "./spoiled.ts";
import { timingRows, timingTable, type TableRow, type TableWay } from "./table.ts";

const path = fileURLToPath(new URL("../../../docs/timing.md", import.meta.url));

function countText(count: ReturnType<typeof intel486Clocks>): string {
  switch (count) {
    case undefined: return "?";
    case "later": return "not there";
    case "unpublished": return "";
    default: return publishedText(count);
  }
}

function publishedText(count: Count): string {
  if (typeof count === "number") return `${count}`;
  if ("from" in count) return `${count.from}–${count.to}`;
  const cases = [
    ...(count.none === undefined ? [] : [`; ${count.none} for n = 0`]),
    ...(count.once === undefined ? [] : [`; ${count.once} for n = 1`]),
  ];
  return `${count.fixed} + ${count.each} n${cases.join("")}`;
}

function clocksText(way: TableWay): string {
  const none = coreClocks(way, 0), each = coreClocks(way, 1) - none;
  return each === 0 ? `${coreClocks(way)}` : `${none} + ${each} n`;
}

const signed = (clocks: number): string => (clocks < 0 ? `−${-clocks}` : `+${clocks}`);
const addsText = ({ adds }: Condensed): string[] => adds.map(({ words, clocks, paging_clocks }) =>
  `${signed(clocks)} ${words}${paging_clocks === 0 ? "" : ` (paging ${signed(paging_clocks)})`}`);

const memoryText = ({ begins_with_load, holds_back_loads }: TableWay): string =>
  [...(begins_with_load ? ["begins with a load"] : []), ...(holds_back_loads ? ["holds back a load"] : [])].join(", ");

/** What paging adds. */
function pagingText({ paging_clocks, further_round_paging_clocks = 0, rounds_counted = 1 }: TableWay): string {
  const fixed = paging_clocks - rounds_counted * further_round_paging_clocks;
  const each = further_round_paging_clocks === 0 ? [] : [`${further_round_paging_clocks} n`];
  const parts = [...(fixed === 0 ? [] : [`${fixed}`]), ...each];
  return parts.length === 0 ? "" : `+${parts.join(" + ").replace("+ -", "− ")}`;
}

const walkText = (): string => {
  const { page, large_page, ...faults } = walk_clocks;
  const at_most = Math.max(...Object.values(faults));
  return `${page} clocks to a 4 KB page, ${large_page} to a 4 MB page, and at most ${at_most} to a page fault (\`walk_clocks\`, proved)`;
};

function wayLine(row: TableRow, line: Condensed, i: number): string {
  const { way } = line;
  const size = row.operand_bits === null ? [] : [`${row.operand_bits} bits`];
  const condition = [...(row.form === null ? [] : [row.form]), ...size, ...way.when].join(", ");
  const slower = slowerWay(row, way) === undefined ? "" : " **slower**";
  const cells = [
    i === 0 ? row.name : "", [condition, ...addsText(line)].filter((text) => text !== "").join("; "),
    `${clocksText(way)}${slower}`, pagingText(way), countText(intel486Clocks(row, way.when)),
    way.addressed_with.join(", "), way.writes_last ?? "", memoryText(way),
  ];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

/** Task switches that take the same in a line. */
function switchLines(): string[] {
  return timingTable().task_switches.map((one) => {
    const { by, to, clocks_min, clocks_max } = one;
    const [least, most] = [one.paging_clocks_min - clocks_min, one.paging_clocks_max - clocks_max];
    const other = taskSwitch486(one);
    return `| ${by} | ${to} | ${clocks_min} | ${clocks_max} | +${least}${least === most ? "" : `, +${most}`} | ${other === undefined ? "" : other} |`;
  });
}

/** What the others go on for at most is said in a sentence. */
const short_clocks = 3;

/** How long each instruction keeps an interrupt waiting. */
function spoiledLines(): string[] {
  const { task_switches } = timingTable();
  const most = (clocks: "clocks_max" | "paging_clocks_max"): number => Math.max(...task_switches.map((one) => one[clocks]));
  return [
    ...spoiledInstructions().filter(({ paging_clocks_max }) => paging_clocks_max > short_clocks)
      .map(({ clocks_max, paging_clocks_max, names }) => `| ${names.join("; ")} | ${clocks_max} | ${paging_clocks_max} |`),
    `| a task switch, from its beginning | ${most("clocks_max")} | ${most("paging_clocks_max")} |`,
  ];
}

export function timingPage(): string {
  const { rules, exceptions } = timingTable();
  const rows = timingRows.length, slower = slowerRows();
  return [
    "<!-- Generated from soc/cpu/timing/ by npx tsx soc/cpu/timing/page.ts: change it there. -->",
    "# Clocks",
    "",
    "What an instruction takes is in the table below and nowhere else: it is made from the instruction table and the",
    "microcode. The time from one instruction's completion to the next one's is the sum of",
    "",
    "1. the second instruction's clocks in the table, without its own bubbles behind;",
    "2. the bubbles behind the first: of a jump that goes another way than decode took, of a far transfer, of an",
    "   instruction that makes fetch begin anew. In the table they are part of the first instruction's clocks;",
    "3. bubbles in front of the second:",
    `   - ${rules.prefix_bubbles} for each prefix;`,
    `   - ${rules.long_bubbles} if it is longer than ${rules.fetch_bytes} bytes without its prefixes, or if fetch began anew at its address`,
    "     (a jump's target, and what follows a jump that was taken in decode and then not) and it has no prefix and is",
    `     longer than ${rules.fetch_bytes} − (address mod 4) bytes;`,
    `4. if there is none of these bubbles, the interlock of the two: ${rules.interlock_bubbles} if the second's address needs the register`,
    "   that the first writes in its last step (a part counts like the whole), or if the second begins with a load and",
    "   the first holds back a load: it ends with a store, or with an access to a port, or has loaded from a device.",
    "",
    `An instruction that stores into code that is on its way already is followed by ${rules.refetch.bubbles} bubbles, and that code is fetched`,
    `as a jump's target is. On its way is at most what stands up to ${rules.refetch.bytes_behind} bytes behind one of the ${rules.refetch.instructions} instructions that follow.`,
    "",
    `Alignment of data costs ${rules.unaligned_clocks}. An access to a device or port adds ${rules.device_access_clocks}, which are in the table for port`,
    "instructions; a device of bytes adds one for each further byte, and what crosses the end of a doubleword is two",
    `accesses. Each descriptor and gate that lies in three words adds ${rules.split_clocks}: that is so if the table, or the TSS for a stack in it,`,
    "does not begin at a multiple of 4. Nothing else has an influence: neither what ran before nor where code lies.",
    "These are the clocks with paging off; what it adds stands behind [them](#paging).",
    "",
    "## Paging",
    "",
    "Where paging is on, these come on top:",
    "",
    "1. the column \"paging\", mostly 1 for each access to memory: it stays in the address stage for the clock in which its frame is",
    "   looked up, which takes the place of a load's interlock with a store in front;",
    `2. ${rules.paging.crossing_clocks.load} for an access that goes on in the next page, ${rules.paging.crossing_clocks.store} for a store;`,
    `3. in front of an instruction, fetch: ${rules.paging.same_page_bubbles} bubble behind a jump that decode has taken to the page of its own last byte,`,
    `   ${rules.paging.other_page_bubbles} wherever else fetch begins anew, and ${rules.paging.other_page_bubbles} where it goes straight on into the next page. An instruction`,
    "   that goes on in the next page waits for that once; only the bubble for its length is the rule of 8 bytes then;",
    "4. walks of page tables, for what the TLB lacks: a walk takes",
    `   ${walkText()};`,
    `   an access's begins when all in front is complete: ${rules.paging.access_walk_waits} clock of waiting, if the step in front follows directly, which`,
    `   \`probe.walking\` counts with the walk; fetch's begins behind ${rules.paging.fetch_walk_bubbles} bubbles in front of the instruction, or as many more`,
    "   as are missing. An access that is refused leaves one clock earlier.",
    "",
    "Walks are the only thing that depends on what ran before. They can be counted from outside (`probe.walking`), and an instruction",
    `with n accesses makes at most 2 n + 2, of at most ${walk_bound.access} clocks for an access and ${walk_bound.fetch} for fetch, all waiting included.`,
    "",
    "## Exceptions and interrupts",
    "",
    "From the step that gives way to the exception or interrupt to the handler:",
    "",
    "| | clocks | paging | on top |",
    "| --- | --- | --- | --- |",
    ...condense(exceptions).map((line) =>
      `| ${line.way.when.join(", ")} | ${clocksText(line.way)} | ${pagingText(line.way)} | ${addsText(line).join("; ")} |`),
    "",
    "A descriptor that has not been accessed before is marked as accessed, which is a store.",
    "",
    "## Interrupts in an instruction's midst",
    "",
    "An interrupt is taken before an instruction, and before each step of one that has done nothing lasting; one that has is",
    "[spoiled](cpu.md#interrupts-and-other-contexts) and goes on first, and of a repeated string instruction its round. From the",
    "step that spoils it, that one and the bubbles behind the instruction included, this takes at most:",
    "",
    "| | clocks | with paging |",
    "| --- | --- | --- |",
    ...spoiledLines(),
    "",
    `All other instructions, divisions, ENTER and PUSHA among them, take at most ${short_clocks}. On top comes what stands above: pages that`,
    "accesses cross, walks, a device that is accessed in memory, which spoils the instruction as well, and of task switches",
    "descriptors in three words.",
    "",
    "## Task switches",
    "",
    "Jumps, calls, returns and gates that lead to another task have so many ways through the microcode that they are not",
    "listed below; from the least to the most they take, bubbles behind included:",
    "",
    "| by | to | at least | at most | paging | 486 |",
    "| --- | --- | --- | --- | --- | --- |",
    ...switchLines(),
    "",
    "An exception's or interrupt's are from the step that gives way to it; INT n takes one clock more. There is no loop in a",
    "switch. What may differ: the old task's TSS, how a gate leads there, the error code, which segment registers are null,",
    "and which descriptors are marked as accessed. The 486's clocks are those of a TSS of its own, without a gate.",
    "",
    "## Beside the Intel486",
    "",
    "The 486's numbers are those of its data book, table 10.1 (order number 240440), with all accesses in its cache, the",
    "smaller one where there is a choice; compared with HelpPC 2.10, which has them for each instruction.",
    `Of ${rows} rows, ${slower.length} are slower on this core, here each at its worst:`,
    "",
    ...slower.map((one) => `- ${slowerText(one)}`),
    "",
    "| | clocks | limit |",
    "| --- | --- | --- |",
    ...limits().map(({ what, clocks, clocks_max }) => `| ${what} | ${clocks} | ${clocks_max} |`),
    "",
    "## All instructions",
    "",
    "In the order of the instruction table. Of a loop, n is the number of rounds: REP's count, ENTER's levels above the first, the",
    "parameters that a call gate copies. Where an instruction is one in real mode and another in protected mode, virtual-8086 mode is",
    "real mode; ports are by bitmap in virtual-8086 mode and where CPL is above IOPL. A remark such as \"+4 code not accessed",
    "before\" is what comes on top if that is so.",
    "`base` and `index` are those of the memory operand, `rm`, `reg` and `opreg` the registers in ModRM and opcode, t0 to t7",
    "the microcode's.",
    "",
    "| instruction | when | clocks | paging | 486 | address needs | last step writes | memory |",
    "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ...timingRows.flatMap((row) => condense(row.ways).map((line, i) => wayLine(row, line, i))),
    "",
  ].join("\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(path, timingPage());
