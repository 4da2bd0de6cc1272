import { describe, expect, expectTypeOf, it } from 'vitest'
import { actor } from '../../../src/index.ts'
import { createEvent, createLock, createPipe, createQueue, delay, select } from '../../../src/parallel/index.ts'
import { Idle } from '../../support/actors.ts'
import { testSystem, timedSystem } from '../../support/test-system.ts'
import { rejection, turns } from '../../support/waiting.ts'

describe('select', () => {
  it('takes from the first that is ready, and nothing from the others', async () => {
    await using system = testSystem()
    const [left, right] = createPipe<string>(system)
    const queue = createQueue<number>(system)
    const selected = select({ pipe: right, queue })
    await turns()
    await queue.put(1)
    expect(await selected).toEqual({ key: 'queue', value: 1 })
    await queue.put(2)
    await left.send('a')
    const first = await select({ pipe: right, queue })
    expect(first.key === 'pipe' ? await queue.get() : await right.receive()).toBe(first.key === 'pipe' ? 2 : 'a')
    expect(await queue.size()).toBe(0)
    expect(await right.poll()).toBe(false)
  })

  it('knows promises, such as how an actor ended', async () => {
    await using system = testSystem()
    const queue = createQueue<number>(system)
    const ref = system.spawn(Idle)
    const selected = select({ queue, exit: ref.exited })
    ref.kill()
    expect(await selected).toEqual({ key: 'exit', value: { kind: 'killed' } })
    expect((await queue.stats()).waitingGets).toBe(0)
  })

  it('is typed by key', async () => {
    await using system = testSystem()
    const queue = createQueue<number>(system)
    const [left, right] = createPipe<string>(system)
    await left.send('x')
    const selected = await select({
      queue,
      right,
      later: Promise.resolve(true).then((value) => (value ? new Promise<boolean>(() => undefined) : value)),
    })
    if (selected.key === 'queue') expectTypeOf(selected.value).toEqualTypeOf<number>()
    else if (selected.key === 'right') expectTypeOf(selected.value).toEqualTypeOf<string>()
    else expectTypeOf(selected.value).toEqualTypeOf<boolean>()
    expect(selected).toEqual({ key: 'right', value: 'x' })
  })

  it('rejects at its deadline, having taken nothing', async () => {
    const { clock, system: timed } = timedSystem()
    await using system = timed
    const queue = createQueue<number>(system)
    const [left, right] = createPipe<string>(system)
    const selected = rejection(select({ queue, right, never: new Promise(() => undefined) }, { timeout: 100 }))
    await turns()
    await clock.advance(100)
    expect(await selected).toMatchObject({ code: 'TROUPE_SELECT_TIMEOUT' })
    await queue.put(1)
    await left.send('a')
    expect(await queue.get({ timeout: 0 })).toBe(1)
    expect(await right.receive({ timeout: 0 })).toBe('a')
    expect(await rejection(select({ queue }, { timeout: 0 }))).toMatchObject({ code: 'TROUPE_SELECT_TIMEOUT' })
    expect(await rejection(select({ never: new Promise(() => undefined) }, { timeout: 0 }))).toMatchObject({
      code: 'TROUPE_SELECT_TIMEOUT',
    })
    expect(await select({ now: Promise.resolve(1) }, { timeout: 0 })).toEqual({ key: 'now', value: 1 })
  })

  it('rejects with the reason of its signal', async () => {
    await using system = testSystem()
    const queue = createQueue<number>(system)
    const abort = new AbortController()
    const selected = select({ queue }, { signal: abort.signal })
    await turns()
    abort.abort(new Error('enough'))
    await expect(selected).rejects.toThrow('enough')
    await queue.put(1)
    expect(await queue.get()).toBe(1)
  })

  it('rejects for a pipe that is closed and drained, and for a queue that is closed', async () => {
    await using system = testSystem()
    const queue = createQueue<number>(system)
    const [left, right] = createPipe<string>(system)
    await left.send('last')
    left.close()
    expect(await select({ queue, right })).toEqual({ key: 'right', value: 'last' })
    await expect(select({ queue, right })).rejects.toMatchObject({ code: 'TROUPE_PIPE_CLOSED' })
    const closed = rejection(select({ queue }))
    await turns()
    await queue.close()
    expect(await closed).toMatchObject({ code: 'TROUPE_QUEUE_CLOSED' })
  })

  it('gives each value to one of several that wait for it', async () => {
    await using system = testSystem()
    const queue = createQueue<number>(system)
    const selected = Promise.all([1, 2, 3].map(() => select({ queue })))
    await turns()
    for (const value of [1, 2, 3]) await queue.put(value)
    expect((await selected).map(({ value }) => value).sort((one, other) => one - other)).toEqual([1, 2, 3])
  })

  it('refuses what it cannot wait for', async () => {
    await expect(select({})).rejects.toThrow('one source or more')
    await expect(select({ what: 1 as never })).rejects.toThrow('"what"')
    await expect(select({ now: Promise.resolve() }, { timeout: -1 })).rejects.toThrow(RangeError)
  })

  it('polls all of its sources with a timeout of 0', async () => {
    await using system = testSystem()
    const [empty, full] = [createQueue<number>(system), createQueue<number>(system)]
    await full.put(1)
    expect(await select({ empty, full, never: new Promise(() => undefined) }, { timeout: 0 })).toEqual({ key: 'full', value: 1 })
  })

  it('starves none of several that are always ready', async () => {
    await using system = testSystem()
    const [left, right] = createPipe<number>(system)
    const queue = createQueue<number>(system)
    const count = 60
    await Promise.all(Array.from({ length: count }, (_, n) => Promise.all([left.send(n), queue.put(n)])))
    await right.receive() // the others have come with it: they are at hand
    const keys: string[] = []
    for (let n = 0; n < count / 2; n++) keys.push((await select({ right, queue })).key)
    expect(new Set(keys)).toEqual(new Set(['right', 'queue']))
    // Each value was taken once: what is left is what was not.
    const taken = keys.filter((key) => key === 'queue').length
    expect(await queue.size()).toBe(count - taken)
    expect(await right.receive()).toBe(1 + keys.length - taken)
  })

  it('waits for events, locks and times, and gives back what comes too late', async () => {
    const { clock, system: timed } = timedSystem()
    await using system = timed
    const [lock, event] = await Promise.all([createLock(system), createEvent(system)])
    const lease = await lock.acquire()
    const wait = () =>
      select({
        lock: (signal) => lock.acquire({ signal }),
        event: (signal) => event.wait({ signal }),
        tick: (signal) => delay(system, 100, { signal }),
      })
    const ticked = wait()
    await turns()
    await clock.advance(100)
    expect(await ticked).toEqual({ key: 'tick', value: undefined })
    const set = wait()
    await event.set()
    expect(await set).toEqual({ key: 'event', value: 1 })
    await event.clear()
    const locked = wait()
    await turns()
    await lease.release()
    const first = await locked
    expect(first.key).toBe('lock')
    if (first.key === 'lock') await first.value.release()
    // The lock came after all that was given up: nobody holds it.
    await event.set()
    const late = await Promise.all([1, 2, 3].map(() => wait()))
    for (const each of late) if (each.key === 'lock') await each.value.release()
    await (await lock.acquire()).release()
  })

  it('knows futures, and rejects as they do', async () => {
    await using system = testSystem()
    const queue = createQueue<number>(system)
    const failed = Promise.reject(new Error('no'))
    await expect(select({ queue, failed })).rejects.toThrow('no')
    await expect(select({ queue, started: () => Promise.reject(new Error('nor this')) })).rejects.toThrow('nor this')
    await queue.put(1)
    expect(await queue.get()).toBe(1)
  })

  it('rejects when the owner of one source dies; the values of the others stay', async () => {
    await using system = testSystem()
    const parent = system.spawn(Spawns)
    const doomed = await parent.ask('make')
    const queue = createQueue<number>(system)
    const selected = rejection(select({ doomed, queue }))
    await turns()
    parent.kill()
    expect(await selected).toMatchObject({ code: 'TROUPE_QUEUE_CLOSED' })
    await queue.put(1)
    expect(await queue.get()).toBe(1)
  })
})

describe('delay', () => {
  it('is on the clock of the system, and ends with its signal', async () => {
    const { clock, system: timed } = timedSystem()
    await using system = timed
    const waiting = delay(system, 1_000)
    await turns()
    await clock.advance(1_000)
    await waiting
    const abort = new AbortController()
    const aborted = rejection(delay(system, 1_000, { signal: abort.signal }))
    await turns()
    abort.abort(new Error('enough'))
    expect(await aborted).toMatchObject({ message: 'enough' })
    await expect(delay(system, -1)).rejects.toThrow(RangeError)
    await expect(delay(system, Number.POSITIVE_INFINITY)).rejects.toThrow(RangeError)
  })
})

const Spawns = actor({ name: 'Spawns', setup: (self) => ({ make: () => createQueue<number>(self) }) })
