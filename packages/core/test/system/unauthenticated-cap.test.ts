import { describe, expect, it } from 'vitest'
import type { SystemEvent } from '../../src/model/event.ts'
import { memoryTransport } from '../../src/transport/memory-transport.ts'
import { ProvingPeer } from '../remote/proving-peer.ts'
import { record, timedSystem } from '../support/test-system.ts'
import { turns } from '../support/waiting.ts'

const SECRET = 'correct horse battery staple'
const REFUSED: SystemEvent = { kind: 'peer-refused', node: 'memory: connector', action: 'connect', name: 'shop' }

describe('a listener', () => {
  it('keeps 64 links that have proved nothing, closes more at once, and all of them after 5 s', async () => {
    const { clock, system } = timedSystem({ name: 'shop' })
    await using shop = system
    const { events } = record(shop)
    const { connector, listener } = memoryTransport()
    await shop.listen(listener, { secret: SECRET })
    const dial = async (): Promise<ProvingPeer> => new ProvingPeer(await connector.connect(new AbortController().signal))
    const silent: ProvingPeer[] = []
    for (let count = 0; count < 64; count++) silent.push(await dial())
    await turns()
    expect(events).toEqual([])

    const tooMany = await dial()
    await tooMany.ends.reaches(1)
    expect(events).toEqual([REFUSED])
    expect(silent.every(({ ends }) => ends.items.length === 0)).toBe(true)

    // One that leaves makes room, and one that has proved itself takes none.
    silent[0]?.link.close()
    await turns()
    for (let count = 0; count < 3; count++) {
      const honest = await dial()
      honest.prove(SECRET, 'dialer', await honest.greet(SECRET))
      expect((await honest.frames(3))[2]?.[0]).toBe(6)
    }

    events.length = 0
    await clock.advance(5_000)
    await Promise.all(silent.map(({ ends }) => ends.reaches(1)))
    await turns()
    expect(events.filter(({ kind }) => kind === 'peer-refused')).toEqual(Array.from({ length: 63 }, () => REFUSED))
  })
})
