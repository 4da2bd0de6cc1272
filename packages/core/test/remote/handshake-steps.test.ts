/**
 * What goes on while proofs are computed, what they are bound to, and frames that were changed on their way.
 */
import * as fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { ManualClock } from '../../src/base/manual-clock.ts'
import { isTroupeError } from '../../src/errors/troupe-error.ts'
import type { Link, LinkEvents } from '../../src/model/link.ts'
import type { Secret } from '../../src/model/link-policy.ts'
import { computeProof, deriveKeys, sameBytes } from '../../src/remote/auth.ts'
import { encodeProof } from '../../src/remote/hello.ts'
import { openSession } from '../../src/remote/open-session.ts'
import type { Session } from '../../src/remote/session.ts'
import { memoryTransport } from '../../src/transport/memory-transport.ts'
import { testSystem } from '../support/test-system.ts'
import { Tally, rejection, turns } from '../support/waiting.ts'
import { FakeNode } from './fake-node.ts'
import { ProvingPeer, helloFrame, keyIdOf, proofOf } from './proving-peer.ts'

const SECRET = 'correct horse battery staple'
const OTHER = 'incorrect horse battery staple'

/** A node at one end of a link. */
function open(link: Link, role: 'dialer' | 'acceptor', secret: Secret | null = SECRET, clock: ManualClock = new ManualClock()) {
  const node = new FakeNode(role, clock)
  const opening = openSession(link, node, { trust: 'untrusted', heartbeat: 'off', role, ...(secret === null ? {} : { secret }) })
  opening.catch(() => undefined)
  return opening
}

/** Two ends of one link. */
async function ends(): Promise<{ near: Link; far: Link; isOpen: () => boolean }> {
  const transport = memoryTransport()
  const accepted: Link[] = []
  await transport.listener.listen((link) => accepted.push(link))
  const near = await transport.connector.connect(new AbortController().signal)
  const [far] = accepted
  if (far === undefined) throw new Error('nobody called')
  return { near, far, isOpen: () => transport.open > 0 }
}

/** A link whose frames arrive in the turn in which the test says so. */
class SuddenLink implements Link {
  readonly peer = 'sudden'
  readonly sent = new Tally<Uint8Array>()
  isClosed = false
  #events: LinkEvents | null = null

  open(events: LinkEvents): void {
    this.#events = events
  }

  send(frame: Uint8Array): boolean {
    this.sent.add(frame)
    return true
  }

  close(): void {
    this.isClosed = true
  }

  arrive(frame: Uint8Array): void {
    this.#events?.frame(frame)
  }
}

function bound(link: Link, binding: Uint8Array | null): Link {
  return {
    peer: link.peer,
    ...(binding === null ? {} : { binding }),
    open: (events) => link.open(events),
    send: (frame) => link.send(frame),
    close: (reason) => link.close(reason),
  }
}

describe('proofs', () => {
  it('are what other implementations compute', async () => {
    const parts = [Uint8Array.of(1, 2, 3), new Uint8Array(0), new Uint8Array(300).fill(7)]
    for (const secret of [SECRET, 'Schlüssel, nicht aus ASCII 🗝']) {
      const [key] = await deriveKeys(secret)
      if (key === undefined) throw new Error('no key')
      expect(key.id).toEqual(keyIdOf(secret))
      for (const role of ['dialer', 'acceptor'] as const)
        expect(await computeProof(key, role, parts)).toEqual(proofOf(secret, role, parts))
    }
  })

  it('come from keys that nobody can read out', async () => {
    for (const { key } of await deriveKeys([SECRET, OTHER])) expect(key.extractable).toBe(false)
  })

  it('are compared byte for byte', () => {
    expect(sameBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true)
    for (const other of [[1, 3], [0, 2], [1], [1, 2, 0], []])
      expect(sameBytes(Uint8Array.of(1, 2), Uint8Array.from(other))).toBe(false)
  })
})

describe('a handshake with a secret', () => {
  const tls = new Uint8Array(32).fill(1)
  it.each<[string, Uint8Array | null, Uint8Array | null, boolean]>([
    ['agrees over one encrypted connection', tls, tls, true],
    ['fails over two that somebody joined', tls, new Uint8Array(32).fill(2), false],
    ['fails when only the dialer has one', tls, null, false],
    ['fails when only the acceptor has one', null, tls, false],
    ['fails when one has nothing to bind to', new Uint8Array(0), null, false],
  ])('%s', async (_, dialer, acceptor, agrees) => {
    const { near, far } = await ends()
    const openings = [open(bound(near, dialer), 'dialer'), open(bound(far, acceptor), 'acceptor')]
    if (agrees) expect((await Promise.all(openings)).map(({ state }) => state)).toEqual(['open', 'open'])
    else for (const opening of openings) await expect(opening).rejects.toMatchObject({ code: 'TROUPE_AUTHENTICATION' })
  })

  it('does not look at the secret on links to workers', async () => {
    const { near, far } = await ends()
    const clock = new ManualClock()
    const options = { trust: 'trusted', heartbeat: 'off' } as const
    const accepted = openSession(far, new FakeNode('far', clock), { ...options, role: 'acceptor' })
    const dialed = openSession(near, new FakeNode('near', clock), { ...options, role: 'dialer', secret: SECRET })
    expect((await Promise.all([accepted, dialed])).map(({ state }) => state)).toEqual(['open', 'open'])
  })

  it('keeps one frame that comes while it computes', async () => {
    const link = new SuddenLink()
    const opening = open(link, 'acceptor')
    link.arrive(helloFrame(SECRET)) // keys are being derived
    expect(link.sent.items).toEqual([])
    expect((await link.sent.reaches(2)).map(([kind]) => kind)).toEqual([1, 5])
    link.arrive(encodeProof(new Uint8Array(32)))
    await expect(opening).rejects.toMatchObject({ code: 'TROUPE_AUTHENTICATION' })
  })

  it.each<[string, readonly Uint8Array[]]>([
    ['two frames', [helloFrame(SECRET), encodeProof(new Uint8Array(32))]],
    ['a frame of 513 bytes', [new Uint8Array(513)]],
  ])('fails at once when %s come while it computes', async (_, frames) => {
    const link = new SuddenLink()
    const opening = open(link, 'acceptor')
    for (const frame of frames) link.arrive(frame)
    expect(link.isClosed).toBe(true)
    await expect(opening).rejects.toThrow('it sends before it was answered')
    expect(link.sent.items).toEqual([])
  })

  it('ends with a link that is lost while it computes, at each step', async () => {
    for (const step of [0, 1, 2]) {
      const { near, far, isOpen } = await ends()
      const clock = new ManualClock()
      const opening = open(near, 'acceptor', SECRET, clock)
      const peer = new ProvingPeer(far)
      if (step === 1) peer.hello(SECRET)
      if (step === 2) peer.prove(SECRET, 'dialer', await peer.greet(SECRET))
      far.close({ kind: 'disconnected', node: 'raw' })
      const error = await rejection(opening)
      expect(String(error)).toContain('the link ended')
      await turns()
      expect([clock.pending, isOpen()]).toEqual([0, false])
    }
  })

  it('refuses a dialer that asks for a proof of nothing', async () => {
    const { near, far } = await ends()
    const opening = open(near, 'acceptor', null)
    new ProvingPeer(far).hello(SECRET)
    await expect(opening).rejects.toMatchObject({
      code: 'TROUPE_AUTHENTICATION',
      message: expect.stringContaining('we have none') as string,
    })
  })

  it('never throws past the link, and agrees only to frames that nobody changed', async () => {
    const change = fc.oneof(
      fc.record({ kind: fc.constant('flip'), at: fc.nat(), by: fc.integer({ min: 1, max: 255 }) }),
      fc.record({ kind: fc.constant('cut'), at: fc.nat() }),
      fc.record({ kind: fc.constant('insert'), at: fc.nat(), bytes: fc.uint8Array({ minLength: 1, maxLength: 600 }) }),
      fc.record({ kind: fc.constant('replace'), bytes: fc.uint8Array({ maxLength: 600 }) }),
      fc.record({ kind: fc.constant('none') }),
    ) as fc.Arbitrary<Change>
    await fc.assert(
      fc.asyncProperty(change, change, async (first, second) => {
        const { near, far } = await ends()
        const clock = new ManualClock()
        const opening = open(near, 'acceptor', SECRET, clock)
        const peer = new ProvingPeer(far)
        const hello = helloFrame(SECRET)
        const changedHello = changed(hello, first)
        peer.send(changedHello)
        const answered = Promise.race([peer.frames(2), opening.then(() => null, () => null)]) // prettier-ignore
        const [answer, proof] = (await answered) ?? []
        let isWhole = sameBytes(hello, changedHello)
        if (answer !== undefined && proof !== undefined) {
          const last = encodeProof(proofOf(SECRET, 'dialer', [hello, answer, proof]))
          const changedLast = changed(last, second)
          isWhole &&= sameBytes(last, changedLast)
          peer.send(changedLast)
        }
        const outcome = await opening.catch((error: unknown) => error)
        if (isWhole) expect((outcome as Session).state).toBe('open')
        else expect(isTroupeError(outcome)).toBe(true)
        far.close()
        await peer.ends.reaches(1)
        expect(clock.pending).toBe(0)
      }),
      { numRuns: 300 },
    )
  })
})

describe('a platform without WebCrypto', () => {
  afterEach(() => void vi.unstubAllGlobals())

  it('is told so before anything is bound or called', async () => {
    await using system = testSystem()
    vi.stubGlobal('crypto', { getRandomValues: () => undefined })
    const { listener, connector } = memoryTransport()
    for (const opening of [system.listen(listener, { secret: SECRET }), system.connect(connector, { secret: SECRET })])
      await expect(opening).rejects.toMatchObject({
        code: 'TROUPE_AUTHENTICATION',
        message: expect.stringContaining('pages from https and localhost only') as string,
      })
  })
})

type Change =
  | { readonly kind: 'flip'; readonly at: number; readonly by: number }
  | { readonly kind: 'cut'; readonly at: number }
  | { readonly kind: 'insert'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'replace'; readonly bytes: Uint8Array }
  | { readonly kind: 'none' }

function changed(frame: Uint8Array, change: Change): Uint8Array {
  const at = 'at' in change ? change.at % frame.length : 0
  switch (change.kind) {
    case 'flip':
      return frame.map((byte, index) => (index === at ? byte ^ change.by : byte))
    case 'cut':
      return frame.slice(0, at)
    case 'insert':
      return Uint8Array.of(...frame.subarray(0, at), ...change.bytes, ...frame.subarray(at))
    case 'replace':
      return change.bytes
    case 'none':
      return frame
  }
}
