// An instruction for a 32-bit code segment, made into one that does the same in a 16-bit segment: operand and address
// size are the other one's there, so both prefixes are turned round.
import type { Code } from "../program.ts";

const operand_size = 0x66;
const address_size = 0x67;
const prefixes = new Set([0xf0, 0xf2, 0xf3, 0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, operand_size, address_size]);

const addressing_shapes = new Set(["string", "xlat", "loop"]);

/** Whether the address size can matter: not for an instruction between registers. */
function takesAddressSize({ form }: Code): boolean {
  if (form === undefined || form.memory || addressing_shapes.has(form.row.shape)) return true;
  return form.row.name === "jecxz" || form.operands.some(({ kind }) => kind === "memory" || kind === "offset");
}

const takesOperandSize = ({ form }: Code): boolean => form?.size !== 8;

export function recoded(code: Code): Pick<Code, "bytes" | "fixup"> {
  const end = code.bytes.findIndex((byte) => !prefixes.has(byte));
  const head = code.bytes.slice(0, end);
  const others = head.filter((byte) => byte !== operand_size && byte !== address_size);
  const sizes = [
    ...(takesOperandSize(code) && !head.includes(operand_size) ? [operand_size] : []),
    ...(takesAddressSize(code) && !head.includes(address_size) ? [address_size] : []),
  ];
  const bytes = [...sizes, ...others, ...code.bytes.slice(end)];
  const { fixup } = code;
  if (fixup === undefined) return { bytes };
  return { bytes, fixup: { ...fixup, at: fixup.at + bytes.length - code.bytes.length } };
}
