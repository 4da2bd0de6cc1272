/**
 * What hop-thread and hop-process ask of a peer on the other side, whoever carries the messages: four kinds of traffic.
 */
import type { Bout, Contender } from '../question.ts'

const MIB = 1_048_576

/** The far side, as one contender reaches it. */
export interface Peer {
  /** One way. A promise: wait for room before the next one. */
  take(n: number): void | PromiseLike<void>
  /** Sum of the `n` that arrived since the last call, once all that was sent has. */
  taken(): Promise<number>
  /** Resolves to `n + 1`. */
  increment(n: number): Promise<number>
  /** One way. */
  takeBytes(bytes: Uint8Array<ArrayBuffer>): void | PromiseLike<void>
  /** Sum of the bytes that arrived since the last call. */
  takenBytes(): Promise<number>
  end(): void | Promise<void>
}

export type Traffic = 'one way' | '64 asks' | 'round trip' | '1 MiB'

/** The contender who does a kind of traffic over a peer. */
export function traveler(name: string, traffic: Traffic, connect: () => Promise<Peer>, share = 1): Contender {
  const run = TRAFFICS[traffic]
  return {
    name,
    share,
    async start(work): Promise<Bout> {
      const peer = await connect()
      return { run: () => run(peer, work), end: () => peer.end() }
    },
  }
}

const TRAFFICS: Readonly<Record<Traffic, (peer: Peer, work: number) => Promise<number | void>>> = {
  'one way': oneWay,
  '64 asks': manyAsks,
  'round trip': roundTrips,
  '1 MiB': payloads,
}

async function oneWay(peer: Peer, work: number): Promise<void> {
  for (let sent = 0; sent < work; sent++) {
    const room = peer.take(1)
    if (room !== undefined) await room
  }
  expect(await peer.taken(), work)
}

async function manyAsks(peer: Peer, work: number): Promise<void> {
  const LANES = 64
  const lane = async (): Promise<void> => {
    for (let n = 0; n < work / LANES; n++) expect(await peer.increment(n), n + 1)
  }
  await Promise.all(Array.from({ length: LANES }, lane))
}

/** The median, in microseconds. */
async function roundTrips(peer: Peer, work: number): Promise<number> {
  const times: number[] = []
  for (let n = 0; n < work; n++) {
    const start = performance.now()
    expect(await peer.increment(n), n + 1)
    times.push((performance.now() - start) * 1_000)
  }
  return times.sort((one, other) => one - other)[times.length >> 1] ?? Number.NaN
}

/** Each payload is filled anew: some contenders give theirs away. */
async function payloads(peer: Peer, work: number): Promise<void> {
  for (let sent = 0; sent < work; sent++) {
    const room = peer.takeBytes(new Uint8Array(MIB).fill(sent))
    if (room !== undefined) await room
  }
  expect(await peer.takenBytes(), work * MIB)
}

function expect(actual: number, expected: number): void {
  if (actual !== expected) throw new Error(`${expected} was expected from the far side, ${actual} came`)
}
