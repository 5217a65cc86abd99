// The boards that a bitstream can be made for.

import type { Board } from "./board.ts";
import { ulx3s85f } from "./boards/ulx3s-85f.ts";

export const BOARDS: readonly Board[] = [ulx3s85f];
