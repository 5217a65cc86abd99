// docs/timing.md from the timing table. `npx tsx soc/cpu/timing/page.ts` writes it; a test fails while it is out of date.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { coreClocks, limits, slowerRows, slowerText, slowerWay } from "./compare.ts";
import { intel486Clocks, type Count } from "./intel486.ts";
import { timingRows, timingTable, type TableRow, type TableWay } from "./table.ts";

const path = fileURLToPath(new URL("../../../docs/timing.md", import.meta.url));

function countText(count: ReturnType<typeof intel486Clocks>): string {
  if (count === undefined) return "?";
  return count === "later" ? "not there" : publishedText(count);
}

function publishedText(count: Count): string {
  if (typeof count === "number") return `${count}`;
  if ("from" in count) return `${count.from}–${count.to}`;
  const once = count.once === undefined ? "" : `; ${count.once} for n = 1`;
  return `${count.fixed} + ${count.each} n${once}`;
}

function clocksText(way: TableWay): string {
  const { further_round_clocks } = way;
  const first = coreClocks(way);
  return further_round_clocks === undefined ? `${first}` : `${first - further_round_clocks} + ${further_round_clocks} n`;
}

const memoryText = ({ begins_with_load, ends_with_store }: TableWay): string =>
  [...(begins_with_load ? ["begins with a load"] : []), ...(ends_with_store ? ["ends with a store"] : [])].join(", ");

function wayLine(row: TableRow, way: TableWay, i: number): string {
  const size = row.operand_bits === null ? [] : [`${row.operand_bits} bits`];
  const condition = [...(row.form === null ? [] : [row.form]), ...size, ...way.when].join(", ");
  const slower = slowerWay(row, way) === undefined ? "" : " **slower**";
  const cells = [
    i === 0 ? row.name : "", condition, `${clocksText(way)}${slower}`, countText(intel486Clocks(row, way.when)),
    way.addressed_with.join(", "), way.writes_last ?? "", memoryText(way),
  ];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
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
    "   the first ends with a store.",
    "",
    `Alignment of data costs ${rules.unaligned_clocks}. An access to a device or port adds ${rules.device_access_clocks}, which are in the table for port`,
    "instructions; a device of bytes adds one for each further byte. Nothing else has an influence: neither what ran before",
    "nor where code lies.",
    "",
    "## Exceptions and interrupts",
    "",
    "From the step that gives way to the exception or interrupt to the handler:",
    "",
    "| | clocks |",
    "| --- | --- |",
    ...exceptions.map((way) => `| ${way.when.join(", ")} | ${way.clocks} |`),
    "",
    "## Beside the Intel486",
    "",
    "The 486's numbers are those of its data book, table 10.1 (order number 240440), with all accesses in its cache, the",
    `smaller one where there is a choice. Of ${rows} rows, ${slower.length} are slower on this core:`,
    "",
    ...slower.map((one) => `- ${slowerText(one)}`),
    "",
    "| | clocks | limit |",
    "| --- | --- | --- |",
    ...limits().map(({ what, clocks, clocks_max }) => `| ${what} | ${clocks} | ${clocks_max} |`),
    "",
    "## All instructions",
    "",
    "In the order of the instruction table. Of a loop, n is the number of rounds: REP's count, ENTER's level.",
    "`base` and `index` are those of the memory operand, `rm`, `reg` and `opreg` the registers in ModRM and opcode, t0 to t5",
    "the microcode's.",
    "",
    "| instruction | when | clocks | 486 | address needs | last step writes | memory |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    ...timingRows.flatMap((row) => row.ways.map((way, i) => wayLine(row, way, i))),
    "",
  ].join("\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(path, timingPage());
