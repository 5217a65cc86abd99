// A case that differs, made smaller while it still differs: pieces are dropped, or replaced by their bodies.
import { runCases, type Executor } from "./batch.ts";
import type { Result } from "./campaign.ts";
import { compare, escaped } from "./compare.ts";
import { analyseFlags, place, type Case, type Piece } from "./program.ts";

/** Every way to take one thing away, the largest first. */
function* smaller(pieces: readonly Piece[]): Generator<Piece[]> {
  for (let size = Math.ceil(pieces.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2))
    for (let at = pieces.length - size; at >= 0; at -= size) yield pieces.toSpliced(at, size);
  for (const [at, piece] of pieces.entries()) {
    if (piece.kind === "straight") continue;
    yield pieces.toSpliced(at, 1, ...piece.body);
    for (const body of smaller(piece.body)) yield pieces.with(at, { ...piece, body });
  }
}

export async function minimise(reference: Executor, tested: Executor, found: Result, frame_bytes = 0): Promise<Result> {
  let best = found;
  for (;;) {
    const next = await oneSmaller(reference, tested, best.test, frame_bytes);
    if (next === undefined) return best;
    best = next;
  }
}

async function oneSmaller(
  reference: Executor,
  tested: Executor,
  from: Case,
  frame_bytes: number,
): Promise<Result | undefined> {
  for (const pieces of smaller(from.pieces)) {
    const test = { ...from, pieces };
    if (place(test) === undefined || analyseFlags(pieces).reads_undefined !== undefined) continue;
    const [expected] = await runCases(reference, [test]);
    if (expected === undefined || escaped(expected)) continue;
    const [actual] = await runCases(tested, [test]);
    if (actual === undefined) continue;
    const differences = compare(test, expected, actual, frame_bytes);
    if (differences.length > 0) return { test, expected, actual, differences };
  }
  return undefined;
}
