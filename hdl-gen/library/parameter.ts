// Parameters of parts: what they must be, or an error at the line that asked for the part.
import { HdlError } from "../language/error.ts";
import { Site } from "../language/site.ts";

export function requireParameter(holds: boolean, summary: string, fix: string): void {
  if (!holds) throw new HdlError({ code: "library-parameter", summary, at: new Site("user"), fix });
}

export function requireWhole(value: number, least: number, what: string): void {
  requireParameter(
    Number.isInteger(value) && value >= least,
    `${what} cannot be ${value}`,
    `give a whole number, at least ${least}`,
  );
}
