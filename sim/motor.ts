// A direct-current motor with its inverter, current sensor and encoder. Machine and motor meet in a few words of memory, as
// if the motor's electronics wrote there by themselves: what a DMA channel does for a converter.

import type { Surroundings, SurroundingsOf } from "./surroundings.ts";

/** SI units. */
export interface MotorParameters {
  readonly resistance: number;
  readonly inductance: number;
  /** Volts for each radian a second, and newton metres for each ampere. */
  readonly constant: number;
  readonly inertia: number;
  readonly friction: number;
  readonly load: number;
  readonly supply: number;
}

export const smallMotor: MotorParameters = {
  resistance: 1, inductance: 2e-3, constant: 0.05, inertia: 2e-5, friction: 1e-5, load: 0.01, supply: 24,
};

/** The words that are shared, by their places: examples/motor/drive.h has them in C. */
export const driveWords = { voltage_mV: 0, current_mA: 1, angle: 2, temperature: 3 } as const;

/** Of the encoder, in a turn. */
export const countsPerTurn = 65_536;

export interface Motor {
  readonly current: number;
  /** Radians a second. */
  readonly speed: number;
  readonly angle: number;
  advance(seconds: number, volts: number): void;
}

export function createMotor(of: MotorParameters = smallMotor): Motor {
  let [current, speed, angle] = [0, 0, 0];
  return {
    get current() {
      return current;
    },
    get speed() {
      return speed;
    },
    get angle() {
      return angle;
    },
    advance(seconds, wanted) {
      const volts = Math.max(-of.supply, Math.min(of.supply, wanted));
      // The load only brakes.
      const load = Math.sign(speed) * Math.min(of.load, Math.abs((speed * of.inertia) / seconds));
      current += (seconds * (volts - of.resistance * current - of.constant * speed)) / of.inductance;
      speed += (seconds * (of.constant * current - of.friction * speed - load)) / of.inertia;
      angle += seconds * speed;
    },
  };
}

export const rpm = ({ speed }: Motor): number => (speed * 60) / (2 * Math.PI);

const clock_hz = 25e6;
const step_cycles = 250;
/** The temperature sensor's contact is loose: for so long, every now and then, it says 0. */
const contact = { period_cycles: 200_000, lost_cycles: 60_000 } as const;
const temperature_usual = 400;

/** At the region of that name. `onStep` looks at the motor each time. */
export const motorAt = (region: string, motor: Motor = createMotor(), onStep?: (cycle: number) => void): SurroundingsOf =>
  (machine, regionAt): Surroundings => {
    const base = regionAt(region);
    const words = Buffer.alloc(12);
    return {
      step_cycles,
      step(cycle) {
        const volts = Buffer.from(machine.read(base + 4 * driveWords.voltage_mV, 4)).readInt32LE() / 1000;
        motor.advance(step_cycles / clock_hz, volts);
        words.writeInt32LE(Math.round(motor.current * 1000), 0);
        words.writeInt32LE(Math.floor((motor.angle * countsPerTurn) / (2 * Math.PI)) % 2 ** 31, 4);
        const lost = cycle % contact.period_cycles >= contact.period_cycles - contact.lost_cycles;
        words.writeInt32LE(lost ? 0 : temperature_usual, 8);
        machine.load(base + 4 * driveWords.current_mA, words);
        onStep?.(cycle);
      },
    };
  };
