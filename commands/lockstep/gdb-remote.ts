// GDB's remote protocol, as much of it as single steps need: packets over a socket, registers by their names, memory.
// GDB manual, appendix E.

import { createConnection, type Socket } from "node:net";

export interface GdbRemote {
  /** One instruction; nothing else in the machine runs on. */
  step(): Promise<void>;
  registers(): Promise<ReadonlyMap<string, number>>;
  setRegister(name: string, value: number): Promise<void>;
  read(address: number, count: number): Promise<Uint8Array>;
  write(address: number, bytes: Uint8Array): Promise<void>;
  close(): void;
}

interface Place {
  readonly number: number;
  readonly first: number; // byte within the answer to "g"
}

const TRANSFER_BYTES = 0x400; // of memory in a packet

export async function connectGdb(socketPath: string, description: string): Promise<GdbRemote> {
  const ask = await packets(socketPath);
  const places = registerPlaces(await describe(ask, description));

  return {
    async step() {
      const answer = await ask("s");
      if (!/^[ST]/.test(answer)) throw new Error(`the debugger's stub answers a step with "${answer}"`);
    },
    async registers() {
      const bytes = Buffer.from(await ask("g"), "hex");
      const sent = [...places].filter(([, { first }]) => first + 4 <= bytes.length);
      return new Map(sent.map(([name, { first }]) => [name, bytes.readUInt32LE(first)]));
    },
    async setRegister(name, value) {
      const place = places.get(name);
      if (place === undefined) throw new Error(`the debugger's stub has no register ${name}`);
      expectOk(await ask(`P${place.number.toString(16)}=${littleEndian(value)}`), `set ${name}`);
    },
    async read(address, count) {
      const answer = await ask(`m${address.toString(16)},${count.toString(16)}`);
      // Nothing is mapped there: what can be read ends before.
      return answer.startsWith("E") ? new Uint8Array() : Buffer.from(answer, "hex");
    },
    async write(address, bytes) {
      for (let at = 0; at < bytes.length; at += TRANSFER_BYTES) {
        const part = Buffer.from(bytes.subarray(at, at + TRANSFER_BYTES));
        const answer = await ask(`M${(address + at).toString(16)},${part.length.toString(16)}:${part.toString("hex")}`);
        expectOk(answer, `write to ${(address + at).toString(16)}h`);
      }
    },
    close: () => ask.close(),
  };
}

function expectOk(answer: string, what: string): void {
  if (answer !== "OK") throw new Error(`the debugger's stub refuses to ${what}: "${answer}"`);
}

function littleEndian(value: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes.toString("hex");
}

interface Ask {
  (packet: string): Promise<string>;
  close(): void;
}

/** Sends a packet and gives the answer to it; there is never more than one under way. */
async function packets(socketPath: string): Promise<Ask> {
  const socket = await connect(socketPath);
  let received = "";
  let waiting: { readonly resolve: (answer: string) => void; readonly reject: (error: Error) => void } | undefined;
  socket.setEncoding("latin1");
  socket.on("data", (text: string) => {
    received += text;
    const packet = /\$([^#]*)#[0-9a-f]{2}/.exec(received);
    if (packet === null) return;
    received = "";
    socket.write("+");
    waiting?.resolve(packet[1] ?? "");
    waiting = undefined;
  });
  socket.on("close", () => waiting?.reject(new Error("the debugger's stub has closed the connection")));
  socket.on("error", (error) => waiting?.reject(error));

  const ask = async (packet: string): Promise<string> =>
    new Promise((resolve, reject) => {
      waiting = { resolve, reject };
      const sum = Buffer.from(packet, "latin1").reduce((total, byte) => total + byte, 0) & 0xff;
      socket.write(`$${packet}#${sum.toString(16).padStart(2, "0")}`);
    });
  return Object.assign(ask, { close: () => socket.destroy() });
}

async function connect(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(path, () => resolve(socket));
    socket.on("error", reject);
  });
}

/** The XML text that lists the registers. */
async function describe(ask: Ask, name: string): Promise<string> {
  await ask("qSupported:xmlRegisters=i386");
  let text = "";
  for (let more = true; more; ) {
    const part = await ask(`qXfer:features:read:${name}:${text.length.toString(16)},ffb`);
    if (!/^[ml]/.test(part)) throw new Error(`the debugger's stub does not describe its registers: "${part}"`);
    more = part.startsWith("m");
    text += part.slice(1);
  }
  return text;
}

/** Numbers are given where one is not the last one's successor; registers follow each other without gaps. */
function registerPlaces(xml: string): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>();
  let number = 0;
  let first = 0;
  for (const [, attributes = ""] of xml.matchAll(/<reg ([^>]*)\/>/g)) {
    const value = (key: string): string | undefined => new RegExp(`\\b${key}="([^"]*)"`).exec(attributes)?.[1];
    number = Number(value("regnum") ?? number);
    const bytes = Number(value("bitsize")) / 8;
    places.set(value("name") ?? "", { number, first });
    number++;
    first += bytes;
  }
  return places;
}
