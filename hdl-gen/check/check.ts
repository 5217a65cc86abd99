// What must hold of a finished module. Checks run in the order in which their messages help most.
import type { Design } from "../language/design.ts";
import { checkDomains } from "./domains.ts";
import { checkDrivers } from "./drivers.ts";
import { checkEnumerations } from "./enumerations.ts";
import { checkGhosts } from "./ghosts.ts";
import { checkLoops } from "./loops.ts";
import { checkOwners } from "./owners.ts";

/** Throws what is wrong; gives the combinational paths through the module. */
export function checkDesign(design: Design): ReadonlyMap<string, ReadonlySet<string>> {
  checkOwners(design);
  checkGhosts(design);
  checkDomains(design);
  checkEnumerations(design);
  checkDrivers(design);
  return checkLoops(design);
}
