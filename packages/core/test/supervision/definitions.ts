/**
 * Definitions for specs under test, made by hand: this floor knows no `actor()`.
 */
import type { ActorDefinition } from '../../src/model/definition.ts'
import type { NodeDefinition } from '../../src/model/node.ts'
import type { Self } from '../../src/model/self.ts'
import type { AnyDefinition, Supervising } from '../../src/supervision/child-spec.ts'
import { toSupervisorSettings } from '../../src/supervision/supervisor-settings.ts'

/** The shape of `actor()`: whatever it makes must fit a child spec. */
function define<Protocol, Args extends readonly unknown[]>(options: {
  name: string
  module?: string
  setup: (self: Self, ...args: Args) => Protocol | Promise<Protocol>
}): ActorDefinition<Protocol, Args> {
  return { module: undefined, ...options }
}

export const Counter = define({
  name: 'Counter',
  module: 'file:///counter.js',
  setup: (_self, start: number) => ({ get: () => start }),
})
export const Greeter = define({ name: 'Greeter', setup: async () => ({ greet: (name: string) => `hello ${name}` }) })

export const Worker: NodeDefinition = {
  name: 'Worker',
  module: undefined,
  setup: () => ({ info: () => ({ name: 'w', id: 'w~1' }) }),
  launch: () => Promise.reject(new Error('not started in these tests')),
}

export const Inner: AnyDefinition & Supervising = {
  ...Greeter,
  name: 'Inner',
  supervises: toSupervisorSettings({ name: 'Inner', children: [] }),
}
