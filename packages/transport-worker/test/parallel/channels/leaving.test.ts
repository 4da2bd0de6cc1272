/**
 * Producers that end before what they put was read: megabytes, as would block a process whose own thread feeds its queue.
 */
import { createQueue } from '@troupe/core/parallel'
import { describe, expect, it } from 'vitest'
import { Filler } from '../../fixtures/fillers.ts'
import { testSystem } from '../../support.ts'
import { far, kinds } from '../../workers.ts'

const MEGABYTE = 1_048_576

describe.each(kinds)('a queue and a producer in a %s', (_, make) => {
  it.each(['fill', 'fillAndLeave'] as const)('that ends before anybody reads: all is there (%s)', async (how) => {
    await using system = testSystem()
    const queue = createQueue<string>(system)
    const node = await system.start(make())
    const filler = system.spawn(far(Filler), [], { on: node })
    if (how === 'fill') {
      await filler.with({ timeout: 15_000 }).ask('fill', queue, 8, MEGABYTE)
      await node.terminate()
    } else void filler.tell('fillAndLeave', queue, 8, MEGABYTE)
    expect(['normal', 'shutdown']).toContain((await node.exited).kind)
    await queue.close()
    const heads: string[] = []
    for await (const value of queue) heads.push(`${Number.parseInt(value, 10)}/${value.length}`)
    expect(heads).toEqual(Array.from({ length: 8 }, (_, index) => `${index}/${MEGABYTE}`))
  })
})
