/**
 * Producers that end before what they put was read: megabytes, as would block a process whose own thread feeds its queue.
 */
import { createQueue } from '@troupe/core/parallel'
import { describe, expect, it } from 'vitest'
import { Filler } from '../../fixtures/fillers.ts'
import { testSystem } from '../../support.ts'
import { far, kinds } from '../../workers.ts'

const MEGABYTE = 1_048_576

describe.each(kinds)('a queue and a producer in a %s', (kind, make) => {
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

  it('that is killed while it writes: what arrives is whole, and the queue goes on', async () => {
    await using system = testSystem()
    const queue = createQueue<string>(system, { maxSize: 2 })
    const node = await system.start(make())
    const filler = system.spawn(far(Filler), [], { on: node })
    const filled = filler.ask('fill', queue, 40, MEGABYTE)
    expect(Number.parseInt(await queue.get(), 10)).toBe(0)
    if (kind === 'thread') node.kill()
    else process.kill(node.pid, 'SIGKILL')
    await expect(filled).rejects.toMatchObject({ code: 'TROUPE_ACTOR_STOPPED' })
    await queue.close()
    for await (const value of queue) expect(value).toHaveLength(MEGABYTE)
    const other = createQueue<string>(system)
    await other.put('next')
    expect(await other.get()).toBe('next')
  })
})
