// Every error the library raises: a stable code, one sentence, the source, what else matters, how to mend it.
import { Site, excerpt } from "./site.ts";

/** Another place that matters, and why. */
export interface Note {
  readonly at: Site | undefined;
  readonly text: string;
}

export interface Fault {
  /** Stable; names the page in `hdl-gen/errors/`. */
  readonly code: ErrorCode;
  /** One sentence. */
  readonly summary: string;
  /** The user's line; the current one when left out. */
  readonly at?: Site | undefined;
  readonly notes?: readonly Note[];
  /** What to change. */
  readonly fix?: string;
}

/** All codes; a test holds that each has its page. */
export const ERROR_CODES = [
  "address-width",
  "async-input",
  "black-box",
  "byte-enable",
  "clock-domain",
  "constant-range",
  "crossing-source",
  "decode-column",
  "decode-gap",
  "decode-overlap",
  "decode-pattern",
  "drive-shape",
  "duplicate-case",
  "duplicate-module",
  "duplicate-name",
  "enumeration-mismatch",
  "enumeration-name",
  "extend-narrower",
  "foreign-signal",
  "ghost-read",
  "hardware-condition",
  "keyword",
  "latch",
  "library-parameter",
  "loop",
  "memory-init",
  "memory-shape",
  "name",
  "no-reset",
  "no-states",
  "not-driven-here",
  "past",
  "proof-black-box",
  "proof-clocks",
  "register-map",
  "select-length",
  "shift-amount",
  "simulator-value",
  "slice-range",
  "slice-unnamed",
  "two-drivers",
  "unconnected",
  "undriven",
  "unknown-port",
  "width",
  "width-promise",
  "width-range",
  "write-only",
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

export class HdlError extends Error {
  override readonly name = "HdlError";
  readonly fault: Fault & { readonly at: Site };

  constructor(fault: Fault) {
    super();
    this.fault = { ...fault, at: fault.at ?? new Site() };
    // Rendered once, here: the excerpt is what the reader needs, the library's own frames are not.
    this.message = render(this.fault);
    this.stack = `${this.name} ${this.message}`;
  }

  get code(): ErrorCode {
    return this.fault.code;
  }
}

function render(fault: Fault & { readonly at: Site }): string {
  return [
    `[${fault.code}] ${fault.summary}`,
    excerpt(fault.at),
    ...(fault.notes ?? []).map((n) => (n.at === undefined ? `note: ${n.text}` : `note: ${n.text}\n${excerpt(n.at)}`)),
    ...(fault.fix === undefined ? [] : [`fix: ${fault.fix}`]),
  ].join("\n");
}
