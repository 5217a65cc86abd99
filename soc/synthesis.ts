// How Yosys maps the machine to an ECP5.

/** What place and route aims at. */
export const GOAL_MHZ = 50;

/** Yosys' commands for the least delay: every path as fast as it can be, whether it matters or not */
export const synthesis = (options: string): string => `synth_ecp5 -abc9 ${options}`;

/**
 * For the least area within the delay that is wanted, which abc9 takes in picoseconds. Of the whole machine, what becomes of
 * that did not route on the LFE5U-85F (docs/fpga.md).
 */
export const synthesisForArea = (options: string): string =>
  `scratchpad -set abc9.D ${1e6 / GOAL_MHZ}; ${synthesis(options)}`;
