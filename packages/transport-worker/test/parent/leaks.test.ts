import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { held, surplus } from '../../../../scripts/held.ts'
import { testSystem } from '../support.ts'
import { kinds } from '../workers.ts'

describe.each(kinds)('a %s', (_, make) => {
  it('leaves nothing behind, started ten times and ended in order or by force', async () => {
    await using system = testSystem()
    await (await system.start(make())).terminate() // what Node opens once and keeps
    const before = held()
    for (let round = 0; round < 5; round++) {
      const [one, other] = await Promise.all([system.start(make()), system.start(make())])
      other.kill()
      await Promise.all([one.terminate(), other.exited])
    }
    // Those who heard of the last end act on it; and Node closes the handle of a process behind the turn in which it ended.
    for (let turn = 0; turn < 2; turn++) await setImmediate()
    expect(surplus(held(), before)).toEqual([])
  }, 60_000)
})
