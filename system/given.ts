// What the compiler refuses: a task whose program needs what the task is not given, and names that there are not. Each
// refusal is a type that no value has, with the reason as its name, so that the reason is in the compiler's message.
import type { CapabilityType } from "../kernel/system-calls.ts";
import type { idleTask } from "./machine.ts";
import type { Description, Needs, Program, TaskDescription } from "./description.ts";

interface Refused<Reason extends string> {
  readonly " refused": Reason;
}

type Text<K> = Extract<K, string>;

/** Where objects of a kind are declared. */
type Declared<D extends Description> = {
  channel: Text<keyof D["channels"]>;
  region: Text<keyof D["regions"]>;
  interrupt: Text<keyof D["interrupts"]>;
  process: Text<keyof D["tasks"]> | typeof idleTask;
  partition: Text<keyof D["partitions"]>;
  clock: "clock";
  log: "log";
  lock: Text<keyof D["locks"]>;
  lane: Text<keyof D["lanes"]>;
};

/** `unknown` if all is well: an intersection with it changes nothing. */
type CheckedGiven<D extends Description, G> = {
  [Name in keyof G]: {
    [K in keyof G[Name]]: K extends CapabilityType
      ? G[Name][K] extends Declared<D>[K]
        ? unknown
        : Refused<`there is no ${K} "${Text<G[Name][K]>}"`>
      : unknown;
  };
};

type NeedsOf<P> = P extends { readonly needs: infer N extends Needs } ? N : P extends readonly (infer Q)[]
  ? (Q extends { readonly needs: infer N extends Needs } ? N : never)
  : never;

type KindOf<N> = Extract<keyof N, CapabilityType>;

/** Names that a program needs, and that are missing or not enough in what is given. */
type Lacking<N, G> = string extends keyof N ? never : {
  [Name in keyof N]: Name extends keyof G
    ? KindOf<N[Name]> extends keyof G[Name]
      ? N[Name][KindOf<N[Name]>] extends readonly (infer Needed)[]
        ? G[Name] extends { readonly rights: readonly (infer Allowed)[] }
          ? [Needed] extends [Allowed]
            ? never
            : `"${Text<Name>}" needs the right ${Text<Exclude<Needed, Allowed>>}`
          : never
        : never
      : `"${Text<Name>}" must be given a ${KindOf<N[Name]>}`
    : `its program needs "${Text<Name>}", which it is not given`;
}[keyof N];

type CheckedProgram<T extends TaskDescription, G> =
  [Lacking<NeedsOf<T["program"]>, G>] extends [never] ? unknown : Refused<Text<Lacking<NeedsOf<T["program"]>, G>>>;

/** A union has only the keys that all its members have. */
type KeysOf<U> = U extends unknown ? keyof U : never;

type CheckedTask<D extends Description, T extends TaskDescription> = {
  readonly [K in Exclude<keyof T, KeysOf<TaskDescription>>]: Refused<`a task has no "${Text<K>}"`>;
} & {
  readonly program: CheckedProgram<T, T extends { readonly given: infer G } ? G : object>;
} & (T extends { readonly given: infer G } ? { readonly given: CheckedGiven<D, G> } : unknown) &
  (T extends { readonly partition: infer P }
    ? { readonly partition: P extends keyof D["partitions"] ? unknown : Refused<`there is no partition "${Text<P>}"`> }
    : unknown) &
  (T extends { readonly onFault: { readonly tell: infer C } }
    ? { readonly onFault: C extends keyof D["channels"] ? unknown : Refused<`there is no channel "${Text<C>}"`> }
    : unknown);

type CheckedInterrupt<D extends Description, I> = I extends { readonly to: { readonly channel: infer C } }
  ? { readonly to: C extends keyof D["channels"] ? unknown : Refused<`there is no channel "${Text<C>}"`> }
  : I extends { readonly to: { readonly release: infer T } }
    ? { readonly to: T extends keyof D["tasks"] ? unknown : Refused<`there is no task "${Text<T>}"`> }
    : unknown;

/** To be met by a description besides its form. */
export type Checked<D extends Description> = {
  readonly tasks: { readonly [T in keyof D["tasks"]]: CheckedTask<D, D["tasks"][T]> };
} & (D["interrupts"] extends object
  ? { readonly interrupts: { readonly [N in keyof D["interrupts"]]: CheckedInterrupt<D, D["interrupts"][N]> } }
  : unknown);

/** A program, with the type of what it needs. */
export const defineProgram = <const P extends Program>(program: P): P => program;
