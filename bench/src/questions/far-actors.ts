/**
 * The actor that lives in threads and processes: workers import this module to find it.
 */
import { actor, type ActorDefinition } from '@troupe/core'

export interface Reading {
  readonly name: string
  readonly n: number
}

export interface FarProtocol {
  /** One way. */
  take(reading: Reading): void
  /** Sum of the `n` taken since the last call. */
  taken(): number
  /** Answers with `n + 1`. */
  increment(n: number): number
  /** One way. */
  takeBytes(bytes: Uint8Array): void
  /** Sum of the bytes taken since the last call. */
  takenBytes(): number
}

export const Far: ActorDefinition<FarProtocol, []> = actor({
  name: 'Far',
  module: import.meta.url,
  setup() {
    let sum = 0
    let bytes = 0
    return {
      take(reading: Reading) {
        sum += reading.n
      },
      taken() {
        const taken = sum
        sum = 0
        return taken
      },
      increment: (n: number) => n + 1,
      takeBytes(chunk: Uint8Array) {
        bytes += chunk.byteLength
      },
      takenBytes() {
        const taken = bytes
        bytes = 0
        return taken
      },
    }
  },
})
