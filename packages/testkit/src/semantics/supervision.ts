/**
 * Supervision where the children live: refs that stay valid, queues that are kept.
 */
import { supervisor } from '@troupe/core'
import { describe, expect, it } from 'vitest'
import { Crew } from './actors.ts'
import { type Place, at } from './place.ts'

export function describeSupervision(open: () => Promise<Place>): void {
  describe('supervision', () => {
    it('starts a failed child anew under the same ref: fresh state, queue kept, failing message dropped', async () => {
      await using place = await open()
      const crew = place.system.spawn(Crew, [], at(place))
      const worker = await crew.ask('child', 'worker')
      worker.tell('add', 100)
      worker.tell('fail', 'once')
      worker.tell('add', 1)
      expect(await worker.ask('get')).toBe(8)
    })

    it('answers, and gives up after too many failures', async () => {
      await using place = await open()
      const crew = place.system.spawn(Crew, [], at(place))
      const worker = await crew.ask('child', 'worker')
      expect(await crew.ask('count')).toMatchObject({ specs: 1, active: 1 })
      for (let failure = 0; failure < 4; failure++) worker.tell('fail', 'again')
      expect(await crew.exited).toMatchObject({ kind: 'shutdown' })
      await expect(worker.ask('get')).rejects.toMatchObject({ code: 'TROUPE_ACTOR_STOPPED' })
    })

    it('ends a supervisor with its children', async () => {
      await using place = await open()
      const crew = place.system.spawn(Crew, [], at(place))
      const worker = await crew.ask('child', 'worker')
      const ended = worker.exited
      crew.stop()
      expect(await crew.exited).toEqual({ kind: 'normal' })
      expect(await ended).toMatchObject({ kind: 'shutdown' })
    })

    it('refuses what cannot be a child', () => {
      expect(() => supervisor({ name: 'Bad', children: [{ id: 'not an id!', actor: Crew }] })).toThrow(/id/)
    })
  })
}
