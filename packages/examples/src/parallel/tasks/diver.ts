/**
 * The workers of `semaphore`: each comes with its own wish to go down, and goes when there is air for it.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { actor } from '@troupe/core'
import type { NumberValue, Semaphore } from '@troupe/core/parallel'

export interface Dive {
  /** Divers that were down, this one too, when it went. */
  readonly down: number
  /** The number of its lease: it rises with every one given. */
  readonly token: number
}

export const Diver = actor({
  name: 'Diver',
  module: import.meta.url,
  setup(_self, air: Semaphore, under: NumberValue<'int32'>) {
    return {
      async dive(ms: number): Promise<Dive> {
        await using lease = await air.acquire() // given back at the end of the block, however that is reached
        const down = await under.add(1)
        await sleep(ms)
        await under.add(-1)
        return { down, token: lease.token }
      },
      /** Takes air, and is not heard of again. */
      async vanish() {
        await air.acquire()
        process.exit(1)
      },
    }
  },
})
