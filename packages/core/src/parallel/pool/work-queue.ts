/**
 * Work that waits: lower priorities first, equal ones in the order in which they came. What comes back goes before what waits.
 */

/** Something with items that are handed out. */
export interface Waiting {
  readonly priority: number
  /** Items that may be handed out now; 0: it is left out, and forgotten. */
  readonly left: number
}

/** Work of one priority. */
class Level<Work extends Waiting> {
  readonly priority: number
  /** Null once it was left out. */
  #items: (Work | null)[] = []
  #head = 0

  constructor(priority: number) {
    this.priority = priority
  }

  push(work: Work): void {
    this.#items.push(work)
  }

  putBack(work: Work): void {
    if (this.#items[this.#head] === work) return
    if (this.#head > 0) this.#items[--this.#head] = work
    else this.#items.unshift(work)
  }

  /** The first that has items left. */
  first(): Work | null {
    for (;;) {
      const work = this.#items[this.#head]
      if (work === undefined) {
        this.#items = []
        this.#head = 0
        return null
      }
      if (work !== null && work.left > 0) return work
      this.#items[this.#head++] = null
      if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
        this.#items = this.#items.slice(this.#head)
        this.#head = 0
      }
    }
  }

  /** At most so much work waits here. */
  get size(): number {
    return this.#items.length - this.#head
  }

  rest(): Work[] {
    return this.#items.slice(this.#head).filter((work) => work !== null && work.left > 0) as Work[]
  }
}

export class WorkQueue<Work extends Waiting> {
  /** By priority. */
  readonly #levels: Level<Work>[] = []

  push(work: Work): void {
    this.#level(work.priority).push(work)
  }

  /** Work of which something was handed out and came back. */
  putBack(work: Work): void {
    this.#level(work.priority).putBack(work)
  }

  /** What is next; it stays the next until it has nothing left. Null when nothing waits. */
  first(): Work | null {
    for (const level of this.#levels) {
      const work = level.first()
      if (work !== null) return work
    }
    return null
  }

  /** How much work waits, at most: what was given up may count. */
  get size(): number {
    let sum = 0
    for (const level of this.#levels) sum += level.size
    return sum
  }

  /** All that waits, in order. */
  list(): readonly Work[] {
    return this.#levels.flatMap((level) => level.rest())
  }

  clear(): void {
    this.#levels.length = 0
  }

  #level(priority: number): Level<Work> {
    let at = 0
    for (const level of this.#levels) {
      if (level.priority === priority) return level
      if (level.priority > priority) break
      at++
    }
    const level = new Level<Work>(priority)
    this.#levels.splice(at, 0, level)
    return level
  }
}
