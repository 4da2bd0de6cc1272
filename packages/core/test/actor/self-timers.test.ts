/**
 * after, every and idle: messages that an actor sends to itself, on time that the test moves.
 */
import { describe, expect, it } from 'vitest'
import type { ActorRef } from '../../src/model/ref.ts'
import type { Self } from '../../src/model/self.ts'
import { inline } from '../support/actors.ts'
import { timedSystem } from '../support/test-system.ts'
import { gate, turns } from '../support/waiting.ts'

/** An actor that notes at which time it gets `tick`, and runs what a test wants of its self. */
async function setUp(): Promise<{
  clock: ReturnType<typeof timedSystem>['clock']
  system: ReturnType<typeof timedSystem>['system']
  self: Self
  ref: ActorRef<{ tick(...args: unknown[]): void; touch(): void; hold(until: Promise<void>): Promise<void> }>
  ticks: unknown[][]
}> {
  const { clock, system } = timedSystem()
  const ticks: unknown[][] = []
  let self: Self | null = null
  const ref = system.spawn(
    inline((mine) => {
      self = mine
      return {
        tick: (...args: unknown[]) => void ticks.push([clock.now(), ...args]),
        touch: () => undefined,
        hold: (until: Promise<void>) => until,
      }
    }),
  )
  await ref.ready
  if (self === null) throw new Error('setup did not run')
  return { clock, system, self, ref, ticks }
}

describe('after', () => {
  it('sends one message, with its arguments, when the time has come', async () => {
    const { clock, system, self, ticks } = await setUp()
    self.after(10, 'tick', 'a', 1)
    await clock.advance(9.9)
    expect(ticks).toEqual([])
    await clock.advance(100)
    expect(ticks).toEqual([[10, 'a', 1]])
    await system.shutdown()
  })

  it('of 0 comes on the next turn', async () => {
    const { clock, system, self, ticks } = await setUp()
    self.after(0, 'tick')
    expect(ticks).toEqual([])
    await clock.advance(0)
    expect(ticks).toEqual([[0]])
    await system.shutdown()
  })

  it('of an infinite time never comes', async () => {
    const { clock, system, self, ticks } = await setUp()
    self.after(Number.POSITIVE_INFINITY, 'tick')
    await clock.advance(1e9)
    expect(ticks).toEqual([])
    await system.shutdown()
    expect(clock.pending).toBe(0)
  })

  it.each([-1, Number.NaN])('refuses %s milliseconds', async (ms) => {
    const { system, self } = await setUp()
    for (const start of [() => self.after(ms, 'tick'), () => self.every(ms, 'tick'), () => self.idle(ms, 'tick')])
      expect(start).toThrow(ms < 0 ? RangeError : TypeError)
    await system.shutdown()
  })

  it('sends nothing once it is canceled, before its time and while the message waits', async () => {
    const { clock, system, self, ref, ticks } = await setUp()
    const held = gate()
    self.after(10, 'tick')()
    await clock.advance(20)
    ref.tell('hold', held.promise)
    const cancel = self.after(10, 'tick')
    await clock.advance(20)
    expect(system.inspect().children[0]?.mailbox).toBe(1)
    cancel()
    cancel()
    held.open()
    await turns()
    expect(ticks).toEqual([])
    expect(clock.pending).toBe(0)
    await system.shutdown()
  })

  it.each(['stop', 'kill'] as const)('sends nothing to an actor that has ended by %s', async (how) => {
    const { clock, system, self, ref, ticks } = await setUp()
    self.after(10, 'tick')
    self.every(10, 'tick')
    self.idle(10, 'tick')
    ref[how]()
    await ref.exited
    expect(clock.pending).toBe(0)
    await clock.advance(100)
    expect(ticks).toEqual([])
    await system.shutdown()
  })

  it('may be set in setup, and comes after an async one is done', async () => {
    const { clock, system } = timedSystem()
    const ticks: number[] = []
    const opened = gate()
    const ref = system.spawn(
      inline(async (self) => {
        self.after(10, 'tick')
        await opened.promise
        return { tick: () => void ticks.push(clock.now()) }
      }),
    )
    await clock.advance(50)
    expect(ticks).toEqual([])
    opened.open()
    await ref.ready
    await turns()
    expect(ticks).toEqual([50])
    await system.shutdown()
  })

  it('finds the handlers of the moment', async () => {
    const { clock, system, self } = await setUp()
    const heard: string[] = []
    self.after(10, 'tick')
    self.become({ tick: () => void heard.push('new') })
    await clock.advance(10)
    expect(heard).toEqual(['new'])
    await system.shutdown()
  })

  it('fails the actor when it has no such handler', async () => {
    const { clock, system, self, ref } = await setUp()
    self.after(10, 'tock')
    await clock.advance(10)
    expect(await ref.exited).toMatchObject({
      kind: 'error',
      error: { message: `${ref.path} set a timer for "tock", but has no handler of that name` },
    })
    await system.shutdown()
  })
})

describe('every', () => {
  it('sends a message again and again, until it is canceled', async () => {
    const { clock, system, self, ticks } = await setUp()
    const cancel = self.every(10, 'tick', 'beat')
    await clock.advance(35)
    expect(ticks).toEqual([
      [10, 'beat'],
      [20, 'beat'],
      [30, 'beat'],
    ])
    cancel()
    await clock.advance(100)
    expect(ticks).toHaveLength(3)
    await system.shutdown()
  })

  it('leaves out beats while one waits', async () => {
    const { clock, system, self, ref, ticks } = await setUp()
    const held = gate()
    self.every(10, 'tick')
    ref.tell('hold', held.promise)
    await clock.advance(55)
    expect(system.inspect().children[0]?.mailbox).toBe(1)
    held.open()
    await turns()
    expect(ticks).toEqual([[55]])
    await clock.advance(10)
    expect(ticks).toEqual([[55], [60]])
    await system.shutdown()
  })

  it('sends nothing once it is canceled while a beat waits', async () => {
    const { clock, system, self, ref, ticks } = await setUp()
    const held = gate()
    const cancel = self.every(10, 'tick')
    ref.tell('hold', held.promise)
    await clock.advance(20)
    cancel()
    held.open()
    await turns()
    expect(ticks).toEqual([])
    await system.shutdown()
  })

  it('waits for an async handler before the next beat', async () => {
    const { clock, system } = timedSystem()
    let running = 0
    let most = 0
    let beats = 0
    const held = gate()
    const ref = system.spawn(
      inline((self) => {
        self.every(10, 'tick')
        return {
          async tick() {
            most = Math.max(most, ++running)
            beats++
            if (beats === 1) await held.promise
            running--
          },
        }
      }),
    )
    await ref.ready
    await clock.advance(100)
    expect([beats, most]).toEqual([1, 1])
    held.open()
    await clock.advance(100)
    expect(beats).toBeGreaterThan(8)
    expect(most).toBe(1)
    await system.shutdown()
  })

  it('refuses a pause of nothing', async () => {
    const { system, self } = await setUp()
    expect(() => self.every(0, 'tick')).toThrow(RangeError)
    expect(() => self.idle(0, 'tick')).toThrow(RangeError)
    await system.shutdown()
  })
})

describe('idle', () => {
  it('sends a message whenever none came for so long', async () => {
    const { clock, system, self, ref, ticks } = await setUp()
    self.idle(10, 'tick')
    await clock.advance(8)
    await ref.ask('touch')
    await clock.advance(9)
    expect(ticks).toEqual([])
    await clock.advance(1)
    expect(ticks).toEqual([[18]])
    await clock.advance(10)
    expect(ticks).toEqual([[18], [28]])
    await system.shutdown()
  })

  it('counts from the end of a long handler, and only once', async () => {
    const { clock, system, self, ref, ticks } = await setUp()
    const held = gate()
    self.idle(10, 'tick')
    await clock.advance(5)
    ref.tell('hold', held.promise)
    await clock.advance(45)
    held.open()
    await turns()
    expect(ticks).toEqual([])
    await clock.advance(9)
    expect(ticks).toEqual([])
    await clock.advance(1)
    expect(ticks).toEqual([[60]])
    await system.shutdown()
  })

  it('takes the place of the one before it', async () => {
    const { clock, system, self, ticks } = await setUp()
    const first = self.idle(10, 'tick')
    self.idle(30, 'tick')
    await clock.advance(29)
    expect(ticks).toEqual([])
    first()
    await clock.advance(1)
    expect(ticks).toEqual([[30]])
    await system.shutdown()
  })

  it('ends when it is canceled', async () => {
    const { clock, system, self, ticks } = await setUp()
    self.idle(10, 'tick')()
    await clock.advance(100)
    expect([ticks, clock.pending]).toEqual([[], 0])
    await system.shutdown()
  })

  it('can end an actor that nobody needs', async () => {
    const { clock, system } = timedSystem()
    const ref = system.spawn(inline((self) => (self.idle(100, 'leave'), { leave: () => self.stop(), touch: () => undefined })))
    await ref.ready
    for (let n = 0; n < 5; n++) {
      await clock.advance(60)
      await ref.ask('touch')
    }
    expect(clock.now()).toBe(300)
    await clock.advance(100)
    expect(await ref.exited).toEqual({ kind: 'normal' })
    await system.shutdown()
  })
})
