import { actor } from '@troupe/core'
import { describe, expect, it } from 'vitest'
import { Flood } from '../fixtures/flood.ts'
import { testSystem } from '../support.ts'
import { far, kinds } from '../workers.ts'

const Sink = actor({
  name: 'Sink',
  setup: () => {
    const taken: number[] = []
    return { take: (n: number) => void taken.push(n), all: () => taken }
  },
})

describe.each(kinds)('%s', (_, make) => {
  // The second number is more than the parent grants credit for at once.
  it.each([20_000, 400_000])('delivers all of %i that an actor sent before it called process.exit', async (count) => {
    await using system = testSystem()
    const node = await system.start(make({ stdio: 'ignore' }))
    const sink = system.spawn(Sink)
    void system.spawn(far(Flood), [], { on: node }).tell('sendAndExit', sink, count, 3)
    expect(await node.exited).toEqual({ kind: 'exit', code: 3 })
    const taken = await sink.with({ timeout: 20_000 }).ask('all')
    expect(taken).toHaveLength(count)
    expect(taken.every((n, index) => n === index + 1)).toBe(true)
  })
})
