/**
 * Knows which actor goes on after an await, so that nobody has to say `by: self`. It rests on the platform's
 * AsyncLocalStorage, where there is one, and makes every handler call dearer: `createSystem({ asyncContext: true })`.
 */
import { platformProcess } from '../base/platform.ts'
import type { Asker } from './pending-ask.ts'

interface Turn {
  readonly asker: Asker
  readonly turn: number
}

/** The part of AsyncLocalStorage that is used. */
interface Storage {
  run<Result>(store: Turn | undefined, call: () => Result): Result
  getStore(): Turn | undefined
}

interface AsyncHooks {
  readonly AsyncLocalStorage?: new () => Storage
}

export class AsyncContext {
  readonly #storage: Storage

  constructor(storage: Storage) {
    this.#storage = storage
  }

  /** Runs a handler as the actor's current turn, over all of its awaits. */
  run<Result>(asker: Asker, call: () => Result): Result {
    return this.#storage.run({ asker, turn: asker.turn }, call)
  }

  /** Runs what belongs to no actor. */
  runAsNobody(call: () => void): void {
    this.#storage.run(undefined, call)
  }

  /** The actor whose handler or setup goes on; null when that is done. */
  current(): Asker | null {
    const turn = this.#storage.getStore()
    if (turn === undefined || turn.asker.turn !== turn.turn) return null
    return turn.asker.handling !== null || turn.asker.suspended ? turn.asker : null
  }
}

/** Throws TypeError where the platform has no AsyncLocalStorage. Found without an import, so that browsers can load this. */
export function createAsyncContext(): AsyncContext {
  // Safe: that is what the module exports on every platform that has it.
  const hooks = platformProcess()?.getBuiltinModule?.('node:async_hooks') as AsyncHooks | undefined
  const Storage = hooks?.AsyncLocalStorage
  if (Storage === undefined)
    throw new TypeError('createSystem: asyncContext needs AsyncLocalStorage, which this platform lacks: pass `by: self` instead')
  return new AsyncContext(new Storage())
}
