import { describe, expect, it } from 'vitest'
import { createBus } from '../../../src/parallel/index.ts'
import { inline } from '../../support/actors.ts'
import { testSystem } from '../../support/test-system.ts'

interface Topics {
  startup: { id: number }
  shutdown: string
}

const Recorder = inline(() => {
  const heard: unknown[] = []
  return {
    note: (event: { id: number }) => void heard.push(event.id),
    fail: (_event: { id: number }): void => {
      throw new Error('a bad subscriber')
    },
    heard: () => heard,
  }
}, 'Recorder')

describe('a bus', () => {
  it('brings each event to all who subscribed to its topic, in order', async () => {
    await using system = testSystem()
    const bus = createBus<Topics>(system)
    const recorders = [system.spawn(Recorder), system.spawn(Recorder)]
    for (const recorder of recorders) await bus.subscribe('startup', recorder, 'note')
    const heard: number[] = []
    let hasLast = (): void => undefined
    const last = new Promise<void>((resolve) => (hasLast = resolve))
    await bus.on(system, 'startup', ({ id }) => {
      heard.push(id)
      if (id === 99) hasLast()
    })
    expect(await Promise.all(Array.from({ length: 100 }, (_, id) => bus.publish('startup', { id })))).toEqual(
      Array.from({ length: 100 }, () => 3),
    )
    expect(await bus.publish('shutdown', 'nobody listens')).toBe(0)
    const ids = Array.from({ length: 100 }, (_, id) => id)
    for (const recorder of recorders) expect(await recorder.ask('heard')).toEqual(ids)
    await last
    expect(heard).toEqual(ids)
    // @ts-expect-error: no such topic
    await bus.publish('other', 1)
    // @ts-expect-error: not an event of this topic
    await bus.publish('shutdown', 1)
  })

  it('lets a subscriber that fails disturb nobody: a function hears the next event, an actor that ended is forgotten', async () => {
    await using system = testSystem()
    const bus = createBus<Topics>(system)
    const [bad, good] = [system.spawn(Recorder), system.spawn(Recorder)]
    const heard: number[] = []
    await bus.subscribe('startup', bad, 'fail')
    await bus.on(system, 'startup', ({ id }) => {
      heard.push(id)
      throw new Error('a bad function')
    })
    await bus.subscribe('startup', good, 'note')
    expect(await bus.publish('startup', { id: 1 })).toBe(3)
    expect(await bad.exited).toMatchObject({ kind: 'error' })
    while ((await bus.publish('startup', { id: 2 })) !== 2);
    expect(await good.ask('heard')).toContain(2)
    while (!heard.includes(2)) await good.ask('heard')
  })

  it('copies events at the call', async () => {
    await using system = testSystem()
    const bus = createBus<Topics>(system)
    const recorder = system.spawn(Recorder)
    await bus.subscribe('startup', recorder, 'note')
    const event = { id: 1 }
    const published = bus.publish('startup', event)
    event.id = 2
    await published
    expect(await recorder.ask('heard')).toEqual([1])
    await expect(bus.publish('startup', { id: (() => 1) as never })).rejects.toMatchObject({ code: 'TROUPE_NOT_SERIALIZABLE' })
  })

  it('ends a subscription when it is told, and all with itself', async () => {
    await using system = testSystem()
    const bus = createBus<Topics>(system)
    const recorder = system.spawn(Recorder)
    const subscription = await bus.subscribe('startup', recorder, 'note')
    await bus.subscribe('startup', recorder, 'note')
    expect(await bus.publish('startup', { id: 1 })).toBe(1)
    await subscription.unsubscribe()
    await subscription.unsubscribe()
    expect(await bus.publish('startup', { id: 2 })).toBe(0)
    await using listening = await bus.on(system, 'startup', () => undefined)
    await listening.unsubscribe()
    while ((await bus.publish('startup', { id: 3 })) !== 0);
    await bus.on(system, 'startup', () => undefined)
    await bus.close()
    await expect(bus.publish('startup', { id: 4 })).rejects.toMatchObject({ code: 'TROUPE_ACTOR_STOPPED' })
    expect(await recorder.ask('heard')).toEqual([1])
    await system.shutdown()
  })
})
