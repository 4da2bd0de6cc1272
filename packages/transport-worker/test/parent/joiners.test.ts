import { actor, type AnyRef, type ExitReason } from '@troupe/core'
import { describe, expect, it } from 'vitest'
import { Endings } from '../fixtures/endings.ts'
import { testSystem } from '../support.ts'
import { far, kinds } from '../workers.ts'

const Watcher = actor({
  name: 'Watcher',
  setup(self, target: AnyRef) {
    const heard: ExitReason[] = []
    self.watch(target, (reason) => void heard.push(reason))
    return { heard: () => heard }
  },
})

describe.each(kinds)('the end of a %s', (_, make) => {
  it('is told to each of the many who wait for it, with its code', async () => {
    await using system = testSystem()
    const node = await system.start(make())
    const codes = Array.from({ length: 50 }, async () => [await node.join(), node.exitCode])
    const reasons = Array.from({ length: 50 }, () => node.exited)
    const actors = Array.from({ length: 5 }, () => system.spawn(far(Endings), [], { on: node }))
    await Promise.all(actors.map(({ ready }) => ready))
    const watchers = actors.map((target) => system.spawn(Watcher, [target]))
    await Promise.all(watchers.map(({ ready }) => ready))
    void actors[0]?.tell('exit', 3)
    expect(new Set((await Promise.all(codes)).map(String))).toEqual(new Set(['true,3']))
    expect(new Set((await Promise.all(reasons)).map((reason) => JSON.stringify(reason)))).toEqual(
      new Set(['{"kind":"exit","code":3}']),
    )
    for (const { exited } of actors) expect(await exited).toEqual({ kind: 'exit', code: 3 })
    for (const watcher of watchers) expect(await watcher.ask('heard')).toEqual([{ kind: 'exit', code: 3 }])
  })
})
