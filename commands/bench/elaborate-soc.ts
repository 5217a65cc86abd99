// A process of its own for hdl-elaborate.ts: makes the whole SoC's Verilog and prints the CPU seconds that took since
// the process began, and how many of them were over when the sources were loaded.
const { verilog } = await import("#hdl-gen");
const { atomicosConfig, atomicosSoc } = await import("../../soc/soc.ts");

const cpuSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};
const loaded = cpuSeconds();
const { length } = verilog(atomicosSoc(atomicosConfig({ even: "even.hex", odd: "odd.hex" })));
console.log(JSON.stringify({ all: cpuSeconds(), loaded, characters: length }));
