/** What the tests' holders of locks have in common. */
import type { Deferred, Self } from '../../../src/index.ts'
import type { Lease, Lock } from '../../../src/parallel/index.ts'

/** Acquires while the actor goes on, and answers with the token; the lease goes to `leases`. */
export function acquireInto(leases: Lease[], self: Self, lock: Lock, options?: Parameters<Lock['acquire']>[0]): Deferred<number> {
  const answer = self.defer<number>()
  lock.acquire(options).then(
    (lease) => (leases.push(lease), answer.resolve(lease.token)),
    (error: unknown) => answer.reject(error),
  )
  return answer
}
