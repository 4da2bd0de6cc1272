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
  it('delivers all that an actor sent before it called process.exit', async () => {
    await using system = testSystem()
    const node = await system.start(make({ stdio: 'ignore' }))
    const sink = system.spawn(Sink)
    void system.spawn(far(Flood), [], { on: node }).tell('sendAndExit', sink, 20_000, 3)
    expect(await node.exited).toEqual({ kind: 'exit', code: 3 })
    const taken = await sink.ask('all')
    expect(taken).toHaveLength(20_000)
    expect(taken.every((n, index) => n === index + 1)).toBe(true)
  })
})
