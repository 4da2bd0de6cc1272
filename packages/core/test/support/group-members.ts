/**
 * Members for groups under test, and how to wait for who is in one.
 */
import { actor } from '../../src/actor/define.ts'
import type { ActorDefinition } from '../../src/model/definition.ts'
import type { Group } from '../../src/model/group.ts'
import type { ActorRef, AnyRef } from '../../src/model/ref.ts'
import type { Deferred } from '../../src/model/self.ts'
import { MODULE } from './memory-node.ts'

export interface SingerProtocol {
  sing(what: string): void
  /** What it was told to sing so far. */
  sung(): string[]
  name(): string
  join(group: string): void
  leave(group: string): boolean
  /** Tells `to` so many times to sing, then ends. */
  singAndEnd(to: ActorRef<SingerProtocol>, times: number): void
  /** The addresses of a group's members as its node knows them. */
  seen(group: string): string[]
  /** Tells the whole group to sing. */
  conduct(group: string, what: string): void
  /** The name of the group's next member. */
  askAround(group: string): Deferred<string>
  fail(): never
}

/** Remembers what it is told; joins a group when it starts, if it is given one. */
export const Singer: ActorDefinition<SingerProtocol, [name?: string, group?: string]> = actor({
  name: 'Singer',
  module: MODULE,
  setup(self, name: string = 'nobody', group: string = '') {
    const sung: string[] = []
    if (group !== '') self.system.group(group).join(self.ref)
    return {
      sing: (what: string) => void sung.push(what),
      sung: () => sung,
      name: () => name,
      join: (other: string) => self.system.group(other).join(self.ref),
      leave: (other: string) => self.system.group(other).leave(self.ref),
      singAndEnd(to: ActorRef<SingerProtocol>, times: number) {
        for (let n = 0; n < times; n++) void to.tell('sing', `la ${n}`)
        self.stop()
      },
      seen: (other: string) => addresses(self.system.group(other).members()),
      conduct: (other: string, what: string) => void self.system.group<SingerProtocol>(other).tell('sing', what),
      askAround(other: string) {
        const answer = self.defer<string>() // it may be the next one itself
        self.system
          .group<SingerProtocol>(other)
          .ask('name')
          .then(
            (name) => answer.resolve(name),
            (error: unknown) => answer.reject(error),
          )
        return answer
      },
      fail(): never {
        throw new Error('out of tune')
      },
    }
  },
})

/** Sorted, because each node has its own order. */
export function addresses(refs: readonly AnyRef[]): string[] {
  return refs.map(({ address }) => address).sort()
}

/** Resolves when these are the members, each as often as it is given. */
export function membersAre(group: Group<never>, expected: readonly AnyRef[]): Promise<void> {
  const wanted = addresses(expected).join(' ')
  return until(group, () => addresses(group.members()).join(' ') === wanted)
}

/** Resolves when the members are as they should be. */
export function until(group: Group<never>, isSo: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    if (isSo()) {
      resolve()
      return
    }
    const subscription = group.changes.subscribe(() => {
      if (!isSo()) return
      resolve()
      queueMicrotask(() => subscription.unsubscribe())
    })
  })
}
