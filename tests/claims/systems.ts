// The boot ROM and the systems that the claims are about, built.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { build as buildFirmware } from "../../firmware/build.ts";
import { writeHeaders } from "../../soc/headers.ts";
import prompt from "../../examples/prompt/system.ts";
import { assistSystem, build, kernel_bytes_max, trialSystem } from "../../kernel/build.ts";
import { buildSystem } from "../../system/build.ts";
import { bootClaims } from "./boot.ts";
import type { Claim, SystemName } from "./claim.ts";
import { exceptionClaims } from "./exceptions.ts";
import { processClaims } from "./processes.ts";
import { promptClaims } from "./prompt.ts";

export const claims: readonly Claim[] = [...bootClaims, ...promptClaims, ...exceptionClaims, ...processClaims];

export interface Systems {
  readonly rom: Buffer;
  readonly images: Readonly<Record<SystemName, Buffer>>;
  /** Paths of the linked files; programs that are linked by themselves are not in them. */
  readonly elfs: Readonly<Record<SystemName, string>>;
  readonly programs: readonly string[];
}

/** Builds everything into `folder`. */
export async function buildSystems(folder: string): Promise<Systems> {
  const includeDir = join(folder, "include");
  writeHeaders(includeDir);
  const { rom } = await buildFirmware(join(folder, "firmware"), includeDir);
  const kernels = {
    console: await buildSystem(prompt, join(folder, "console"), includeDir, { kernel_bytes_max }),
    assist: await build(join(folder, "assist"), includeDir, assistSystem),
    trial: await build(join(folder, "trial"), includeDir, trialSystem),
  };
  return {
    rom: readFileSync(rom),
    images: {
      console: readFileSync(kernels.console.image),
      assist: readFileSync(kernels.assist.image),
      trial: readFileSync(kernels.trial.image),
    },
    elfs: { console: kernels.console.elf, assist: kernels.assist.elf, trial: kernels.trial.elf },
    programs: kernels.console.programs.map(({ elf }) => elf),
  };
}

/** The image as the claim's loader left it. */
export function loadedImage(claim: Claim, systems: Systems): Buffer {
  const image = Buffer.from(systems.images[claim.system]);
  claim.damage?.(image);
  return image;
}
