/**
 * Every ask settles, once, and says why.
 */
import { describe, expect, it } from 'vitest'
import { createProbe } from '../probe.ts'
import { Asker, Recorder, Worker } from './actors.ts'
import { type Place, at } from './place.ts'

export function describeAsks(open: () => Promise<Place>): void {
  describe('asks', () => {
    it('reject with the error of the handler: class, message and all', async () => {
      await using place = await open()
      const worker = place.system.spawn(Worker, [], at(place))
      const error: unknown = await worker.ask('fail', 'too far').catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(RangeError)
      expect(error).toMatchObject({ message: 'too far' })
      expect(String((error as Error).stack)).toContain('too far')
    })

    it('reject with what an async handler rejected with', async () => {
      await using place = await open()
      const worker = place.system.spawn(Worker, [], at(place))
      await expect(worker.ask('failLater', 'later')).rejects.toThrow(TypeError)
    })

    it('reject when no answer comes in time', async () => {
      await using place = await open()
      const worker = place.system.spawn(Worker, [], at(place))
      await worker.ready
      await expect(worker.with({ timeout: 30 }).ask('never')).rejects.toMatchObject({
        name: 'AskTimeoutError',
        code: 'TROUPE_ASK_TIMEOUT',
      })
      worker.kill() // it is still at it, and an orderly end would wait for it
    })

    it('reject at once when the target is killed, those that wait in its queue too', async () => {
      await using place = await open()
      const worker = place.system.spawn(Worker, [], at(place))
      await worker.ready
      const asks = [worker.ask('never'), worker.ask('get'), worker.ask('get')]
      worker.kill()
      for (const settled of await Promise.allSettled(asks)) {
        expect(settled).toMatchObject({
          status: 'rejected',
          reason: { code: 'TROUPE_ACTOR_STOPPED', reason: { kind: 'killed' } },
        })
      }
    })

    it('reject for a handler that does not exist, and the actor goes on', async () => {
      await using place = await open()
      const worker = place.system.spawn(Worker, [3], at(place))
      for (const method of ['nothing', 'constructor', '__proto__', 'toString']) {
        await expect(worker.ask(method as 'get')).rejects.toMatchObject({ code: 'TROUPE_UNKNOWN_METHOD' })
      }
      expect(await worker.ask('get')).toBe(3)
    })

    it('reject for a target that is gone', async () => {
      await using place = await open()
      const worker = place.system.spawn(Worker, [], at(place))
      worker.stop()
      await worker.exited
      await expect(worker.ask('get')).rejects.toMatchObject({ code: 'TROUPE_ACTOR_STOPPED' })
    })

    it('reject with the error when the answer cannot be pickled, and the actor goes on', async () => {
      await using place = await open()
      if (place.node === undefined) return
      const worker = place.system.spawn(Worker, [4], at(place))
      await expect(worker.ask('unpicklable')).rejects.toMatchObject({ code: 'TROUPE_NOT_SERIALIZABLE' })
      expect(await worker.ask('get')).toBe(4)
    })

    it('tell the handler when the asker gives up', async () => {
      await using place = await open()
      const probe = createProbe(place.system)
      const worker = place.system.spawn(Worker, [], at(place))
      await worker.ready
      const controller = new AbortController()
      const asked = worker.with({ signal: controller.signal }).ask('untilAborted', probe.ref)
      await worker.ask('get')
      controller.abort(new Error('enough'))
      await expect(asked).rejects.toThrow('enough')
      expect((await probe.next()).method).toBe('aborted')
    })

    it('in a circle of two actors reject with the circle', async () => {
      await using place = await open()
      const near = place.system.spawn(Asker)
      const far = place.system.spawn(Asker, [], at(place))
      await Promise.all([near.ask('meet', far), far.ask('meet', near)])
      await expect(near.ask('askPeer', 2)).rejects.toMatchObject({ code: 'TROUPE_DEADLOCK', cycle: [near.path, far.path] })
    })

    it('in a circle reject also when actors ask after an await', async () => {
      await using place = await open()
      const near = place.system.spawn(Asker)
      const far = place.system.spawn(Asker, [], at(place))
      await Promise.all([near.ask('meet', far), far.ask('meet', near)])
      await expect(far.ask('askPeerLater', 2)).rejects.toMatchObject({ code: 'TROUPE_DEADLOCK' })
    })

    it('of many callers at once each get their own answer', async () => {
      await using place = await open()
      const recorder = place.system.spawn(Recorder, [], at(place))
      const answers = await Promise.all(Array.from({ length: 500 }, (_, index) => recorder.ask('echo', index)))
      expect(answers).toEqual(Array.from({ length: 500 }, (_, index) => index))
    })
  })
}
