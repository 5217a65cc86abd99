// How Yosys maps the machine to an ECP5.

/** What place and route aims at. */
export const GOAL_MHZ = 50;

/**
 * Yosys' commands. abc9 is given the delay that is wanted, in picoseconds: it then takes the least area on all paths that are
 * faster. Without, it makes every path as fast as it can, which takes a seventh more LUTs.
 */
export const synthesis = (options: string): string =>
  `scratchpad -set abc9.D ${1e6 / GOAL_MHZ}; synth_ecp5 -abc9 ${options}`;
