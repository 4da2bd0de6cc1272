/**
 * The timers of one actor's life: messages that it sends to itself. They end with that life.
 */
import type { Timer } from '../base/clock.ts'
import { checkText, checkTimeout } from '../base/check.ts'
import type { Cell } from './cell.ts'
import { RUNNING } from './cell-state.ts'

type Cancel = () => void

/** Sends `method` once, `ms` milliseconds from now; or runs something else as a message in its place. */
export function after(
  cell: Cell,
  ms: number,
  method: string,
  args: readonly unknown[],
  act: () => unknown = () => cell.callOwn(method, args),
): Cancel {
  checkTimeout('after', ms)
  checkText('after', method)
  return run(cell, ms, (timer) => {
    timer.forget()
    timer.send(act)
  })
}

/** Sends `method` every `ms` milliseconds; a beat that comes while the last one still waits is left out. */
export function every(cell: Cell, ms: number, method: string, args: readonly unknown[]): Cancel {
  checkTimeout('every', ms)
  checkText('every', method)
  if (ms === 0) throw new RangeError('every takes milliseconds above 0, not 0')
  let waiting = false
  return run(cell, ms, (timer) => {
    timer.arm(ms)
    if (waiting) return
    waiting = true
    timer.send(() => {
      waiting = false
      return cell.callOwn(method, args)
    })
  })
}

/** Sends `method` whenever no message came for `ms` milliseconds since the last one was done. */
export function idle(cell: Cell, ms: number, method: string): Cancel {
  checkTimeout('idle', ms)
  checkText('idle', method)
  if (ms === 0) throw new RangeError('idle takes milliseconds above 0, not 0')
  const { clock } = cell.kernel
  let last = clock.now()
  const touch = (): void => void (last = clock.now())
  const cancel = run(cell, ms, (timer) => {
    if (isBusy(cell)) touch()
    const left = last + ms - clock.now()
    timer.arm(left > 0 ? left : ms)
    if (left <= 0) timer.send(() => cell.callOwn(method, []))
  })
  const life = cell.ownLife
  life.idle?.cancel()
  life.idle = { touch, cancel }
  return () => {
    cancel()
    if (life.idle?.cancel === cancel) life.idle = null
  }
}

/** A message is being handled, or waits for its turn. */
function isBusy(cell: Cell): boolean {
  return cell.state !== RUNNING || (cell.box !== null && cell.box.length > 0)
}

/** One timer of an actor's life: in the life's list while it waits, so that it ends with that life. */
class LifeTimer {
  readonly #cell: Cell
  readonly #fire: (timer: LifeTimer) => void
  readonly #list: Set<Timer>
  #timer: Timer | null = null
  #canceled = false

  constructor(cell: Cell, fire: (timer: LifeTimer) => void) {
    this.#cell = cell
    this.#fire = fire
    this.#list = cell.ownLife.timers ??= new Set()
  }

  arm(ms: number): void {
    this.forget()
    this.#timer = this.#cell.kernel.clock.start(ms, () => this.#fire(this))
    this.#list.add(this.#timer)
  }

  forget(): void {
    if (this.#timer !== null) this.#list.delete(this.#timer)
    this.#timer = null
  }

  /** A message of its own, unless it is canceled while it waits. */
  send(act: () => unknown): void {
    this.#cell.takeTurn(() => (this.#canceled ? undefined : act()))
  }

  cancel(): void {
    this.#canceled = true
    this.#timer?.cancel()
    this.forget()
  }
}

function run(cell: Cell, ms: number, fire: (timer: LifeTimer) => void): Cancel {
  const timer = new LifeTimer(cell, fire)
  timer.arm(ms)
  return () => timer.cancel()
}
