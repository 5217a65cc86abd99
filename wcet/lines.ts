// Source lines of addresses, from the debugging information, by addr2line. They help a reader and decide nothing.
import { execFileSync } from "node:child_process";

export interface Line {
  /** "" where the file does not say. */
  readonly function: string;
  /** "file:line". */
  readonly place: string;
}

const tool = "i686-linux-gnu-addr2line";

/**
 * The lines of these addresses of the ELF file at `path`; of each the innermost function, if the compiler merged
 * several.
 */
export function linesOf(path: string, addresses: Iterable<number>): Map<number, Line> {
  const wanted = [...new Set(addresses)];
  if (wanted.length === 0) return new Map();
  const input = wanted.map((address) => address.toString(16)).join("\n");
  const output = execFileSync(tool, ["-f", "-e", path], { input, encoding: "utf8", maxBuffer: 2 ** 28 }).split("\n");
  return new Map(
    wanted.map((address, index) => {
      const [name = "", place = ""] = output.slice(2 * index, 2 * index + 2);
      return [
        address,
        { function: name === "??" ? "" : name, place: place.startsWith("??") ? "" : place.replace(/ \(.*/, "") },
      ];
    }),
  );
}
