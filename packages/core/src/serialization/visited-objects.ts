/**
 * The objects of one payload that were met: shared references and circles must stay what they are, so a second visit matters.
 */

/** Up to here a scan of a small array finds a second visit faster than a Set. */
const SMALL = 8

/** Reused from payload to payload. */
export class VisitedObjects {
  readonly #first: (object | undefined)[] = new Array<object | undefined>(SMALL).fill(undefined)
  readonly #rest = new Set<object>()
  #met = 0

  /** False when it was met before. */
  meet(value: object): boolean {
    const met = this.#met
    const inFirst = met < SMALL ? met : SMALL
    for (let index = 0; index < inFirst; index++) if (this.#first[index] === value) return false
    if (met < SMALL) this.#first[met] = value
    else if (this.#rest.has(value)) return false
    else this.#rest.add(value)
    this.#met++
    return true
  }

  forget(): void {
    const inFirst = this.#met < SMALL ? this.#met : SMALL
    for (let index = 0; index < inFirst; index++) this.#first[index] = undefined
    if (this.#met > SMALL) this.#rest.clear()
    this.#met = 0
  }
}
