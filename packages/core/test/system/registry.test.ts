import { describe, expect, it } from 'vitest'
import { actor } from '../../src/actor/define.ts'
import type { AnyRef } from '../../src/model/ref.ts'
import { record, testSystem } from '../support/test-system.ts'
import { rejection, stateOf, turns } from '../support/waiting.ts'

const Named = actor({
  name: 'Named',
  setup: (self, name: string) => ({
    who: () => name,
    fail: () => {
      throw new Error(`${name} failed`)
    },
    watch: (ref: AnyRef, heard: (kind: string) => void) => void self.watch(ref, ({ kind }) => heard(kind)),
    unwatchable: (ref: AnyRef, heard: (kind: string) => void) => self.watch(ref, ({ kind }) => heard(kind)),
    link: (ref: AnyRef) => self.link(ref),
  }),
})

describe('names', () => {
  it('lead to whoever has them at the moment of each message', async () => {
    await using system = testSystem()
    const { letters } = record(system)
    const ref = system.lookup<{ who(): string }>('boss')
    expect(await rejection(ref.ask('who'))).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED', reason: { kind: 'not-found' } })
    void ref.tell('who')
    expect(letters.map(({ why }) => why)).toEqual(['not-found'])

    const ada = system.spawn(Named, ['Ada'])
    system.register('boss', ada)
    expect(await ref.ask('who')).toBe('Ada')
    system.unregister('boss')
    system.register('boss', system.spawn(Named, ['Bob']))
    expect(await ref.ask('who')).toBe('Bob')
    expect(await ada.ask('who')).toBe('Ada')
  })

  it('are given once', async () => {
    await using system = testSystem()
    const ada = system.spawn(Named, ['Ada'])
    system.register('boss', ada)
    expect(() => system.register('boss', ada)).toThrow(expect.objectContaining({ code: 'TROUPE_NAME_TAKEN' }) as Error)
    system.register('friend', ada)
    expect(await system.lookup('friend').ask('who')).toBe('Ada')
  })

  it('are free when their actor ends, before its watchers hear of it', async () => {
    await using system = testSystem()
    const [ada, bob] = [system.spawn(Named, ['Ada']), system.spawn(Named, ['Bob'])]
    system.register('boss', ada)
    const heard = ada.exited.then(() => system.register('boss', bob))
    ada.stop()
    await heard
    expect(await system.lookup('boss').ask('who')).toBe('Bob')
  })

  it('are not kept by an actor that has ended already', async () => {
    await using system = testSystem()
    const ada = system.spawn(Named, ['Ada'])
    ada.kill()
    system.register('boss', ada)
    system.register('boss', system.spawn(Named, ['Bob']))
    expect(await system.lookup('boss').ask('who')).toBe('Bob')
  })

  it('must be texts', async () => {
    await using system = testSystem()
    const ada = system.spawn(Named, ['Ada'])
    for (const name of ['', 1, null, undefined]) {
      expect(() => system.register(name as string, ada)).toThrow(TypeError)
      expect(() => system.lookup(name as string)).toThrow(TypeError)
    }
    system.unregister('never given')
  })

  it('can be watched, stopped and waited for', async () => {
    await using system = testSystem()
    const ada = system.spawn(Named, ['Ada'])
    system.register('boss', ada)
    const ref = system.lookup('boss')
    await ref.ready
    const { exited } = ref
    expect(await stateOf(exited)).toBe('pending')
    ref.stop()
    expect(await exited).toEqual({ kind: 'normal' })
    expect(await ref.exited).toEqual({ kind: 'not-found' })
    await rejection(ref.ready)
  })

  it('stay with whom a watcher or a linked actor met under them', async () => {
    await using system = testSystem()
    const [ada, bob, eve] = [system.spawn(Named, ['Ada']), system.spawn(Named, ['Bob']), system.spawn(Named, ['Eve'])]
    const heard: string[] = []
    system.register('boss', ada)
    await eve.ask('watch', system.lookup('boss'), (kind) => heard.push(kind))
    await eve.ask('link', system.lookup('boss'))
    system.unregister('boss')
    system.register('boss', bob)
    void eve.tell('fail')
    await eve.exited
    // Eve was linked to Ada, not to who has the name now.
    expect(await ada.exited).toMatchObject({ kind: 'error' })
    expect(await bob.ask('who')).toBe('Bob')
    expect(heard).toEqual([])
  })

  it('are gone with the system', async () => {
    const system = testSystem()
    system.register('boss', system.spawn(Named, ['Ada']))
    const ref = system.lookup('boss')
    await system.shutdown()
    await turns()
    expect(await rejection(ref.ask('who'))).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED', reason: { kind: 'not-found' } })
  })
})
