// What the MPU does, told without regard to hardware: a list of regions for each task and one for all, and the rule by
// which an access is refused. Only that a region which is written counts two clocks later is said as the hardware has it.
import { ringRights, rings, writeExecutesBit, type MpuConfig } from "./shape.ts";

export interface RegionSetup {
  /** First and last granule. */
  readonly base: number;
  readonly limit: number;
  /** As RIGHTS has them. */
  readonly rights: number;
}

export interface Selection {
  readonly task: number;
  readonly common: boolean;
  readonly region: number;
}

export type Kind = "read" | "write" | "execute";

export interface AccessSetup {
  /** First and last granule that it touches. */
  readonly first: number;
  readonly last: number;
  readonly ring: number;
  readonly kind: Kind;
}

const nothing: RegionSetup = { base: 0, limit: 0, rights: 0 };

const rightsOfRing = (rights: number, ring: number): number => (rights >> (2 * ring)) & 3;
const allRings = Array.from({ length: rings }, (_, ring) => ring);
const anyRing = (rights: number, right: number): boolean =>
  allRings.some((ring) => rightsOfRing(rights, ring) === right);
const writesExecute = (rights: number): boolean => ((rights >> writeExecutesBit) & 1) === 1;
const isWritableAndExecutable = (rights: number): boolean =>
  anyRing(rights, ringRights.WRITE) && (anyRing(rights, ringRights.EXECUTE) || writesExecute(rights));

export class MpuModel {
  enabled = false;
  wxLocked = false;
  locked = 0;
  refused = false;
  selected: Selection = { task: 0, common: false, region: 0 };
  edited: RegionSetup = nothing;
  activeTask = 0;
  #activeKnown = true;
  readonly #config: MpuConfig;
  /** What was written last, in force or not. */
  readonly #own: RegionSetup[][];
  readonly #common: RegionSetup[];
  /** What is in force, by the numbers of all regions, own ones by task first. */
  readonly #inForce = new Map<string, RegionSetup>();
  #fresh: (() => void) | undefined;
  #settling: (() => void) | undefined;

  constructor(config: MpuConfig) {
    this.#config = config;
    this.#own = Array.from({ length: config.tasks }, () => Array.from({ length: config.own }, () => nothing));
    this.#common = Array.from({ length: config.common }, () => nothing);
  }

  control(enable: boolean, lock: boolean): void {
    this.wxLocked ||= lock;
    this.enabled = enable || this.wxLocked;
  }

  lock(common: number): void { this.locked |= common; }

  select(selection: Selection): void {
    this.selected = selection;
    const list = this.#list(selection);
    this.edited = list[selection.region] ?? list.at(-1) ?? this.edited;
  }

  /** BASE and LIMIT are edited; now they count, with these rights. */
  commit(rights: number): void {
    const { selected } = this;
    const list = this.#list(selected);
    const isLocked = selected.common && ((this.locked >> selected.region) & 1) === 1;
    const exists = selected.region < list.length;
    this.refused = !exists || isLocked || (this.wxLocked && isWritableAndExecutable(rights));
    if (this.refused) return;
    const region = { ...this.edited, rights };
    this.edited = region;
    list[selected.region] = region;
    const name = nameOf(selected);
    this.#fresh = () => { this.#inForce.set(name, region); };
  }

  /** The end of a clock. */
  tick(exchange: { readonly task: number; readonly complete: boolean } | undefined): void {
    this.#settling?.();
    this.#settling = this.#fresh;
    this.#fresh = undefined;
    if (exchange === undefined) return;
    this.activeTask = exchange.task;
    this.#activeKnown = exchange.complete;
  }

  refuses({ first, last, ring, kind }: AccessSetup): boolean {
    if (!this.enabled) return false;
    const there = this.#regions().filter(({ base, limit }) => base <= first && last <= limit);
    if (!there.some(({ rights }) => this.#lets(rights, ring, kind))) return true;
    return kind === "execute" && this.wxLocked && there.some(({ rights }) =>
      allRings.some((who) => who >= ring && rightsOfRing(rights, who) === ringRights.WRITE));
  }

  #lets(rights: number, ring: number, kind: Kind): boolean {
    const right = rightsOfRing(rights, ring);
    if (kind === "read") return right !== ringRights.NONE;
    if (kind === "write") return right === ringRights.WRITE;
    if (this.wxLocked && isWritableAndExecutable(rights)) return false;
    return right === ringRights.EXECUTE || (right === ringRights.WRITE && writesExecute(rights));
  }

  #list({ task, common }: Selection): RegionSetup[] {
    return common ? this.#common : (this.#own[task] ?? []);
  }

  /** All that count now. */
  #regions(): readonly RegionSetup[] {
    const named = (common: boolean, count: number): RegionSetup[] =>
      Array.from({ length: count }, (_, region) =>
        this.#inForce.get(nameOf({ task: this.activeTask, common, region })) ?? nothing);
    return [...(this.#activeKnown ? named(false, this.#config.own) : []), ...named(true, this.#config.common)];
  }
}

const nameOf = ({ task, common, region }: Selection): string => (common ? `common ${region}` : `${task} ${region}`);
