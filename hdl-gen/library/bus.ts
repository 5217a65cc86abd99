// A small bus for one access at a time: a host requests, a device says when it is ready.
//
//   request  _/‾‾‾‾‾‾‾‾‾‾‾‾‾\___     write, address, mask and wdata stay as they are while request is set
//   ready    __________/‾‾‾‾\___     the access is done, rdata is there; in the first cycle at the earliest
//
//   busDecoder     one host, many devices by address     no state; a comparator for each device, an OR of ANDs for rdata
//   busArbiter     many hosts in turn, one device        two flip-flops for each host, a multiplexer of the request
//   interconnect   both                                  the sum
//
// With 16 bits of address and 32 of data, 2 devices cost 142 LUTs on ECP5 and 3 hosts 176. None adds a cycle. Where
// nothing answers, an access is ready at once and reads all ones, so that no address can stop a host.
//
// Source: the shape is that of Wishbone B4 (OpenCores, 2010) in its classic cycle, CYC and STB being one here.
import { constant, type Bit, type Bits } from "../language/bits.ts";
import type { Builder } from "../language/builder.ts";
import { and, mux, oneHotMux, or } from "../language/combine.ts";
import { reg } from "../language/declare.ts";
import type { Design } from "../language/design.ts";
import { module } from "../language/module.ts";
import { array, flip, input, output, type Flipped, type Port } from "../language/ports.ts";
import { roundRobinArbiter } from "./arbiter.ts";
import { atMostOne, bitsOf, fromBits } from "./one-hot.ts";
import { requireParameter, requireWhole } from "./parameter.ts";

/** The host's end. */
export type RequestBus = {
  readonly request: Port<"out", 1>;
  readonly write: Port<"out", 1>;
  readonly address: Port<"out">;
  readonly mask: Port<"out">;
  readonly wdata: Port<"out">;
  readonly ready: Port<"in", 1>;
  readonly rdata: Port<"in">;
};

/** Widths in bits. An address counts whatever the devices count; a mask bit stands for 8 bits of data. */
export interface BusShape {
  readonly address: number;
  readonly data: number;
}

export function requestBus({ address, data }: BusShape): RequestBus {
  requireWhole(data / 8, 1, "the number of bytes on a bus");
  return {
    request: output(1, "an access is wanted; everything else stays as it is until ready"),
    write: output(1),
    address: output(address),
    mask: output(data / 8, "the bytes concerned"),
    wdata: output(data),
    ready: input(1, "the access is done, rdata is there"),
    rdata: input(data),
  };
}

/** Addresses from `base` on; `size` is a power of two and divides `base`. */
export interface BusRange {
  readonly base: number;
  readonly size: number;
}
export type BusRanges<D extends string = string> = Readonly<Record<D, BusRange>>;

export type BusDecoderPorts<D extends string = string> = {
  readonly host: Flipped<RequestBus>;
  /** A device sees the address within its range. */
  readonly devices: { readonly [K in D]: RequestBus };
};

export function busDecoder<const D extends string>(
  name: string, shape: BusShape, ranges: BusRanges<D>,
): Design<BusDecoderPorts<D>>;
export function busDecoder(name: string, shape: BusShape, ranges: BusRanges): Design<BusDecoderPorts> {
  checkRanges(shape, ranges);
  const all = Object.entries(ranges);
  const devices = Object.fromEntries(all.map(([key, { size }]) => [key, requestBus({ ...shape, address: bitsFor(size) })]));
  const doc = `Bus decoder: ${all.map(([key, { base, size }]) => `${key} at 0x${base.toString(16)}, ${size}`).join("; ")}.`;
  return module(name, doc, { host: flip(requestBus(shape)), devices }, (m, { host, devices: ends }) => {
    const places = all.map(([key, range]) => {
      const { here } = m.scope(key, () => m.nets({ here: host.request.and(within(host.address, range)) }));
      return { key, range, here, end: endOf(ends, key) };
    });
    const { nobody } = m.nets({ nobody: host.request.and(...places.map(({ here }) => here.not())) });
    for (const { end, here, range } of places) {
      const low = host.address.slice(bitsFor(range.size) - 1, 0);
      const { write, mask, wdata } = host;
      m.drive(requestOf(end), { request: here, write, address: low, mask, wdata });
    }
    host.ready.value = nobody.or(...places.map(({ here, end }) => here.and(end.ready)));
    host.rdata.value = oneHotMux([
      [nobody, constant(-1, shape.data)],
      ...places.map(({ here, end }): [Bit, Bits] => [here, end.rdata]),
    ]);

    m.assert("asks_one_device_at_most", atMostOne(fromBits(places.map(({ here }) => here))));
    m.assert("what_nobody_answers_is_ready_at_once", nobody.not().or(host.ready));
    for (const { key, here } of places) m.cover(`reaches_${key}`, here.and(host.ready));
  });
}

export type BusArbiterPorts = {
  readonly hosts: readonly Flipped<RequestBus>[];
  readonly device: RequestBus;
};

/** Whoever has begun an access finishes it; then the next in turn may. */
export function busArbiter(name: string, shape: BusShape, count: number): Design<BusArbiterPorts> {
  const ports: BusArbiterPorts = { hosts: array(count, flip(requestBus(shape))), device: requestBus(shape) };
  return module(name, `Bus arbiter: ${count} hosts in turn.`, ports, (m, { hosts, device }) => {
    const { requests, served } = m.nets({
      requests: fromBits(hosts.map(({ request }) => request)),
      served: count,
    });
    const turn = m.instance("turn", roundRobinArbiter(count), { requests, advance: device.ready });
    const { unfinished } = m.regs({ unfinished: reg(count, 0, "the host whose access goes on") });
    served.value = mux(unfinished.any(), unfinished, turn.grants);
    unfinished.next = mux(device.ready, constant(0, count), served);

    const serving = bitsOf(served);
    const chosen = (of: (host: (typeof hosts)[number]) => Bits): Bits =>
      oneHotMux(hosts.map((host, i): [Bit, Bits] => [serving[i] ?? constant(0, 1), of(host)]));
    m.drive(requestOf(device), {
      request: served.any(),
      write: chosen(({ write }) => write).as(1),
      address: chosen(({ address }) => address),
      mask: chosen(({ mask }) => mask),
      wdata: chosen(({ wdata }) => wdata),
    });
    hosts.forEach((host, i) => {
      host.ready.value = device.ready.and(serving[i] ?? constant(0, 1));
      host.rdata.value = device.rdata;
    });

    m.ghost(() => {
      const before = m.regs({ unready: reg(count, 0, "hosts whose request was not ready") });
      before.unready.next = requests.and(mux(device.ready, served.not(), constant(-1, count)));
      m.assume("hosts_wait_until_ready", before.unready.and(requests.not()).eq(0));
      m.assert("serves_one_at_most", atMostOne(served));
      m.assert("serves_only_who_asks", served.and(requests.not()).eq(0));
      m.assert("finishes_what_it_began", unfinished.eq(0).or(served.eq(unfinished)));
      m.assert("an_unfinished_access_is_still_asked_for", unfinished.and(before.unready.not()).eq(0));
    });
  });
}

export type InterconnectPorts<D extends string = string> = {
  readonly hosts: readonly Flipped<RequestBus>[];
  readonly devices: { readonly [K in D]: RequestBus };
};

/** `count` hosts in turn, each to any device. The names of the parts within begin with `name`. */
export function interconnect<const D extends string>(
  name: string, shape: BusShape, count: number, ranges: BusRanges<D>,
): Design<InterconnectPorts<D>>;
export function interconnect(name: string, shape: BusShape, count: number, ranges: BusRanges): Design<InterconnectPorts> {
  const arbiter = busArbiter(`${name}_arbiter`, shape, count);
  const decoder = busDecoder(`${name}_decoder`, shape, ranges);
  const ports = { hosts: arbiter.ports.hosts, devices: decoder.ports.devices };
  return module(name, `Interconnect: ${count} hosts in turn, each to any device.`, ports, (m, { hosts, devices }) => {
    const { ready, rdata } = m.nets({ ready: 1, rdata: shape.data });
    const asked = m.instance("arbiter", arbiter, { hosts: hosts.map(requestOf), device: { ready, rdata } });
    const answers = Object.fromEntries(
      Object.entries(devices).map(([key, end]) => [key, { ready: end.ready, rdata: end.rdata }]),
    );
    const answered = m.instance("decoder", decoder, { host: asked.device, devices: answers });
    ready.value = answered.host.ready;
    rdata.value = answered.host.rdata;
    hosts.forEach((host, i) => {
      const end = asked.hosts[i];
      if (end !== undefined) m.drive({ ready: host.ready, rdata: host.rdata }, end);
    });
    for (const [key, end] of Object.entries(devices)) m.drive(requestOf(end), endOf(answered.devices, key));
    for (const [i, host] of hosts.entries()) {
      for (const [key, end] of Object.entries(devices)) claimReached(m, `host_${i}_${key}`, host, end, ranges[key]);
    }
    m.assert("answers_one_host_at_most", atMostOne(fromBits(hosts.map((host) => host.ready))));
  });
}

/** A host whose access is done has reached this device, if the address is the device's, and has its answer. */
function claimReached(m: Builder, name: string, host: HostEnd, device: HostEnd, range: BusRange | undefined): void {
  if (range === undefined) return;
  const offset = host.address.slice(device.address.width - 1, 0);
  const reached = and(
    device.request, device.ready, device.write.eq(host.write), device.address.eq(offset), device.mask.eq(host.mask),
    device.wdata.eq(host.wdata), host.rdata.eq(device.rdata),
  );
  m.assert(`${name}_is_reached`, or(and(host.request, host.ready, within(host.address, range)).not(), reached));
}

/** All of a bus, as values. */
interface HostEnd {
  readonly request: Bit;
  readonly write: Bit;
  readonly address: Bits;
  readonly mask: Bits;
  readonly wdata: Bits;
  readonly ready: Bit;
  readonly rdata: Bits;
}

/** What the host's end of a bus drives. */
function requestOf<R, W, A, M, D>(
  { request, write, address, mask, wdata }: { request: R; write: W; address: A; mask: M; wdata: D },
): { readonly request: R; readonly write: W; readonly address: A; readonly mask: M; readonly wdata: D } {
  return { request, write, address, mask, wdata };
}

function endOf<T>(ends: Readonly<Record<string, T>>, key: string): T {
  const end = ends[key];
  if (end === undefined) throw new Error(`no device "${key}"`);
  return end;
}

const bitsFor = (size: number): number => Math.max(1, Math.log2(size));

function within(address: Bits, { base, size }: BusRange): Bit {
  return bitsFor(size) === address.width ? constant(1, 1) : address.slice(address.width - 1, bitsFor(size)).eq(base / size);
}

function checkRanges({ address }: BusShape, ranges: BusRanges): void {
  const sorted = Object.entries(ranges).toSorted(([, a], [, b]) => a.base - b.base);
  for (const [key, { base, size }] of sorted) {
    requireParameter(
      size >= 2 && Number.isInteger(Math.log2(size)) && base % size === 0 && base >= 0 && base + size <= 2 ** address,
      `device "${key}" cannot have ${size} addresses from 0x${base.toString(16)} on a bus of ${address} address bits`,
      "the size is a power of two, at least 2, and divides the base",
    );
  }
  sorted.forEach(([key, { base }], i) => {
    const [before, range] = sorted[i - 1] ?? [];
    requireParameter(
      range === undefined || range.base + range.size <= base,
      `devices "${before}" and "${key}" overlap at 0x${base.toString(16)}`,
      "move one of them",
    );
  });
}
