/**
 * The numbers by which a pool and its workers call tasks.
 */
import type { TaskParts } from '../tasks/task.ts'

/** How a task is named to workers, once. */
export interface TaskName {
  readonly module: string
  readonly name: string
}

export class TaskNumbers {
  readonly #names: TaskName[] = []
  readonly #byName = new Map<string, number>()
  /** The same by function, which is faster to look up than a text is made. */
  readonly #byRun = new WeakMap<object, number>()

  numberOf({ run, module, name }: TaskParts): number {
    const known = this.#byRun.get(run)
    if (known !== undefined) return known
    const key = `${module}#${name}`
    let number = this.#byName.get(key)
    if (number === undefined) {
      number = this.#names.length
      this.#names.push({ module, name })
      this.#byName.set(key, number)
    }
    this.#byRun.set(run, number)
    return number
  }

  /** The task of a number that was given out. */
  nameOf(number: number): TaskName {
    return this.#names[number] ?? { module: '', name: '' }
  }
}
