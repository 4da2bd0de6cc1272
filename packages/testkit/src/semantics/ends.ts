/**
 * How actors end, and who hears of it when.
 */
import type { ExitReason, RefOf } from '@troupe/core'
import { describe, expect, it } from 'vitest'
import { createProbe } from '../probe.ts'
import { LastWords, Observer, Parent, Recorder, Worker } from './actors.ts'
import { type Place, at } from './place.ts'

export function describeEnds(open: () => Promise<Place>): void {
  describe('ends', () => {
    it('by stop come after what was queued before', async () => {
      await using place = await open()
      const probe = createProbe(place.system)
      const observer = place.system.spawn(Observer, [probe.ref], at(place))
      for (let index = 0; index < 100; index++) observer.tell('word', index)
      observer.stop()
      expect(await observer.exited).toEqual({ kind: 'normal' })
      expect((await probe.count(100)).map(({ args }) => args[0])).toEqual(Array.from({ length: 100 }, (_, index) => index))
    })

    it.each([
      [
        'a stop with a reason',
        (worker: Ref) => worker.stop({ kind: 'shutdown', detail: 'enough' }),
        { kind: 'shutdown', detail: 'enough' },
      ],
      ['a kill', (worker: Ref) => worker.kill(), { kind: 'killed' }],
      ['an error', (worker: Ref) => void worker.tell('fail', 'broken'), { kind: 'error', error: { message: 'broken' } }],
      ['its own wish', (worker: Ref) => void worker.tell('leave'), { kind: 'normal' }],
    ])('by %s are told with that reason', async (_name, end, reason) => {
      await using place = await open()
      const worker = place.system.spawn(Worker, [], at(place))
      await worker.ready
      end(worker)
      expect(await worker.exited).toMatchObject(reason)
      expect(await worker.exited).toMatchObject({ kind: reason.kind })
    })

    it.each(['stop', 'throw'] as const)('by %s are heard after the last message, by watchers and links', async (how) => {
      await using place = await open()
      const probe = createProbe(place.system)
      const speaker = place.system.spawn(LastWords, [], at(place))
      const observer = place.system.spawn(Observer, [probe.ref])
      await Promise.all([observer.ask('trap'), observer.ask('watch', speaker), observer.ask('link', speaker), speaker.ready])
      speaker.tell('speak', observer, 50, how)
      const heard = (await probe.count(52)).map(({ method }) => method)
      expect(heard.slice(0, 50).every((method) => method === 'word')).toBe(true)
      expect(heard.slice(50).sort()).toEqual(['ended', 'exit'])
    })

    it('are told once, also for an actor that is gone already', async () => {
      await using place = await open()
      const probe = createProbe(place.system)
      const worker = place.system.spawn(Worker, [], at(place))
      const observer = place.system.spawn(Observer, [probe.ref])
      worker.stop()
      await worker.exited
      await observer.ask('watch', worker)
      const [notice] = await probe.count(1)
      expect(notice).toEqual({ method: 'ended', args: [{ kind: 'not-found' }] })
    })

    it('free the name before anybody hears of them', async () => {
      await using place = await open()
      const spawn = () => place.system.spawn(Recorder, [], { name: 'only', ...at(place) })
      const first = spawn()
      await first.ready
      first.kill()
      await first.exited
      const second = spawn()
      await second.ready
      expect(second.equals(first)).toBe(false)
    })

    it('of a parent come after those of its children, in reverse order', async () => {
      await using place = await open()
      const probe = createProbe(place.system)
      const parent = place.system.spawn(Parent, [probe.ref, ['a', 'b', 'c']], at(place))
      expect(await parent.ask('children')).toBe(3)
      parent.stop()
      await parent.exited
      expect((await probe.count(4)).map(({ args }) => args[0])).toEqual(['c', 'b', 'a', 'parent'])
    })

    it('by kill run no hooks and take the children along', async () => {
      await using place = await open()
      const probe = createProbe(place.system)
      const parent = place.system.spawn(Parent, [probe.ref, ['a']], at(place))
      await parent.ready
      parent.kill()
      expect(await parent.exited).toEqual({ kind: 'killed' })
      expect(probe.received).toEqual([])
    })

    it('with a failure take linked actors along', async () => {
      await using place = await open()
      const probe = createProbe(place.system)
      const worker = place.system.spawn(Worker, [], at(place))
      const observer = place.system.spawn(Observer, [probe.ref])
      await observer.ask('link', worker)
      await worker.ready
      worker.tell('fail', 'together')
      expect(await observer.exited).toMatchObject({ kind: 'error', error: { message: 'together' } })
    })

    it('of setup reject ready with the cause', async () => {
      await using place = await open()
      const broken = place.system.spawn(Parent, [createProbe(place.system).ref, ['not a name!']], at(place))
      await expect(broken.ready).rejects.toMatchObject({ code: 'TROUPE_START_FAILED' })
      expect(await broken.exited).toMatchObject({ kind: 'error' })
    })

    it('of the node reject asks and are told to watchers, once, with its reason', async () => {
      await using place = await open()
      if (place.lose === undefined) return
      const probe = createProbe(place.system)
      const worker = place.system.spawn(Worker, [], at(place))
      const observer = place.system.spawn(Observer, [probe.ref])
      await worker.ready
      await observer.ask('watch', worker)
      const asked = Promise.allSettled([worker.ask('never'), worker.ask('get')])
      place.lose()
      for (const settled of await asked)
        expect(settled).toMatchObject({ status: 'rejected', reason: { code: 'TROUPE_ACTOR_STOPPED' } })
      const [notice] = await probe.count(1)
      expect(notice?.method).toBe('ended')
      const reason = notice?.args[0] as ExitReason
      expect(isLoss(reason)).toBe(true)
      await expect(worker.ask('get')).rejects.toMatchObject({ code: 'TROUPE_ACTOR_STOPPED' })
      expect(await worker.exited).toMatchObject({ kind: reason.kind })
    })
  })
}

type Ref = RefOf<typeof Worker>

function isLoss(reason: ExitReason): boolean {
  return ['disconnected', 'killed', 'signal', 'exit'].includes(reason.kind)
}
