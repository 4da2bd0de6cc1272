/**
 * Actors that many tests need. Each says what it is for; none has hidden behavior.
 */
import { actor } from '../../src/actor/define.ts'
import type { ActorDefinition } from '../../src/model/definition.ts'
import type { Self } from '../../src/model/self.ts'

interface CounterProtocol {
  add(n: number): void
  get(): number
  fail(message: string): never
}

/** Counts, and fails when told to. */
export const Counter: ActorDefinition<CounterProtocol, [start?: number]> = actor({
  name: 'Counter',
  setup(_self, start: number = 0) {
    let count = start
    return {
      add(n: number) {
        count += n
      },
      get: () => count,
      fail(message: string): never {
        throw new Error(message)
      },
    }
  },
})

/** An actor of a test's own, without the words around it. */
export function inline<Protocol extends object>(
  setup: (self: Self) => Protocol | Promise<Protocol>,
  name = 'Inline',
): ActorDefinition<Protocol, readonly []> {
  return actor({ name, setup: (self: Self) => setup(self) })
}

/** Has no messages: for what happens around its life. */
export const Idle: ActorDefinition<object, readonly []> = inline(() => ({}), 'Idle')
