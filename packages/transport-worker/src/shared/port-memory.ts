/**
 * Shared memory on its way between two threads. It is posted by itself, ahead of the frame that names it, and waits at the other
 * end until that frame is read.
 */
import type { MemoryLane } from '@troupe/core/transport'

export class PortMemory implements MemoryLane {
  readonly #post: (id: number, memory: SharedArrayBuffer) => void
  readonly #arrived = new Map<number, SharedArrayBuffer>()
  #lastId = 0

  /** `post` sends it over the port, in order with the frames. */
  constructor(post: (id: number, memory: SharedArrayBuffer) => void) {
    this.#post = post
  }

  give(memory: SharedArrayBuffer): number {
    this.#post(++this.#lastId, memory)
    return this.#lastId
  }

  take(id: number): SharedArrayBuffer | null {
    const memory = this.#arrived.get(id) ?? null
    this.#arrived.delete(id)
    return memory
  }

  /** The other end's post. */
  arrived(id: number, memory: SharedArrayBuffer): void {
    this.#arrived.set(id, memory)
  }

  /** Nothing more is read. */
  clear(): void {
    this.#arrived.clear()
  }
}
