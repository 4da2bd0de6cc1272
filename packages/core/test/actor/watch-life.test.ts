/**
 * Watching one life of a supervised actor.
 */
import { describe, expect, it } from 'vitest'
import { actor } from '../../src/actor/define.ts'
import { supervisor } from '../../src/actor/supervisor.ts'
import type { AnyRef } from '../../src/model/ref.ts'
import type { Self } from '../../src/model/self.ts'
import type { ActorDefinition } from '../../src/model/definition.ts'
import type { NodeDefinition } from '../../src/model/node.ts'
import { MODULE, MemoryNode } from '../support/memory-node.ts'
import { testSystem } from '../support/test-system.ts'
import { turns } from '../support/waiting.ts'

interface ChildProtocol {
  fail(): never
  lives(): string
}

const Child: ActorDefinition<ChildProtocol, readonly []> = actor({
  name: 'Child',
  module: MODULE,
  setup: () => ({
    fail: () => {
      throw new Error('told to fail')
    },
    lives: () => 'lives',
  }),
})

/** Says what it is told of the one it watches, of its place and of its life. */
const Watching = actor({
  name: 'Watching',
  setup(self: Self) {
    const heard: string[] = []
    return {
      watch(ref: AnyRef) {
        self.watch(ref, ({ kind }) => heard.push(`place ${kind}`))
        self.watch(ref, ({ kind }) => heard.push(`life ${kind}`), 'life')
        self.watch(ref, () => heard.push('never'), 'life')()
      },
      again: (ref: AnyRef) => void self.watch(ref, ({ kind }) => heard.push(`next ${kind}`), 'life'),
      heard: () => heard.join(', '),
    }
  },
})

/** A supervised child: here, or on a node. */
async function start(node: NodeDefinition | null) {
  const system = testSystem({ name: 'parent' })
  const children = [
    ...(node === null ? [] : [{ id: 'node', actor: node }]),
    { id: 'child', actor: Child, ...(node === null ? {} : { on: 'node' }) },
  ]
  const boss = system.spawn(supervisor({ name: 'Boss', children, maxRestarts: 1 }))
  await boss.ready
  const child = await boss.ask('child', 'child')
  return { system, child, boss, [Symbol.asyncDispose]: () => system.shutdown() }
}

describe('a watch on a life', () => {
  it.each<[string, () => NodeDefinition | null]>([
    ['is told of a restart, once, where watchers of the place are not', () => null],
    ['is the same over a link', () => new MemoryNode('w', { Child }).definition],
  ])('%s', async (_, node) => {
    await using family = await start(node())
    const { system, child } = family
    const watching = system.spawn(Watching)
    await watching.ask('watch', child)
    await child.ask('fail').catch(() => undefined)
    while ((await watching.ask('heard')) === '') await turns(1)
    while ((await child.ask('lives').catch(() => null)) === null) await turns(1)
    expect(await watching.ask('heard')).toBe('life error')
    await watching.ask('again', child)
    await child.ask('fail').catch(() => undefined)
    await child.exited
    while (!(await watching.ask('heard')).includes('place')) await turns(1)
    expect((await watching.ask('heard')).split(', ').sort()).toEqual([
      'life error',
      'next error',
      expect.stringMatching(/^place /),
    ])
  })

  it('of an actor that is gone is told at once', async () => {
    await using system = testSystem()
    const child = system.spawn(Child)
    child.kill()
    await child.exited
    const watching = system.spawn(Watching)
    await watching.ask('watch', child)
    await turns()
    expect(await watching.ask('heard')).toBe('place not-found, life not-found')
  })
})
