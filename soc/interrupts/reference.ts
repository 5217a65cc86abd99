// The local APIC's priorities as the manual tells them, without regard to hardware: 256 bits each of IRR and ISR,
// searched from the top. It says what is offered and what registers hold once everything has settled; the fast one's
// cycles are its own business.
import { firstLineVector, interruptLineCount } from "../memory-map.ts";

export class ReferenceApic {
  readonly irr = new Set<number>();
  readonly isr = new Set<number>();
  tpr = 0;
  #lines = 0;
  #timerVector: number | undefined;

  setLines(lines: number): void {
    this.#lines = lines;
    for (let n = 0; n < interruptLineCount; n++) {
      const vector = firstLineVector + n;
      if (((lines >> n) & 1) === 1 && !this.isr.has(vector)) this.irr.add(vector);
    }
  }

  /** The timer has one request at a time: a new vector takes the place of the old. */
  timerExpires(vector: number): void {
    if (this.#timerVector !== undefined) this.irr.delete(this.#timerVector);
    this.#timerVector = vector;
    this.irr.add(vector);
  }

  get ppr(): number {
    const served = highest(this.isr);
    return this.tpr >> 4 >= served >> 4 ? this.tpr : served & 0xf0;
  }

  /** The vector offered to the CPU, if any. */
  get offered(): number | undefined {
    const vector = highest(this.irr);
    return vector >> 4 > this.ppr >> 4 ? vector : undefined;
  }

  acknowledge(): number {
    const vector = this.offered;
    if (vector === undefined) throw new Error("nothing is offered");
    this.irr.delete(vector);
    this.isr.add(vector);
    if (vector === this.#timerVector) this.#timerVector = undefined;
    return vector;
  }

  endOfInterrupt(): void {
    this.isr.delete(highest(this.isr));
    this.setLines(this.#lines);
  }
}

/** 0 if there is none. */
const highest = (vectors: ReadonlySet<number>): number => Math.max(0, ...vectors);
