/**
 * An end that was read asks its owner for the next message ahead of need. Nobody may notice, but by the clock.
 */
import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import type { Self } from '../../../src/index.ts'
import { createPipe, type PipeEnd } from '../../../src/parallel/index.ts'
import { ownerOfEnd } from '../../../src/parallel/channels/pipe.ts'
import { inline } from '../../support/actors.ts'
import { Garbage } from '../../support/garbage.ts'
import { testSystem, timedSystem } from '../../support/test-system.ts'
import { rejection, stateOf, turns } from '../../support/waiting.ts'

type Pipe = [PipeEnd<number, number>, PipeEnd<number, number>]

/** A pipe of which the right end was read once, and asks ahead. */
async function readOnce(spawner: Parameters<typeof createPipe>[0], maxSize?: number): Promise<Pipe> {
  const [left, right] = createPipe<number>(spawner, maxSize === undefined ? {} : { maxSize })
  await left.send(0)
  expect(await right.receive()).toBe(0)
  await turns()
  return [left, right]
}

describe('an end of a pipe that was read', () => {
  it('has what was sent meanwhile, without another call', async () => {
    await using system = testSystem()
    const [left, right] = await readOnce(system)
    await left.send(1)
    await turns()
    const owner = ownerOfEnd(right)
    owner.kill()
    await owner.exited
    expect(await right.receive()).toBe(1)
    await expect(right.receive()).rejects.toMatchObject({ code: 'TROUPE_PIPE_CLOSED' })
  })

  it('says by poll what is there and what comes, and leaves it there', async () => {
    await using system = testSystem()
    const [left, right] = await readOnce(system)
    expect(await right.poll()).toBe(false)
    const polled = right.poll(10_000)
    await turns()
    await left.send(1)
    expect(await polled).toBe(true)
    expect(await right.poll()).toBe(true)
    expect(await right.receive()).toBe(1)
    expect(await right.poll()).toBe(false)
    void left.send(2)
    expect(await right.poll()).toBe(true) // it was there before the question, and is on its way ahead of the answer
    expect(await right.receive()).toBe(2)
    left.close()
    expect(await right.poll(10_000)).toBe(true)
  })

  it('serves receives that wait in their order, each with one value', async () => {
    await using system = testSystem()
    const [left, right] = await readOnce(system)
    const received = [right.receive(), right.receive({ timeout: 10_000 }), right.receive()]
    await turns()
    for (const value of [1, 2, 3, 4, 5]) await left.send(value)
    expect(await Promise.all(received)).toEqual([1, 2, 3])
    expect([await right.receive(), await right.receive()]).toEqual([4, 5])
  })

  it('gives a receive up at its deadline or signal, loses nothing by it, and leaves no listener', async () => {
    const { clock, system } = timedSystem()
    const [left, right] = await readOnce(system)
    const late = rejection(right.receive({ timeout: 50 }))
    await clock.advance(50)
    expect(await late).toMatchObject({ code: 'TROUPE_PIPE_TIMEOUT' })
    const controller = new AbortController()
    const { signal } = controller
    const aborted = rejection(right.receive({ signal }))
    await turns()
    controller.abort(new Error('enough'))
    expect(await aborted).toMatchObject({ message: 'enough' })
    const other = new AbortController()
    const first = right.receive({ signal: other.signal })
    await turns()
    await left.send(1)
    await left.send(2)
    expect([await first, await right.receive()]).toEqual([1, 2])
    expect([signal, other.signal].map((each) => getEventListeners(each, 'abort').length)).toEqual([0, 0])
    await system.shutdown()
  })

  it('has one call ahead at most, however many receives were given up', async () => {
    await using system = testSystem()
    const [one, other] = await readOnce(system, 1)
    for (let round = 0; round < 100; round++) {
      const controller = new AbortController()
      const aborted = rejection(other.receive({ signal: controller.signal }))
      controller.abort(new Error('enough'))
      await aborted
    }
    let taken = 0
    const sends = Array.from({ length: 20 }, async (_, value) => {
      await one.send(value + 1)
      taken++
    })
    await turns(10)
    expect(taken).toBeLessThanOrEqual(3) // two that were called for, one that the pipe holds
    for (let value = 1; value <= 20; value++) expect(await other.receive()).toBe(value)
    await Promise.all(sends)
  })

  it('hears why the other end closed, also when the call ahead was told', async () => {
    await using system = testSystem()
    const [left, right] = await readOnce(system)
    const both = [rejection(right.receive()), rejection(right.receive())]
    await turns()
    left.close()
    for (const error of [...(await Promise.all(both)), await rejection(right.receive())]) {
      expect(error).toMatchObject({ code: 'TROUPE_PIPE_CLOSED', reason: { kind: 'normal' } })
    }
  })

  it.each([0, 1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30])(
    'hears it whenever it looks, also while the pipe goes (after %i steps)',
    async (steps) => {
      await using system = testSystem()
      for (const way of ['poll', 'receive', 'send'] as const) {
        const [left, right] = await readOnce(system)
        left.close()
        for (let step = 0; step < steps; step++) await Promise.resolve()
        if (way === 'poll') expect(await right.poll()).toBe(true)
        if (way === 'send') expect(await rejection(right.send(1))).toMatchObject({ reason: { kind: 'normal' } })
        expect(await rejection(right.receive())).toMatchObject({ code: 'TROUPE_PIPE_CLOSED', reason: { kind: 'normal' } })
      }
    },
  )

  it('hears how the other end ended, also when the pipe goes while it sends', async () => {
    await using system = testSystem()
    for (let steps = 0; steps < 30; steps++) {
      const [left, right] = await readOnce(system)
      const Holder = inline((self: Self) => ({
        async begin() {
          await left.send(1, { by: self })
        },
      }))
      const holder = system.spawn(Holder)
      await holder.ask('begin')
      expect(await right.receive()).toBe(1)
      holder.kill()
      for (let step = 0; step < steps; step++) await Promise.resolve()
      const [sent, received] = [right.send(2).catch((error: unknown) => error), rejection(right.receive())]
      const closed = expect.objectContaining({ code: 'TROUPE_PIPE_CLOSED', reason: { kind: 'killed' } }) as unknown
      expect([undefined, closed]).toContainEqual(await sent) // taken, when its end was not heard of yet
      expect(await received).toEqual(closed)
    }
  })

  it('has the others wait as before: what came ahead is one more than the pipe holds', async () => {
    await using system = testSystem()
    const [left, right] = await readOnce(system, 1)
    await left.send(1) // comes ahead
    await turns()
    await left.send(2)
    const third = left.send(3)
    expect(await stateOf(third)).toBe('pending')
    expect(await right.receive()).toBe(1)
    await third
    expect([await right.receive(), await right.receive()]).toEqual([2, 3])
  })

  it('takes what came ahead along when it moves', async () => {
    await using system = testSystem()
    const [left, right] = await readOnce(system)
    const [there, back] = createPipe<PipeEnd<number, number>>(system)
    await left.send(1)
    await turns()
    await there.send(right)
    const moved = await back.receive()
    await left.send(2)
    expect([await moved.receive(), await moved.receive()]).toEqual([1, 2])
    expect(await rejection(right.receive())).toMatchObject({ code: 'TROUPE_PIPE_MOVED' })
  })

  it.each([1, 150, 199, 200])(
    'takes the rest and the end along when it moves after the end came (read %i of 200)',
    async (read) => {
      await using system = testSystem()
      const [left, right] = createPipe<number>(system)
      for (let value = 0; value < 200; value++) void left.send(value)
      left.close()
      for (let value = 0; value < read; value++) expect(await right.receive()).toBe(value)
      await turns() // what was asked for ahead, when half was read and when all was, is answered: there is no more
      const [there, back] = createPipe<PipeEnd<number, number>>(system)
      await there.send(right)
      const moved = await back.receive()
      for (let value = read; value < 200; value++) expect(await moved.receive()).toBe(value)
      expect(await rejection(moved.receive())).toMatchObject({ code: 'TROUPE_PIPE_CLOSED', reason: { kind: 'normal' } })
      await ownerOfEnd(moved).exited
    },
  )

  it('is closed when nobody holds it, though it has asked; not while somebody waits at it', async () => {
    await using system = testSystem()
    const garbage = new Garbage()
    const hold = async (): Promise<[PipeEnd<number, number>, Promise<number>]> => {
      const [left, right] = await readOnce(system)
      return [left, garbage.note('end', right).receive()]
    }
    const [left, waiting] = await hold()
    expect(await garbage.held()).toEqual(['end'])
    await left.send(1)
    expect(await waiting).toBe(1)
    expect(await garbage.held()).toEqual([])
    await expect(left.receive()).rejects.toMatchObject({ code: 'TROUPE_PIPE_CLOSED' })
  })
})
