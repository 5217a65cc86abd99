// The clock that everything runs on, and the serial line's speed derived from it.

/**
 * Of a machine that is built with no other, as the simulator's is: cycles there stand for this time. A machine for a board
 * has that board's (`machineClock_hz` in fpga/board.ts).
 */
export const clock_hz = 25_000_000;

/**
 * Clocks in a bit at divisor 1. A 16550 divides a clock of 16 times the bit rate; 25 MHz has no whole division by 16
 * that gives a common rate near the top. 25 divides it into 1 Mbaud exactly, which USB bridges support, so a bit is
 * 25 ticks of the divided clock instead of 16 and nothing else about the device differs.
 */
export const uartTicksPerBit = 25;

/** The rate at divisor 1 of a machine with that clock; divisor d gives this divided by d. */
export const uartBaudAtDivisorOne = (machine_hz = clock_hz): number => Math.round(machine_hz / uartTicksPerBit);
