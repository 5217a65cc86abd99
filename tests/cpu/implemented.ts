// What the core has of the table. Each omission has its reason; core.test.ts checks that what is left out is an
// undefined opcode, so an instruction that is added must be struck off here.
import type { CampaignName } from "./campaigns.ts";
import type { Selection } from "./generate.ts";

export const implemented: Selection = { level: 686, without: [] };

/** Campaigns of which the core has what they are about. */
export const implemented_campaigns: readonly CampaignName[] = ["flat", "sixteen", "segments", "smc"];
