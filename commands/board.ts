// The board that an option --board means.

import type { Board } from "../fpga/board.ts";
import { BOARDS } from "../fpga/boards.ts";
import { usageFailure } from "./failure.ts";

/** Without a name the first of the list. */
export function boardNamed(id: string | undefined): Board {
  const board = id === undefined ? BOARDS[0] : BOARDS.find((candidate) => candidate.id === id);
  if (board !== undefined) return board;
  throw usageFailure(`there is no board "${id}"`, `there are: ${BOARDS.map((candidate) => candidate.id).join(", ")}`);
}
