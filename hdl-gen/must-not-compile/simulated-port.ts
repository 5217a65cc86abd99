// The simulator has the ports of the design.
import { input, module, simulate } from "#hdl-gen";

const d = module("m", "", { bus: { address: input(8) } }, () => {});
// TS2551: Property 'adress' does not exist on type '{ address: number; } & {}'. Did you mean 'address'?
simulate(d).io.bus.adress = 1;
