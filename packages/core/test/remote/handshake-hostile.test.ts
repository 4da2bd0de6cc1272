/**
 * Bad handshakes, at both ends. Each is tried by a peer by hand, which then sends a message all the same.
 */
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { actor } from '../../src/actor/define.ts'
import { ManualClock } from '../../src/base/manual-clock.ts'
import type { SystemEvent } from '../../src/model/event.ts'
import type { Link } from '../../src/model/link.ts'
import { encodeProof, encodeRefusal, encodeWelcome } from '../../src/remote/hello.ts'
import { openSession } from '../../src/remote/open-session.ts'
import { memoryTransport } from '../../src/transport/memory-transport.ts'
import { record, timedSystem } from '../support/test-system.ts'
import { gate, rejection, turns } from '../support/waiting.ts'
import { FakeNode } from './fake-node.ts'
import { ProvingPeer, helloFrame, keyIdOf, proofOf } from './proving-peer.ts'

const SECRET = 'correct horse battery staple'
const OTHER = 'incorrect horse battery staple'
const AUTHENTICATION = 'TROUPE_AUTHENTICATION'
const HANDSHAKE = 'TROUPE_HANDSHAKE'

/** `earlier`: the frames that an honest peer sent in a handshake that succeeded before. */
type Attack = (peer: ProvingPeer, clock: ManualClock, earlier: readonly Uint8Array[]) => Promise<void> | void

const AGAINST_ACCEPTORS: readonly (readonly [name: string, code: string, attack: Attack])[] = [
  [
    'none: a hello without a nonce',
    AUTHENTICATION,
    async (peer) => {
      peer.hello(null)
      await peer.frames(1)
    },
  ],
  ['none: no hello at all', HANDSHAKE, () => undefined],
  ['wrong key, whose id is unknown', AUTHENTICATION, async (peer) => peer.prove(OTHER, 'dialer', await peer.greet(OTHER))],
  [
    'wrong key under the id of the right one',
    AUTHENTICATION,
    async (peer) => peer.prove(OTHER, 'dialer', await peer.greet(SECRET)),
  ],
  [
    'replayed nonce: all that an honest dialer said before',
    AUTHENTICATION,
    async (peer, _, [hello, proof]) => {
      peer.send(hello ?? new Uint8Array())
      await peer.frames(2)
      peer.send(proof ?? new Uint8Array())
    },
  ],
  [
    'reflected MAC: the proof that the acceptor sent',
    AUTHENTICATION,
    async (peer) => {
      const [, , proof] = await peer.greet(SECRET)
      peer.send(proof)
    },
  ],
  [
    'swapped roles: the right key and frames under the label of acceptors',
    AUTHENTICATION,
    async (peer) => peer.prove(SECRET, 'acceptor', await peer.greet(SECRET)),
  ],
  [
    'swapped roles: frames in the order of the other end',
    AUTHENTICATION,
    async (peer) => {
      const [hello, answer, proof] = await peer.greet(SECRET)
      peer.prove(SECRET, 'dialer', [answer, hello, proof])
    },
  ],
  ['truncated hello', HANDSHAKE, (peer) => peer.send(helloFrame(SECRET).subarray(0, 60))],
  [
    'truncated proof',
    HANDSHAKE,
    async (peer) => peer.send(encodeProof(proofOf(SECRET, 'dialer', await peer.greet(SECRET))).subarray(0, 37)),
  ],
  ['oversize hello', HANDSHAKE, (peer) => peer.send(Uint8Array.of(...helloFrame(SECRET), ...new Uint8Array(512)))],
  [
    'oversize proof',
    HANDSHAKE,
    async (peer) => {
      const proof = encodeProof(proofOf(SECRET, 'dialer', await peer.greet(SECRET)))
      peer.send(Uint8Array.of(...proof, ...new Uint8Array(512)))
    },
  ],
  [
    '1 byte a second',
    HANDSHAKE,
    async (peer, clock) => {
      for (const byte of helloFrame(SECRET).subarray(0, 5)) {
        peer.send(Uint8Array.of(byte))
        await clock.advance(1_000)
      }
    },
  ],
  [
    'a hello in the last moment, and a proof after the deadline',
    HANDSHAKE,
    async (peer, clock) => {
      await clock.advance(4_900)
      const parts = await peer.greet(SECRET)
      await clock.advance(99)
      expect(peer.ends.items).toEqual([])
      await clock.advance(1)
      peer.prove(SECRET, 'dialer', parts)
    },
  ],
  ['downgrade: an older version', HANDSHAKE, (peer) => peer.hello(SECRET, { version: 0 })],
  [
    'downgrade: a second hello, without a nonce, in place of the proof',
    AUTHENTICATION,
    async (peer) => {
      await peer.greet(SECRET)
      peer.hello(null)
    },
  ],
  [
    'downgrade: a welcome in place of the proof',
    AUTHENTICATION,
    async (peer) => {
      await peer.greet(SECRET)
      peer.send(encodeWelcome())
    },
  ],
  [
    'downgrade: a message in place of the proof',
    HANDSHAKE,
    async (peer) => {
      await peer.greet(SECRET)
    },
  ],
]

describe('an acceptor with a secret', () => {
  it.each(AGAINST_ACCEPTORS)('lets nobody in by: %s', async (_, __, attack) => {
    const { clock, system } = timedSystem({ name: 'shop' })
    await using shop = system
    const { connector, listener } = memoryTransport()
    const got: string[] = []
    const met = gate()
    const Journal = actor({
      name: 'Journal',
      setup: () => ({
        add: (what: string) => {
          got.push(what)
          met.open()
        },
      }),
    })
    shop.register('journal', shop.spawn(Journal))
    await shop.listen(listener, { secret: [SECRET, 'the one that we had before'] })
    const dial = async (): Promise<ProvingPeer> => new ProvingPeer(await connector.connect(new AbortController().signal))

    const honest = await dial()
    honest.prove(SECRET, 'dialer', await honest.greet(SECRET))
    await honest.frames(3)
    honest.tell('journal')
    await met.promise // the way that no attack may open

    const { events } = record(shop)
    const start = clock.now()
    const peer = await dial()
    await attack(peer, clock, honest.said)
    peer.tell('journal')
    if (peer.ends.items.length === 0) await turns()
    await peer.ends.reaches(1)
    await turns()
    expect(clock.now() - start).toBeLessThanOrEqual(5_000)
    expect(got).toEqual(['from a stranger'])
    expect(events).toContainEqual({ kind: 'peer-refused', node: 'memory: connector', action: 'connect', name: 'shop' })
    expect(events.filter(({ kind }) => kind === 'node-up')).toEqual([])
    expectNoSecret(inspect(events, { depth: 9 }), ...peer.heard.items)
  })

  it.each(AGAINST_ACCEPTORS)('rejects with a code: %s', async (_, code, attack) => {
    const clock = new ManualClock()
    const node = new FakeNode('node', clock)
    const [first, second] = [await ends(), await ends()]
    const opened = openSession(first.near, node, { trust: 'untrusted', heartbeat: 'off', role: 'acceptor', secret: SECRET })
    const honest = new ProvingPeer(first.far)
    honest.prove(SECRET, 'dialer', await honest.greet(SECRET))
    await opened
    const opening = openSession(second.near, node, { trust: 'untrusted', heartbeat: 'off', role: 'acceptor', secret: SECRET })
    const failing = rejection(opening)
    const peer = new ProvingPeer(second.far)
    await attack(peer, clock, honest.said)
    peer.tell('journal')
    const error = await failing
    expect(error).toMatchObject({ code })
    expectNoSecret(inspect(error, { depth: 9 }))
    expect(clock.pending).toBe(0)
  })

  it('says the same to a wrong key and to an unknown one, frame by frame', async () => {
    const heard = await Promise.all(
      [keyIdOf(SECRET), keyIdOf(OTHER)].map(async (keyId) => {
        const { near, far } = await ends()
        const node = new FakeNode('node', new ManualClock())
        const failing = rejection(openSession(near, node, { trust: 'untrusted', role: 'acceptor', secret: SECRET }))
        const peer = new ProvingPeer(far)
        peer.hello(OTHER, { keyId })
        await peer.frames(2)
        peer.prove(OTHER, 'dialer', [])
        const frames = await peer.frames(3)
        return { lengths: frames.map(({ length }) => length), last: frames[2], error: String(await failing) }
      }),
    )
    expect(heard[0]).toEqual(heard[1])
    expect(heard[0]?.last).toEqual(encodeRefusal('authentication failed', 'authentication'))
  })
})

const AGAINST_DIALERS: readonly (readonly [name: string, code: string, attack: Attack])[] = [
  ['downgrade: a hello without a nonce', AUTHENTICATION, (peer) => peer.hello(null)],
  ['none: a welcome at once', AUTHENTICATION, (peer) => peer.send(encodeWelcome())],
  [
    'none: a welcome behind its hello',
    AUTHENTICATION,
    (peer) => {
      peer.hello(SECRET)
      peer.send(encodeWelcome())
    },
  ],
  [
    'wrong key',
    AUTHENTICATION,
    async (peer) => {
      const [hello = new Uint8Array()] = await peer.frames(1)
      peer.hello(OTHER)
      peer.prove(OTHER, 'acceptor', [hello, peer.said[0] ?? new Uint8Array()])
    },
  ],
  [
    'replayed nonce: all that an honest acceptor said before',
    AUTHENTICATION,
    (peer, _, earlier) => {
      for (const frame of earlier.slice(0, 2)) peer.send(frame)
    },
  ],
  [
    'reflected hello',
    HANDSHAKE,
    async (peer) => {
      const [hello = new Uint8Array()] = await peer.frames(1)
      peer.send(hello)
    },
  ],
  [
    'swapped roles',
    AUTHENTICATION,
    async (peer) => {
      const [hello = new Uint8Array()] = await peer.frames(1)
      peer.hello(SECRET)
      peer.prove(SECRET, 'dialer', [hello, peer.said[0] ?? new Uint8Array()])
    },
  ],
  ['truncated hello', HANDSHAKE, (peer) => peer.send(helloFrame(SECRET).subarray(0, 60))],
  [
    'truncated proof',
    HANDSHAKE,
    (peer) => {
      peer.hello(SECRET)
      peer.send(encodeProof(new Uint8Array(31)))
    },
  ],
  ['oversize hello', HANDSHAKE, (peer) => peer.send(Uint8Array.of(...helloFrame(SECRET), ...new Uint8Array(512)))],
  [
    '1 byte a second',
    HANDSHAKE,
    async (peer, clock) => {
      for (const byte of helloFrame(SECRET).subarray(0, 5)) {
        peer.send(Uint8Array.of(byte))
        await clock.advance(1_000)
      }
    },
  ],
  [
    'a right proof, and no welcome',
    HANDSHAKE,
    async (peer, clock) => {
      await answer(peer)
      await clock.advance(5_000)
    },
  ],
  [
    'a right proof, and a refusal of ours',
    AUTHENTICATION,
    async (peer) => {
      await answer(peer)
      peer.send(encodeRefusal('authentication failed', 'authentication'))
    },
  ],
]

/** As an honest acceptor, up to the dialer's proof. */
async function answer(peer: ProvingPeer): Promise<void> {
  const [hello = new Uint8Array()] = await peer.frames(1)
  peer.send(helloFrame(SECRET))
  peer.prove(SECRET, 'acceptor', [hello, peer.said[0] ?? new Uint8Array()])
  await peer.frames(2)
}

describe('a dialer with a secret', () => {
  it.each(AGAINST_DIALERS)('rejects a listener with: %s', async (_, code, attack) => {
    const { clock, system } = timedSystem({ name: 'caller' })
    await using caller = system
    const { connector, listener } = memoryTransport()
    const calls: ProvingPeer[] = []
    const listening = await listener.listen((link) => calls.push(new ProvingPeer(link)))
    const events: SystemEvent[] = []
    caller.events.subscribe((event) => events.push(event))

    const good = caller.connect(connector, { secret: SECRET })
    const [honest = lost()] = calls
    await answer(honest)
    honest.send(encodeWelcome())
    expect((await good).name).toBe('raw')

    events.length = 0
    const start = clock.now()
    const failing = rejection(caller.connect(connector, { secret: SECRET }))
    const [, peer = lost()] = calls
    await peer.frames(1)
    await attack(peer, clock, honest.said)
    peer.tell('journal')
    const error = await failing
    expect(error).toMatchObject({ code })
    await peer.ends.reaches(1)
    expect(clock.now() - start).toBeLessThanOrEqual(5_000)
    expect(events.filter(({ kind }) => kind === 'node-up')).toEqual([])
    expectNoSecret(inspect(error, { depth: 9 }), ...peer.heard.items)
    await listening.close()
  })
})

/** Two ends of one link. */
async function ends(): Promise<{ near: Link; far: Link }> {
  const { connector, listener } = memoryTransport()
  const accepted: Link[] = []
  await listener.listen((link) => accepted.push(link))
  const far = await connector.connect(new AbortController().signal)
  const [near = lost()] = accepted
  return { near, far }
}

function expectNoSecret(...said: readonly (string | Uint8Array)[]): void {
  for (const text of said)
    expect(typeof text === 'string' ? text : Buffer.from(text).toString('latin1')).not.toMatch(/horse|had before/)
}

function lost(): never {
  throw new Error('nobody called')
}
