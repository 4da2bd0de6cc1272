/**
 * Something that takes a processor's time: counting primes. For `parallelize`.
 */
import { task } from '@troupe/core/parallel'

export interface Range {
  readonly from: number
  /** Not counted any more. */
  readonly to: number
}

export const countPrimes = task({
  name: 'countPrimes',
  module: import.meta.url,
  run({ from, to }: Range): number {
    let primes = 0
    for (let n = Math.max(from, 2); n < to; n++) if (isPrime(n)) primes++
    return primes
  },
})

function isPrime(n: number): boolean {
  for (let divisor = 2; divisor * divisor <= n; divisor++) if (n % divisor === 0) return false
  return true
}
