/**
 * Names for calls that nobody else makes or guesses: a random beginning, then a number.
 */
export class Keys {
  #beginning: string | null = null
  #last = 0

  next(): string {
    this.#beginning ??= random()
    return `${this.#beginning}.${++this.#last}`
  }
}

/** 64 bits, from the platform's secure source. */
function random(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(2)), (word) => word.toString(36)).join('')
}
