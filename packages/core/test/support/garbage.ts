/**
 * Asks the garbage collector what is still held.
 */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { turns } from './waiting.ts'

/** Notes values, and counts how many of them nobody holds any more. */
export class Garbage {
  readonly #refs: { readonly name: string; readonly ref: WeakRef<object> }[] = []

  /** Hands the value on. */
  note<Value extends object>(name: string, value: Value): Value {
    this.#refs.push({ name, ref: new WeakRef(value) })
    return value
  }

  /** The names of those that are still held once all garbage is collected. */
  async held(): Promise<string[]> {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const held = (): string[] => this.#refs.filter(({ ref }) => ref.deref() !== undefined).map(({ name }) => name)
    for (let round = 0; round < 5 && held().length > 0; round++) {
      await turns(2)
      collect()
    }
    return held()
  }
}
