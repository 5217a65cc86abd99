// The clock that everything runs on, and the serial line's speed derived from it.

/** The board's oscillator, used as it is; cycles in the simulator stand for the same time. */
export const clock_hz = 25_000_000;

/**
 * Clocks in a bit at divisor 1. A 16550 divides a clock of 16 times the bit rate; 25 MHz has no whole division by 16
 * that gives a common rate near the top. 25 divides it into 1 Mbaud exactly, which USB bridges support, so a bit is
 * 25 ticks of the divided clock instead of 16 and nothing else about the device differs.
 */
export const uartTicksPerBit = 25;

/** The rate at divisor 1; divisor d gives this divided by d. */
export const uartBaudAtDivisorOne = clock_hz / uartTicksPerBit;
