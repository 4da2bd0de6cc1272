import { describe, expect, it } from 'vitest'
import { actor } from '../../src/actor/define.ts'
import type { SystemEvent } from '../../src/model/event.ts'
import type { Link } from '../../src/model/link.ts'
import type { LinkPolicy, Secret } from '../../src/model/link-policy.ts'
import type { System } from '../../src/model/system.ts'
import { type MemoryTransport, memoryTransport } from '../../src/transport/memory-transport.ts'
import { testSystem } from '../support/test-system.ts'
import { type Gate, gate, rejection, turns } from '../support/waiting.ts'

const SECRET = 'correct horse battery staple'
const OTHER = 'incorrect horse battery staple'

const Greeter = actor({ name: 'Greeter', setup: () => ({ hello: (name: string) => `hello ${name}` }) })

/** Two systems, and what was sent and said between them. */
class Pair {
  readonly shop: System = testSystem({ name: 'shop' })
  readonly caller: System = testSystem({ name: 'caller' })
  readonly transport: MemoryTransport = memoryTransport()
  readonly events: SystemEvent[] = []
  readonly frames: Uint8Array[] = []
  /** What the shop says when it turns a caller away. */
  readonly refused: Gate<SystemEvent> = gate()

  constructor() {
    this.shop.events.subscribe((event) => event.kind === 'peer-refused' && this.refused.open(event))
    for (const { events } of [this.shop, this.caller]) events.subscribe((event) => this.events.push(event))
  }

  /** Resolves with what the shop's actor says. */
  async connect(near: Secret | undefined, far: Secret | undefined): Promise<string> {
    const { connector, listener } = this.transport
    await this.shop.listen({ ...listener, ...policy(far), offer: [Greeter] })
    const connect = async (signal: AbortSignal): Promise<Link> => tapped(await connector.connect(signal), this.frames)
    const node = await this.caller.connect({ connect, ...policy(near) })
    return this.caller.spawn(Greeter, [], { on: node }).ask('hello', 'you')
  }

  kinds(): string[] {
    return this.events.map(({ kind }) => kind)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.shop.shutdown(), this.caller.shutdown()])
  }
}

function policy(secret: Secret | undefined): LinkPolicy {
  return secret === undefined ? {} : { secret }
}

/** Keeps what goes over the link, both ways. */
function tapped(link: Link, frames: Uint8Array[]): Link {
  return {
    peer: link.peer,
    open: (events) =>
      link.open({
        frame: (bytes) => {
          frames.push(bytes.slice())
          events.frame(bytes)
        },
        drain: () => events.drain(),
        closed: (reason) => events.closed(reason),
      }),
    send: (frame) => {
      frames.push(frame.slice())
      return link.send(frame)
    },
    close: (reason) => link.close(reason),
  }
}

describe('a link with a secret', () => {
  it('carries messages when both ends have the same', async () => {
    await using pair = new Pair()
    await expect(pair.connect(SECRET, SECRET)).resolves.toBe('hello you')
    expect(pair.frames.slice(0, 5).map(([kind]) => kind)).toEqual([1, 1, 5, 5, 6])
  })

  it.each<[string, Secret, Secret]>([
    ['the listener still takes the previous one', OTHER, [SECRET, OTHER]],
    ['the caller has changed first', [SECRET, OTHER], [OTHER, SECRET]],
    ['both have changed', [SECRET, OTHER], [SECRET, OTHER]],
  ])('changes its secret without a pause: %s', async (_, near, far) => {
    await using pair = new Pair()
    await expect(pair.connect(near, far)).resolves.toBe('hello you')
  })

  it.each<[string, Secret | undefined, Secret | undefined]>([
    ['differ', SECRET, OTHER],
    ['differ, the caller calls with its first one only', [OTHER, SECRET], SECRET],
    ['are missing at the caller', undefined, SECRET],
    ['are missing at the listener', SECRET, undefined],
  ])('rejects the caller and emits at the listener when the secrets %s', async (_, near, far) => {
    await using pair = new Pair()
    const error = await rejection(pair.connect(near, far))
    expect(error).toMatchObject({ name: 'AuthenticationError', code: 'TROUPE_AUTHENTICATION' })
    expect(await pair.refused.promise).toEqual({
      kind: 'peer-refused',
      node: 'memory: connector',
      action: 'connect',
      name: 'shop',
    })
    await turns()
    expect(pair.kinds()).not.toContain('node-up')
    expect(pair.kinds()).not.toContain('actor-started')
    expect(pair.transport.open).toBe(0)
    const said = [
      String(error),
      JSON.stringify(pair.events),
      ...pair.frames.map((frame) => Buffer.from(frame).toString('latin1')),
    ]
    for (const text of said) expect(text).not.toContain('horse')
  })

  it('keeps an option above what the transport says', async () => {
    await using pair = new Pair()
    const { connector, listener } = pair.transport
    await pair.shop.listen({ ...listener, secret: OTHER }, { secret: SECRET })
    expect((await pair.caller.connect({ ...connector, secret: OTHER }, { secret: SECRET })).name).toBe('shop')
  })

  it.each<[string, unknown]>([
    ['under 16 characters', 'correct horse'],
    ['an empty one', ''],
    ['a previous one of under 16 characters', [SECRET, 'correct horse']],
    ['a list of one', [SECRET]],
    ['a list of three', [SECRET, SECRET, SECRET]],
    ['a number', 1234567890123456],
    ['null', null],
  ])('refuses %s before anything is bound or called, and does not print it', async (_, bad) => {
    await using pair = new Pair()
    let used = 0
    const use = (): never => {
      used++
      throw new Error('not here')
    }
    // Safe: what programs in JavaScript pass.
    const options = { secret: bad as Secret }
    for (const opening of [pair.shop.listen({ listen: use }, options), pair.caller.connect({ connect: use, ...options })]) {
      const error = await rejection(opening)
      expect(error).toBeInstanceOf(typeof bad === 'string' || (Array.isArray(bad) && bad.length === 2) ? RangeError : TypeError)
      expect(String(error)).toContain('secret takes')
      expect(String(error)).not.toMatch(/horse|1234/)
    }
    expect(used).toBe(0)
  })
})
