/**
 * `actor`: makes a definition out of what a program writes.
 */
import { checkFunction, checkText } from '../base/check.ts'
import type { ActorDefinition } from '../model/definition.ts'
import type { Self } from '../model/self.ts'

export interface ActorOptions<Protocol extends object, Args extends readonly unknown[]> {
  /** With `module`, how another thread, process or machine finds it: the name under which the module exports it. */
  readonly name: string
  /** `import.meta.url` of the module that exports it. Optional for actors that stay on their node. */
  readonly module?: string
  /** Once per life; may be async. What it returns is the protocol: one function per message. A throw is a failed start. */
  setup(self: Self, ...args: Args): Protocol | Promise<Protocol>
}

/**
 * Defines an actor. State lives in the variables of `setup`; nobody else can reach it.
 *
 * @example
 * const Counter = actor({
 *   name: 'Counter',
 *   setup(self, start: number) {
 *     let count = start
 *     return { add(n: number) { count += n }, get: () => count }
 *   },
 * })
 */
export function actor<Protocol extends object, Args extends readonly unknown[]>(
  options: ActorOptions<Protocol, Args>,
): ActorDefinition<Protocol, Args> {
  checkText('actor: name', options.name)
  checkFunction('actor: setup', options.setup)
  return { name: options.name, module: options.module, setup: options.setup }
}
