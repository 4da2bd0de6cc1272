import { describe, expect, it } from 'vitest'
import { actor, createSystem, silentLog } from '../../src/index.ts'
import type { ActorRef, Dynamic, System } from '../../src/index.ts'

const Asker = actor({
  name: 'Asker',
  setup(self) {
    let peer: ActorRef<Dynamic> | null = null
    return {
      meet(ref: ActorRef<Dynamic>) {
        peer = ref
      },
      async pass(depth: number): Promise<unknown> {
        await Promise.resolve()
        return depth === 0 || peer === null ? self.request.sender?.path : peer.ask('pass', depth - 1)
      },
    }
  },
})

function twoAskers(system: System) {
  const one = system.spawn(Asker, [], { name: 'one' })
  const other = system.spawn(Asker, [], { name: 'other' })
  one.tell('meet', other)
  other.tell('meet', one)
  return { one, other }
}

describe('async context', () => {
  it('knows who asks after an await', async () => {
    await using system = createSystem({ asyncContext: true, log: silentLog })
    const { one } = twoAskers(system)
    expect(await one.ask('pass', 1)).toBe(one.path)
  })

  it('finds circles without by: self', async () => {
    await using system = createSystem({ asyncContext: true, log: silentLog })
    const { one, other } = twoAskers(system)
    await expect(one.ask('pass', 2)).rejects.toMatchObject({ code: 'TROUPE_DEADLOCK', cycle: [one.path, other.path] })
  })

  it('is off unless asked for: nobody is known to ask after an await', async () => {
    await using system = createSystem({ log: silentLog })
    const { one } = twoAskers(system)
    expect(await one.ask('pass', 1)).toBeUndefined()
  })
})

describe('an ask with a bad timeout', () => {
  it.each([
    [-1, RangeError],
    [Number.NaN, TypeError],
    ['5', TypeError],
  ])('of %j rejects, with nothing sent', async (timeout, kind) => {
    await using system = createSystem({ log: silentLog })
    let calls = 0
    const ref = system.spawn(actor({ name: 'Callee', setup: () => ({ call: () => ++calls }) }))
    await expect(ref.with({ timeout: timeout as number }).ask('call')).rejects.toBeInstanceOf(kind)
    expect(await ref.ask('call')).toBe(1)
  })
})
