/**
 * A promise for a time: on the clock of a system, which tests move by hand.
 */
import { actor } from '../../index.ts'
import type { ActorDefinition, Self } from '../../index.ts'
import { checkedTimeout } from './check.ts'
import type { Spawner } from './queue.ts'

const Delay: ActorDefinition<{ passed(): void; over(): void }, readonly [ms: number]> = actor({
  name: 'troupe.Delay',
  setup(self: Self, ms: number) {
    let resolve: () => void = () => undefined
    self.after(ms, 'over')
    return {
      passed() {
        const answer = self.defer()
        resolve = () => answer.resolve(undefined)
        self.request.signal.addEventListener('abort', () => self.stop(), { once: true })
      },
      over() {
        resolve()
        self.stop()
      },
    }
  },
})

/**
 * Resolves after so many milliseconds on the clock of the spawner's system; rejects with the signal's reason at its abort, and
 * with ActorStoppedError when the spawner ends before.
 *
 * @example
 * const { key } = await select({ work: system.terminated, tick: (signal) => delay(system, 10, { signal }) })
 * console.log(key)
 */
export async function delay(spawner: Spawner, ms: number, options: { readonly signal?: AbortSignal } = {}): Promise<void> {
  const { signal } = options
  if (checkedTimeout(ms) === Number.POSITIVE_INFINITY) throw new RangeError('delay takes a number of milliseconds, not Infinity')
  signal?.throwIfAborted()
  const timer = spawner.spawn(Delay, [ms])
  await timer.with({ timeout: Number.POSITIVE_INFINITY, ...(signal === undefined ? {} : { signal }) }).ask('passed')
}
