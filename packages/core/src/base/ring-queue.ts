/**
 * A queue in a power-of-two ring: push and shift cost the same whether it holds one item or a million. It grows by
 * doubling and gives its memory back when it has been large and runs empty.
 */

const SMALLEST = 8
/** Rings above this size are dropped when they run empty. */
const KEPT = 1_024

export class RingQueue<Item> {
  #slots: (Item | undefined)[]
  #mask: number
  #head = 0
  #length = 0

  constructor() {
    this.#slots = new Array<Item | undefined>(SMALLEST)
    this.#mask = SMALLEST - 1
  }

  get length(): number {
    return this.#length
  }

  push(item: Item): void {
    if (this.#length > this.#mask) this.#grow()
    this.#slots[(this.#head + this.#length) & this.#mask] = item
    this.#length++
  }

  /** Puts an item before all others. */
  unshift(item: Item): void {
    if (this.#length > this.#mask) this.#grow()
    this.#head = (this.#head - 1) & this.#mask
    this.#slots[this.#head] = item
    this.#length++
  }

  /** Takes the oldest item; undefined when there is none. */
  shift(): Item | undefined {
    if (this.#length === 0) return undefined
    const item = this.#slots[this.#head]
    this.#slots[this.#head] = undefined
    this.#head = (this.#head + 1) & this.#mask
    this.#length--
    if (this.#length === 0 && this.#mask >= KEPT) this.#reset()
    return item
  }

  /** The oldest item, left in place. */
  peek(): Item | undefined {
    return this.#length === 0 ? undefined : this.#slots[this.#head]
  }

  /** Takes out the oldest item that matches; the others keep their order. Costs its distance from the head. */
  remove(matches: (item: Item) => boolean): Item | undefined {
    for (let offset = 0; offset < this.#length; offset++) {
      const item = this.#slots[(this.#head + offset) & this.#mask]
      // Safe: slots between head and head + length hold items.
      if (!matches(item as Item)) continue
      for (let at = offset; at > 0; at--) {
        this.#slots[(this.#head + at) & this.#mask] = this.#slots[(this.#head + at - 1) & this.#mask]
      }
      this.shift()
      return item
    }
    return undefined
  }

  #grow(): void {
    const larger = new Array<Item | undefined>((this.#mask + 1) * 2)
    for (let offset = 0; offset < this.#length; offset++) larger[offset] = this.#slots[(this.#head + offset) & this.#mask]
    this.#slots = larger
    this.#mask = larger.length - 1
    this.#head = 0
  }

  #reset(): void {
    this.#slots = new Array<Item | undefined>(SMALLEST)
    this.#mask = SMALLEST - 1
    this.#head = 0
  }
}
