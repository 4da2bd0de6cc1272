/**
 * Two open links that lead to each other, made by a transport under test.
 */
import type { Connector, ExitReason, Link, Listener } from '@troupe/core/transport'
import type { TransportUnderTest } from './transport-under-test.ts'

export interface Pair {
  readonly listener: Listener
  connectorTo(address: string): Connector
}

/** A fresh listener, and how to call it. */
export function openPair(transport: Pick<TransportUnderTest, 'listener' | 'connector'>): Pair {
  const { listener, connector } = transport
  return {
    listener: typeof listener === 'function' ? listener() : listener,
    connectorTo: (address) => (typeof connector === 'function' ? connector(address) : connector),
  }
}

/** One end of a link, with all that it reported. */
export interface End {
  readonly link: Link
  readonly frames: Uint8Array[]
  readonly closed: Promise<ExitReason>
  /** How often `closed` was reported. */
  readonly closings: () => number
  readonly drains: () => number
  /** Resolves when so many frames have come. */
  count(frames: number): Promise<readonly Uint8Array[]>
}

/** Opens a link and notes what it reports. `consume`: frames are counted but not kept. */
export function listenTo(link: Link): End {
  const frames: Uint8Array[] = []
  const waiting = new Set<{ readonly count: number; resolve(): void; reject(error: Error): void }>()
  let closings = 0
  let drains = 0
  let resolveClosed: (reason: ExitReason) => void = () => undefined
  const closed = new Promise<ExitReason>((resolve) => (resolveClosed = resolve))
  link.open({
    frame: (bytes) => {
      frames.push(bytes)
      for (const entry of waiting) {
        if (frames.length < entry.count) continue
        waiting.delete(entry)
        entry.resolve()
      }
    },
    drain: () => drains++,
    closed: (reason) => {
      closings++
      resolveClosed(reason)
      for (const entry of waiting)
        entry.reject(new Error(`the link closed after ${frames.length} frames, before frame ${entry.count}`))
      waiting.clear()
    },
  })
  const count = (wanted: number): Promise<readonly Uint8Array[]> =>
    new Promise((resolve, reject) => {
      if (frames.length >= wanted) resolve(frames)
      else waiting.add({ count: wanted, resolve: () => resolve(frames), reject })
    })
  return { link, frames, closed, closings: () => closings, drains: () => drains, count }
}

/** Both ends of one link, and what closes them and the listener. */
export interface Joined {
  readonly near: Link
  readonly far: Link
  readonly address: string
  [Symbol.asyncDispose](): Promise<void>
}

/** Listens, connects, and hands out both ends unopened. */
export async function join(transport: Pick<TransportUnderTest, 'listener' | 'connector'>): Promise<Joined> {
  const pair = openPair(transport)
  let taken: (link: Link) => void = () => undefined
  const accepted = new Promise<Link>((resolve) => (taken = resolve))
  const bound = await pair.listener.listen((link) => taken(link))
  const near = await pair.connectorTo(bound.address).connect(new AbortController().signal)
  const far = await accepted
  return {
    near,
    far,
    address: bound.address,
    [Symbol.asyncDispose]: async () => {
      near.close()
      far.close()
      await bound.close()
    },
  }
}
