/**
 * Streams: whole, in order, at the consumer's pace, and over when the actor is.
 */
import { describe, expect, it } from 'vitest'
import { Worker } from './actors.ts'
import { type Place, at } from './place.ts'

export function describeStreams(open: () => Promise<Place>): void {
  describe('streams', () => {
    it('carry every value in order to an observer', async () => {
      await using place = await open()
      const worker = place.system.spawn(Worker, [], at(place))
      const values: unknown[] = []
      await new Promise<void>((resolve, reject) => {
        worker.stream('numbers', 1_000).subscribe({ next: (value) => values.push(value), complete: resolve, error: reject })
      })
      expect(values).toEqual(Array.from({ length: 1_000 }, (_, index) => index))
    })

    it('carry every value in order to a loop', async () => {
      await using place = await open()
      const worker = place.system.spawn(Worker, [], at(place))
      const values: number[] = []
      for await (const value of worker.stream('numbers', 300)) values.push(value)
      expect(values).toEqual(Array.from({ length: 300 }, (_, index) => index))
    })

    it('end when the loop is left, and the actor goes on', async () => {
      await using place = await open()
      const worker = place.system.spawn(Worker, [9], at(place))
      for await (const value of worker.stream('numbers', 1_000_000)) if (value === 10) break
      expect(await worker.ask('get')).toBe(9)
    })

    it('of an actor that is killed end with an error', async () => {
      await using place = await open()
      const worker = place.system.spawn(Worker, [], at(place))
      const read = (async () => {
        for await (const value of worker.stream('numbers', 100_000_000)) if (value === 100) worker.kill()
      })()
      await expect(read).rejects.toMatchObject({ code: 'TROUPE_ACTOR_STOPPED' })
    })

    it('are refused for a handler that answers with a value', async () => {
      await using place = await open()
      const worker = place.system.spawn(Worker, [], at(place))
      const read = (async () => {
        for await (const _value of worker.stream('get')) throw new Error('no value should come')
      })()
      await expect(read).rejects.toMatchObject({ code: 'TROUPE_NOT_A_STREAM' })
    })
  })
}
