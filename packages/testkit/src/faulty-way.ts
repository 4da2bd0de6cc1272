/**
 * One direction of a link with faults: takes frames, and hands them on late, twice, in another order, changed, or not at all.
 */
import type { Timer } from '@troupe/core/transport'
import type { FaultKind, FaultWay, Faults } from './faults.ts'

interface Waiting {
  readonly due: number
  readonly bytes: number
  readonly run: () => void
}

export class FaultyWay {
  readonly #name: FaultWay
  readonly #faults: Faults
  readonly #hand: (frame: Uint8Array) => void
  readonly #cut: () => void
  /** In the order in which they are handed on. */
  #waiting: Waiting[] = []
  #bytes = 0
  /** For the first one that waits. */
  #timer: Timer | null = null
  /** What the next frame overtakes. Waits for it as long as it takes. */
  #late: Uint8Array | null = null
  #silent = false

  constructor(name: FaultWay, faults: Faults, hand: (frame: Uint8Array) => void, cut: () => void) {
    this.#name = name
    this.#faults = faults
    this.#hand = hand
    this.#cut = cut
  }

  get silent(): boolean {
    return this.#silent
  }

  /** How many wait to be handed on. */
  get bytes(): number {
    return this.#bytes
  }

  setSilent(silent: boolean): void {
    this.#silent = silent
    this.#pump()
  }

  take(frame: Uint8Array): void {
    const fault = this.#faults.decide(this.#name, frame)
    if (fault === 'cut') return this.#cut()
    if (fault === 'half-open') this.#silent = true
    if (fault === 'reorder' && this.#late === null) {
      this.#late = frame
      return
    }
    for (const one of this.#changed(frame, fault)) this.#pass(one)
    this.#passLate()
  }

  /** Behind all that was taken. */
  end(run: () => void): void {
    this.#passLate()
    this.#wait({ run, bytes: 0 }, 0)
  }

  /** Drops what waits. */
  clear(): void {
    this.#waiting = []
    this.#bytes = 0
    this.#late = null
    this.#timer?.cancel()
    this.#timer = null
  }

  #passLate(): void {
    const late = this.#late
    this.#late = null
    if (late !== null) this.#pass(late)
  }

  #pass(frame: Uint8Array): void {
    this.#wait({ run: () => this.#hand(frame), bytes: frame.length }, this.#faults.delay())
  }

  #wait(what: Omit<Waiting, 'due'>, delay: number): void {
    const due = Math.max(this.#faults.clock.now() + delay, this.#waiting.at(-1)?.due ?? 0)
    this.#waiting.push({ ...what, due })
    this.#bytes += what.bytes
    this.#pump()
  }

  #pump(): void {
    const { clock } = this.#faults
    while (!this.#silent) {
      const [first] = this.#waiting
      if (first === undefined) return
      const early = first.due - clock.now()
      if (early > 0) {
        this.#timer ??= clock.start(early, () => {
          this.#timer = null
          this.#pump()
        })
        return
      }
      this.#waiting.shift()
      this.#bytes -= first.bytes
      first.run()
    }
  }

  /** What comes of one frame. Its own bytes stay: they may be kept elsewhere. */
  #changed(frame: Uint8Array, fault: FaultKind | null): readonly Uint8Array[] {
    const { random } = this.#faults
    const upTo = (limit: number): number => Math.floor(random() * limit)
    switch (fault) {
      case 'lose':
        return []
      case 'duplicate':
        return [frame.slice(), frame]
      case 'truncate':
        return [frame.slice(0, 1 + upTo(frame.length - 1))]
      case 'corrupt': {
        const copy = frame.slice()
        const bit = upTo(copy.length * 8)
        copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        return [copy]
      }
      default:
        return [frame]
    }
  }
}
