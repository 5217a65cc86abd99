// The build cache: what a step makes is kept under the hash of everything it was made from, so nothing is built twice
// and nothing is ever out of date.
//
// An entry is a folder build/cache/<step>-<hash>. It is made under another name and renamed when it is complete, so an
// interrupted build leaves no half entry, and of two builds that race to the same entry one simply comes second. A
// lock file beside the entry only saves the second the work: it waits for the first, unless that process is gone.

import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { BUILD, ROOT } from "./paths.ts";

export interface Step {
  readonly name: string;
  readonly files?: readonly string[]; // sources: their names and contents count
  readonly facts?: Readonly<Record<string, string | Uint8Array>>; // tool versions, flags, other steps' entries …
  make(folder: string): Promise<void>;
}

const ENTRIES_KEPT_PER_STEP = 8;
const UNUSED_MS_MIN = 3600e3; // an entry used since then is never dropped: someone may be about to open it
const LOCK_POLL_MS = 100;

// The entry's folder, made now if it does not exist yet.
export async function cached(step: Step, cache = join(BUILD, "cache")): Promise<string> {
  const entry = join(cache, `${step.name}-${await hashInputs(step)}`);
  if (await markUsed(entry)) return entry;

  await mkdir(cache, { recursive: true });
  const unlock = await lock(`${entry}.lock`, () => existsSync(entry));
  try {
    if (await markUsed(entry)) return entry;
    const partial = await mkdtemp(join(cache, `.${step.name}-`));
    try {
      await step.make(partial);
      await rename(partial, entry).catch((error: unknown) => {
        if (!existsSync(entry)) throw error;
      });
    } finally {
      await rm(partial, { recursive: true, force: true });
    }
    await dropOldEntries(cache, step.name);
    return entry;
  } finally {
    await unlock();
  }
}

// Every file below a folder whose name passes, sorted: a step's sources.
export async function filesBelow(folder: string, passes: (name: string) => boolean): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile() && passes(entry.name))
    .map((entry) => join(entry.path, entry.name))
    .toSorted();
}

async function hashInputs({ name, files = [], facts = {} }: Step): Promise<string> {
  const hash = createHash("sha256");
  const add = (part: string | Uint8Array): void => {
    hash.update(`${part.length}:`).update(part);
  };
  add(name);
  for (const file of files) {
    add(relative(ROOT, file));
    add(await readFile(file));
  }
  for (const [fact, value] of Object.entries(facts)) {
    add(fact);
    add(value);
  }
  return hash.digest("hex").slice(0, 20);
}

async function markUsed(entry: string): Promise<boolean> {
  const now = new Date();
  return utimes(entry, now, now).then(
    () => true,
    () => false,
  );
}

// Waits until the lock is ours or waiting has become pointless.
async function lock(path: string, done: () => boolean): Promise<() => Promise<void>> {
  const unlock = async (): Promise<void> => rm(path, { force: true });
  for (;;) {
    const taken = await writeFile(path, String(process.pid), { flag: "wx" }).then(
      () => true,
      () => false,
    );
    if (taken) return unlock;
    if (done()) return async () => {};
    if (!isAlive(holder(path))) await unlock();
    await delay(LOCK_POLL_MS);
  }
}

// The process that holds the lock; ours while the file is being written or has just gone: ask again.
function holder(path: string): number {
  try {
    return Number(readFileSync(path, "utf8")) || process.pid;
  } catch {
    return process.pid;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

// Keeps a step's newest entries. What interrupted builds have left is of no use to anyone.
async function dropOldEntries(cache: string, name: string): Promise<void> {
  const entries = await readdir(cache);
  const ours = entries.filter((entry) => entry.replace(/-[0-9a-f]{20}$/, "") === name);
  const unfinished = entries.filter((entry) => entry.startsWith(`.${name}-`));
  const byAge = (await Promise.all(ours.map(aged))).toSorted((a, b) => b.used_ms - a.used_ms);
  const superfluous = [...byAge.slice(ENTRIES_KEPT_PER_STEP), ...(await Promise.all(unfinished.map(aged)))];
  for (const { entry, used_ms } of superfluous) {
    if (Date.now() - used_ms > UNUSED_MS_MIN) await rm(join(cache, entry), { recursive: true, force: true });
  }

  async function aged(entry: string): Promise<{ entry: string; used_ms: number }> {
    const used_ms = await stat(join(cache, entry)).then(
      ({ mtimeMs }) => mtimeMs,
      () => Date.now(),
    );
    return { entry, used_ms };
  }
}
