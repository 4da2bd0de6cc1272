/**
 * Delivery, order, isolation and one message at a time.
 */
import { describe, expect, it } from 'vitest'
import { Recorder, Worker } from './actors.ts'
import { type Place, at } from './place.ts'

export function describeMessages(open: () => Promise<Place>): void {
  describe('messages', () => {
    it('arrive in the order sent, each once', async () => {
      await using place = await open()
      const recorder = place.system.spawn(Recorder, [], at(place))
      const sent = Array.from({ length: 5_000 }, (_, index) => index)
      for (const index of sent) recorder.tell('note', index)
      expect(await recorder.ask('seen')).toEqual(sent)
    })

    it('reach an actor that was spawned in the same turn', async () => {
      await using place = await open()
      const worker = place.system.spawn(Worker, [1], at(place))
      worker.tell('add', 2)
      expect(await worker.ask('get')).toBe(3)
    })

    it('are handled one at a time, also by async handlers', async () => {
      await using place = await open()
      const worker = place.system.spawn(Worker, [], at(place))
      await Promise.all(Array.from({ length: 20 }, () => worker.ask('overlap')))
      expect(await worker.ask('most')).toBe(1)
    })

    it('to another node are copies taken when they are sent', async () => {
      await using place = await open()
      if (place.node === undefined) return
      const recorder = place.system.spawn(Recorder, [], at(place))
      const message = { list: [1] }
      recorder.tell('note', message)
      message.list.push(2)
      expect(await recorder.ask('seen')).toEqual([{ list: [1] }])
    })

    it('keep every value exactly', async () => {
      await using place = await open()
      const recorder = place.system.spawn(Recorder, [], at(place))
      const shared = { deep: [new Map([['key', new Set([1n])]]), new Date(5), /a+/giu, undefined, Number.NaN] }
      const cyclic: unknown[] = [shared, shared, -0, new Uint8Array([1, 2, 3]), new URL('https://troupe.test/?a=1')]
      cyclic.push(cyclic)
      const back = await recorder.ask('echo', cyclic)
      expect(back).toEqual(cyclic)
      const list = back as unknown[]
      expect(list[0]).toBe(list[1])
      expect(Object.is(list[2], -0)).toBe(true)
      expect(list[5]).toBe(list)
    })

    it('carry refs that work where they arrive', async () => {
      await using place = await open()
      const near = place.system.spawn(Recorder)
      const far = place.system.spawn(Recorder, [], at(place))
      const back = await far.ask('echo', near)
      expect(near.equals(back as typeof near)).toBe(true)
      ;(back as typeof near).tell('note', 'through')
      expect(await near.ask('seen')).toEqual(['through'])
    })

    it('with something that cannot be pickled are refused at the sender, by path, and nothing is sent', async () => {
      await using place = await open()
      if (place.node === undefined) return
      const recorder = place.system.spawn(Recorder, [], at(place))
      const bad = { order: { run: () => 1 } }
      expect(() => void recorder.tell('note', bad)).toThrow(/args\[0\]\.order\.run/)
      await expect(recorder.ask('echo', bad)).rejects.toMatchObject({ code: 'TROUPE_NOT_SERIALIZABLE' })
      recorder.tell('note', 'good')
      expect(await recorder.ask('seen')).toEqual(['good'])
    })

    it('of a megabyte arrive whole', async () => {
      await using place = await open()
      const recorder = place.system.spawn(Recorder, [], at(place))
      const bytes = new Uint8Array(1_048_576).map((_, index) => index % 251)
      const back = (await recorder.ask('echo', bytes)) as Uint8Array
      expect(back).toBeInstanceOf(Uint8Array)
      expect(back.length === bytes.length && back.every((byte, index) => byte === bytes[index])).toBe(true)
    })
  })
}
