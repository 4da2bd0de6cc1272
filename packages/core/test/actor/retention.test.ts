/**
 * A living actor holds no message that it has handled, no answer that it has given, and nobody that has ended.
 */
import { describe, expect, it } from 'vitest'
import type { Deferred, Self } from '../../src/model/self.ts'
import { Idle, inline } from '../support/actors.ts'
import { Garbage } from '../support/garbage.ts'
import { testSystem, timedSystem } from '../support/test-system.ts'
import { turns } from '../support/waiting.ts'

describe('what an actor has handled', () => {
  it.each<[string, (self: Self) => { take(message: object): unknown }]>([
    ['at once', () => ({ take: () => ({ answer: true }) })],
    ['after an await', () => ({ take: async () => (await turns(1), { answer: true }) })],
    [
      'with a look at its request',
      (self) => ({ take: () => (void self.request.signal, void self.request.sender, { answer: true }) }),
    ],
    [
      'with its children and timers',
      (self) => ({ take: () => (self.spawn(Idle).stop(), self.after(0, 'done'), { answer: true }), done: () => undefined }),
    ],
  ])('%s is not held: message, answer, and what was told', async (_how, setup) => {
    await using system = testSystem()
    const garbage = new Garbage()
    const ref = system.spawn(inline(setup))
    await (async () => {
      for (let n = 0; n < 5; n++) {
        garbage.note(`answer ${n}`, (await ref.ask('take', garbage.note(`asked ${n}`, { n }))) as object)
        ref.tell('take', garbage.note(`told ${n}`, { n }))
      }
    })()
    await turns()
    expect(await garbage.held()).toEqual([])
    expect(ref.path).toBeTypeOf('string')
  })

  it('with a deferred answer is not held, once that is given or the ask is given up', async () => {
    const { clock, system } = timedSystem()
    const garbage = new Garbage()
    const ref = system.spawn(
      inline((self) => {
        let last: Deferred<object> | null = null
        return {
          take(_message: object) {
            last = self.defer<object>()
            return last
          },
          give() {
            last?.resolve(garbage.note('given', {}))
            last = null
          },
          forget: () => void (last = null),
        }
      }),
    )
    await (async () => {
      const taken = ref.ask('take', garbage.note('asked', {}))
      ref.tell('give')
      await taken
      const lost = ref
        .with({ timeout: 10 })
        .ask('take', garbage.note('given up', {}))
        .catch(() => undefined)
      await clock.advance(10)
      await lost
      ref.tell('forget')
    })()
    await turns()
    expect(await garbage.held()).toEqual([])
    await system.shutdown()
  })

  it('by an actor that failed under nobody is not held, nor is the actor', async () => {
    await using system = testSystem()
    const garbage = new Garbage()
    await (async () => {
      for (let n = 0; n < 5; n++) {
        const ref = system.spawn(
          inline((self) => {
            garbage.note(`self ${n}`, self)
            return { fail: (_message: object) => self.stop() }
          }),
        )
        ref.tell('fail', garbage.note(`message ${n}`, {}))
        await ref.exited
      }
    })()
    expect(await garbage.held()).toEqual([])
  })

  it('leaves nothing on an actor that watches and links for a long time', async () => {
    await using system = testSystem()
    const garbage = new Garbage()
    const Keeper = inline((self) => {
      self.trapExit(() => undefined)
      return {
        async round() {
          const child = garbage.note(
            'child',
            self.spawn(
              inline((mine) => (garbage.note('self of child', mine), {})),
              [],
              { link: true },
            ),
          )
          self.watch(child, () => undefined)
          await child.ready
          child.stop()
        },
      }
    })
    const keeper = system.spawn(Keeper)
    for (let n = 0; n < 5; n++) await keeper.ask('round')
    await turns()
    expect(await garbage.held()).toEqual([])
    expect(keeper.path).toBeTypeOf('string')
  })

  it('as a stream is not held once it is over', async () => {
    await using system = testSystem()
    const garbage = new Garbage()
    const ref = system.spawn(
      inline(() => ({
        items: (_message: object) =>
          garbage.note(
            'source',
            (function* () {
              for (let n = 0; n < 100; n++) yield garbage.note('item', { n })
            })(),
          ),
      })),
    )
    await (async () => {
      for (let n = 0; n < 3; n++) for await (const _ of ref.stream('items', garbage.note('request', {}))) if (n === 1) break
    })()
    await turns()
    expect(await garbage.held()).toEqual([])
    expect(ref.path).toBeTypeOf('string')
  })
})
