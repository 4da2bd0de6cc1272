/**
 * The actor that computes, in a web worker. Its answer is a stream: how far it is, and at last the result.
 */
import { actor } from '@troupe/core'
import type { Self } from '@troupe/core'

export interface Progress {
  readonly percent: number
  /** So far; at 100 percent the result. */
  readonly primes: number
}

export interface CounterProtocol {
  count(limit: number): AsyncIterable<Progress>
}

/** Milliseconds of computing between two looks at the messages, where a cancellation may be. */
const SLICE = 20

export const Counter = actor({
  name: 'Counter',
  setup: (_self: Self): CounterProtocol => ({
    // Whoever reads this sets the pace; when they leave the loop, it ends here, too.
    async *count(limit) {
      let primes = 0
      let until = performance.now() + SLICE
      for (let n = 2; n <= limit; n++) {
        if (isPrime(n)) primes++
        if (performance.now() < until) continue
        yield { percent: Math.floor((100 * n) / limit), primes }
        await new Promise((resolve) => setTimeout(resolve))
        until = performance.now() + SLICE
      }
      yield { percent: 100, primes }
    },
  }),
})

function isPrime(n: number): boolean {
  for (let divisor = 2; divisor * divisor <= n; divisor++) if (n % divisor === 0) return false
  return true
}
