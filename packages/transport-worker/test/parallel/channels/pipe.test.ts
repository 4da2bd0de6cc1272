import { type Node, type RefOf, STOP, type System } from '@troupe/core'
import { createPipe, select } from '@troupe/core/parallel'
import { describe, expect, it } from 'vitest'
import { type Large, PipeUser } from '../../fixtures/pipe-users.ts'
import { testSystem } from '../../support.ts'
import { far, kinds } from '../../workers.ts'

/** A user that is ready: its worker knows what the end of a pipe is. */
async function user(system: System, node: Node): Promise<RefOf<typeof PipeUser>> {
  const ref = system.spawn(far(PipeUser), [], { on: node })
  await ref.ready
  return ref
}

/** What it rejects with, listened for from now on. */
const rejection = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'fulfilled',
    (error: unknown) => error,
  )

const fail = (): never => {
  throw new Error('there are two nodes')
}

describe.each(kinds)('a pipe and a %s', (_, make) => {
  it('carries values both ways', async () => {
    await using system = testSystem()
    const node = await system.start(make())
    const [left, right] = createPipe<number>(system)
    void (await user(system, node)).tell('double', right)
    for (const value of [1, 2, 3]) {
      await left.send(value)
      expect(await left.receive()).toBe(value * 2)
    }
    left.close()
  })

  it('between two of them carries everything, in order, and ends when it is closed', async () => {
    await using system = testSystem()
    const nodes = await Promise.all([system.start(make()), system.start(make())])
    const [one, two] = await Promise.all(nodes.map((node) => user(system, node)))
    const [left, right] = createPipe<number>(system)
    const sum = two?.with({ timeout: 60_000 }).ask('sum', right)
    await one?.with({ timeout: 60_000 }).ask('send', left, 10_000)
    expect(await sum).toBe((9_999 * 10_000) / 2)
  })

  it('whose other end was there when it was killed is drained, then says how it ended', async () => {
    await using system = testSystem()
    const node = await system.start(make())
    const [left, right] = createPipe<number>(system)
    await (await user(system, node)).ask('sendAndKeep', right, 3)
    const exit = select({ exit: node.exited, never: createPipe<number>(system)[0] })
    node.kill()
    const reason = await node.exited
    expect(await exit).toEqual({ key: 'exit', value: reason })
    expect([await left.receive(), await left.receive(), await left.receive()]).toEqual([0, 1, 2])
    await expect(left.receive()).rejects.toMatchObject({ code: 'TROUPE_PIPE_CLOSED', reason })
    await expect(left.send(1)).rejects.toMatchObject({ code: 'TROUPE_PIPE_CLOSED' })
  })

  it('brings whole values only, whenever the sender is killed', async () => {
    await using system = testSystem()
    const node = await system.start(make())
    const [left, right] = createPipe<Large, never>(system, { maxSize: 2 })
    const flood = rejection((await user(system, node)).with({ timeout: Number.POSITIVE_INFINITY }).ask('flood', left))
    let next = 0
    const failure = await (async () => {
      for await (const { value, copies, bytes } of right) {
        expect(value).toBe(next++)
        expect([copies.length, new Set(copies).size, copies[0]]).toEqual([10_000, 1, value])
        expect([bytes.length, bytes[0], bytes.at(-1)]).toEqual([100_000, value & 0xff, value & 0xff])
        if (next === 5) node.kill()
      }
    })().catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'TROUPE_PIPE_CLOSED', reason: await node.exited })
    expect(await flood).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED' })
  })

  it('that lives there is received here', async () => {
    await using system = testSystem()
    const node = await system.start(make())
    const end = await (await user(system, node)).ask('make', 3)
    const values: number[] = []
    for await (const value of end) values.push(value)
    expect(values).toEqual([0, 1, 2])
    const waiting = end.receive()
    node.kill()
    await expect(waiting).rejects.toMatchObject({ code: 'TROUPE_PIPE_CLOSED', reason: await node.exited })
  })

  it('is one of several that select waits for, on several nodes; when the node of one is killed, the others keep theirs', async () => {
    await using system = testSystem()
    const nodes = await Promise.all([system.start(make()), system.start(make())])
    const [one, two] = await Promise.all(nodes.map((node) => user(system, node)))
    const [left, right] = createPipe<number>(system)
    const there = await (two ?? fail()).ask('make', 1)
    expect(await select({ right, there, exit: two?.exited ?? fail() })).toEqual({ key: 'there', value: 0 })
    expect(await there.receive()).toBe(STOP)
    void one?.tell('sendAndKeep', left, 1)
    expect(await select({ right, there })).toEqual({ key: 'right', value: 0 })
    const selected = rejection(select({ right, there }))
    nodes[1]?.kill()
    expect(await selected).toMatchObject({ code: 'TROUPE_PIPE_CLOSED', reason: await nodes[1]?.exited })
    expect(await right.poll()).toBe(false) // neither taken from nor closed
  })
})
