import { describe, expect, it } from 'vitest'
import { actor, type ActorRef, type Self, STOP } from '../../../src/index.ts'
import { createPipe, createSimplex, type PipeEnd } from '../../../src/parallel/index.ts'
import { inline } from '../../support/actors.ts'
import { MemoryNode, MODULE } from '../../support/memory-node.ts'
import { testSystem, timedSystem } from '../../support/test-system.ts'
import { rejection, stateOf, turns } from '../../support/waiting.ts'

interface EchoProtocol {
  /** Answers what comes, as long as something does. */
  echo(end: PipeEnd<string, string>): void
  /** Has the end, and does nothing. */
  keep(end: PipeEnd<string, string>): Promise<void>
  /** Sends so many, then ends by itself. */
  sendAndEnd(end: PipeEnd<string, string>, count: number): void
  /** Hands the end on. */
  pass(end: PipeEnd<string, string>, to: ActorRef<EchoProtocol>): void
}

const Echo = actor({
  name: 'Echo',
  module: MODULE,
  setup: (self: Self): EchoProtocol => ({
    echo(end) {
      void (async () => {
        for await (const value of end) await end.send(`${value}!`)
      })().catch(() => undefined)
    },
    async keep(end) {
      await end.send('mine')
    },
    sendAndEnd(end, count) {
      for (let index = 0; index < count; index++) void end.send(`${index}`)
      self.stop()
    },
    pass(end, to) {
      void to.tell('echo', end)
    },
  }),
})

/** An actor on another node, ready to take ends. */
async function elsewhere(system: ReturnType<typeof testSystem>, name = 'far') {
  const node = new MemoryNode(name, { Echo })
  const on = await system.start(node.definition)
  const ref = system.spawn(Echo, [], { on })
  await ref.ready
  return { node, ref }
}

describe('a pipe', () => {
  it('carries values both ways, in order and whole', async () => {
    await using system = testSystem()
    const [left, right] = createPipe<unknown, number>(system)
    const values = ['', { a: [1] }, new Uint8Array(), undefined, null, new Map([[1, 2]])]
    for (const value of values) await left.send(value)
    for (const value of values) expect(await right.receive()).toEqual(value)
    const sends = Array.from({ length: 1_000 }, (_, index) => right.send(index))
    for (let index = 0; index < 1_000; index++) expect(await left.receive()).toBe(index)
    await Promise.all(sends)
  })

  it('takes a snapshot, and refuses what cannot travel at the caller', async () => {
    await using system = testSystem()
    const [left, right] = createPipe<unknown>(system)
    const list = [1]
    const sent = left.send(list)
    list.push(2)
    await sent
    await expect(left.send({ run: () => 1 })).rejects.toMatchObject({ code: 'TROUPE_NOT_SERIALIZABLE' })
    expect(await right.receive()).toEqual([1])
  })

  it('lets send wait while it is full', async () => {
    await using system = testSystem()
    const [left, right] = createPipe<number>(system, { maxSize: 2 })
    await left.send(1)
    await left.send(2)
    const third = left.send(3)
    expect(await stateOf(third)).toBe('pending')
    await expect(left.send(4, { timeout: 0 })).rejects.toMatchObject({ code: 'TROUPE_PIPE_TIMEOUT' })
    expect(await right.receive()).toBe(1)
    await third
    expect([await right.receive(), await right.receive()]).toEqual([2, 3])
  })

  it('rejects receive at its deadline and at its signal, and loses nothing by it', async () => {
    const { clock, system: timed } = timedSystem()
    await using system = timed
    const [left, right] = createPipe<string>(system)
    const received = rejection(right.receive({ timeout: 50 }))
    await turns()
    await clock.advance(50)
    expect(await received).toMatchObject({ code: 'TROUPE_PIPE_TIMEOUT' })
    const abort = new AbortController()
    const waiting = right.receive({ signal: abort.signal })
    await turns()
    const sent = left.send('kept')
    abort.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
    await sent
    expect(await right.receive({ timeout: 50 })).toBe('kept')
    await expect(right.receive({ timeout: -1 })).rejects.toThrow(RangeError)
  })

  it('serves receives that wait in their order', async () => {
    await using system = testSystem()
    const [left, right] = createPipe<number>(system)
    const received = [right.receive(), right.receive(), right.receive()]
    for (const value of [1, 2, 3]) await left.send(value)
    expect(await Promise.all(received)).toEqual([1, 2, 3])
  })

  it('says by poll whether something is there, the end too, and takes nothing', async () => {
    const { clock, system: timed } = timedSystem()
    await using system = timed
    const [left, right] = createPipe<number>(system)
    expect(await right.poll()).toBe(false)
    const polled = right.poll(100)
    await turns()
    await clock.advance(100)
    expect(await polled).toBe(false)
    const comes = right.poll(100)
    await left.send(1)
    await left.send(2)
    expect(await comes).toBe(true)
    expect(await right.receive()).toBe(1)
    expect(await right.poll()).toBe(true)
    expect(await right.receive()).toBe(2)
    left.close()
    expect(await right.poll(Infinity)).toBe(true)
    await expect(right.poll(-1)).rejects.toThrow(RangeError)
  })

  it('is drained before its end is heard, and then refuses what is sent', async () => {
    await using system = testSystem()
    const [left, right] = createPipe<string, string>(system)
    await left.send('a')
    await left.send('b')
    left.close()
    left.close()
    expect([await right.receive(), await right.receive()]).toEqual(['a', 'b'])
    const end = { code: 'TROUPE_PIPE_CLOSED', reason: { kind: 'normal' } }
    await expect(right.receive()).rejects.toMatchObject(end)
    await expect(right.receive()).rejects.toMatchObject(end)
    await expect(right.send('c')).rejects.toMatchObject(end)
    await expect(left.receive()).rejects.toThrow('this end of the pipe is closed')
    await turns()
    expect(system.inspect().children).toEqual([])
  })

  it('ends its loops at STOP and at close; "STOP" is data', async () => {
    await using system = testSystem()
    const [left, right] = createPipe<string>(system)
    for (const value of ['a', 'STOP', STOP, 'b']) await left.send(value)
    left.close()
    const heard: string[][] = []
    for (let loop = 0; loop < 2; loop++) {
      const values: string[] = []
      for await (const value of right) values.push(value)
      heard.push(values)
    }
    expect(heard).toEqual([['a', 'STOP'], ['b']])
  })

  it('is closed when its owner ends, for everybody who waits', async () => {
    await using system = testSystem()
    const [left, right] = createPipe<string>(system, { maxSize: 1 })
    await left.send('a')
    const sent = rejection(left.send('b'))
    const received = rejection(left.receive())
    await turns()
    await system.shutdown()
    for (const each of [sent, received]) expect(await each).toMatchObject({ code: 'TROUPE_PIPE_CLOSED' })
    await expect(right.receive()).rejects.toMatchObject({ code: 'TROUPE_PIPE_CLOSED' })
  })
})

describe('a simplex', () => {
  it('carries values one way, and refuses the other one', async () => {
    await using system = testSystem()
    const [left, right] = createSimplex<number>(system)
    await left.send(1)
    expect(await right.receive()).toBe(1)
    const wrong = left as unknown as PipeEnd<number, number>
    const other = right as unknown as PipeEnd<number, number>
    await expect(wrong.receive()).rejects.toMatchObject({ code: 'TROUPE_PIPE_DIRECTION' })
    await expect(other.send(1)).rejects.toThrow('receives only')
    // @ts-expect-error the left end of a simplex does not receive
    void left.poll
    // @ts-expect-error the right end does not send
    void right.send
  })
})

describe('an end of a pipe', () => {
  it('moves when it is sent: what was sent before stays in order, the old one is dead', async () => {
    await using system = testSystem()
    const [left, right] = createPipe<string, string>(system)
    const { ref } = await elsewhere(system)
    await left.send('before')
    const waiting = rejection(right.receive())
    void ref.tell('echo', right)
    await expect(right.send('no')).rejects.toMatchObject({ code: 'TROUPE_PIPE_MOVED' })
    expect([undefined, 'TROUPE_PIPE_MOVED']).toContain(((await waiting) as { code?: string }).code)
    await expect(right.receive()).rejects.toThrow('was sent away')
    await left.send('after')
    expect([await left.receive(), await left.receive()]).toEqual(['before!', 'after!'])
  })

  it('takes what it had not handed over along', async () => {
    await using system = testSystem()
    const [left, right] = createPipe<string, string>(system)
    const { ref } = await elsewhere(system)
    for (const value of ['a', 'b', 'c']) await left.send(value)
    expect(await right.receive()).toBe('a') // b and c came along
    void ref.tell('echo', right)
    expect([await left.receive(), await left.receive()]).toEqual(['b!', 'c!'])
  })

  it('moves on from node to node, through the one between them', async () => {
    await using system = testSystem()
    const [left, right] = createPipe<string, string>(system)
    const one = await elsewhere(system, 'one')
    const two = await elsewhere(system, 'two')
    await left.send('hello')
    void one.ref.tell('pass', right, two.ref)
    expect(await left.receive()).toBe('hello!')
    one.node.end({ kind: 'killed' })
    await left.send('again')
    expect(await left.receive()).toBe('again!')
  })

  it('closes when the actor that uses it ends: the other one drains, and hears the reason', async () => {
    await using system = testSystem()
    const [left, right] = createPipe<string, string>(system)
    const { ref } = await elsewhere(system)
    void ref.tell('sendAndEnd', right, 3)
    const heard: string[] = []
    for await (const value of left) heard.push(value)
    expect(heard).toEqual(['0', '1', '2'])
    await expect(left.receive()).rejects.toMatchObject({ code: 'TROUPE_PIPE_CLOSED' })
  })

  it.each([
    ['the actor', (far: Awaited<ReturnType<typeof elsewhere>>) => far.ref.kill()],
    ['the node', (far: Awaited<ReturnType<typeof elsewhere>>) => far.node.end({ kind: 'killed' })],
  ])('closes when %s is killed, with that reason', async (_, kill) => {
    await using system = testSystem()
    const [left, right] = createPipe<string, string>(system, { maxSize: 1 })
    const far = await elsewhere(system)
    await far.ref.ask('keep', right)
    await left.send('one')
    const waiting = rejection(left.send('two'))
    await turns()
    kill(far)
    expect(await waiting).toMatchObject({ code: 'TROUPE_PIPE_CLOSED', reason: { kind: 'killed' } })
    expect(await left.receive()).toBe('mine')
    await expect(left.receive()).rejects.toMatchObject({ code: 'TROUPE_PIPE_CLOSED', reason: { kind: 'killed' } })
    await expect(async () => {
      for await (const value of left) void value
    }).rejects.toMatchObject({ code: 'TROUPE_PIPE_CLOSED' })
  })

  it('closes when its node is gone and no actor used it yet', async () => {
    await using system = testSystem()
    const [left, right] = createPipe<string, string>(system)
    const keeper = inline(() => ({ keep: (end: unknown) => end !== null }))
    const node = new MemoryNode('far', { Keeper: { ...keeper, name: 'Keeper' } })
    const on = await system.start(node.definition)
    const ref = system.spawn({ ...keeper, name: 'Keeper', module: MODULE }, [], { on })
    await ref.ask('keep', right)
    await turns()
    node.end({ kind: 'killed' })
    await expect(left.receive()).rejects.toMatchObject({ code: 'TROUPE_PIPE_CLOSED', reason: { kind: 'killed' } })
  })
})
