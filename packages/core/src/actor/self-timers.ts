/**
 * The timers of one actor's life: messages that it sends to itself. They end with that life.
 */
import type { Timer } from '../base/clock.ts'
import { checkText, checkTimeout } from '../base/check.ts'
import type { Cell } from './cell.ts'

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
  return run(cell, ms, (forget) => {
    forget()
    cell.takeTurn(act)
  })
}

/** Sends `method` every `ms` milliseconds; a beat that comes while the last one still waits is left out. */
export function every(cell: Cell, ms: number, method: string, args: readonly unknown[]): Cancel {
  checkTimeout('every', ms)
  checkText('every', method)
  if (ms === 0) throw new RangeError('every takes milliseconds above 0, not 0')
  let waiting = false
  return run(cell, ms, (_forget, again) => {
    again(ms)
    if (waiting) return
    waiting = true
    cell.takeTurn(() => {
      waiting = false
      return cell.callOwn(method, args)
    })
  })
}

/** Sends `method` whenever no message came for `ms` milliseconds. */
export function idle(cell: Cell, ms: number, method: string): Cancel {
  checkTimeout('idle', ms)
  checkText('idle', method)
  if (ms === 0) throw new RangeError('idle takes milliseconds above 0, not 0')
  const { clock } = cell.kernel
  let last = clock.now()
  const cancel = run(cell, ms, (_forget, again) => {
    const left = last + ms - clock.now()
    if (left > 0) {
      again(left)
      return
    }
    again(ms)
    cell.takeTurn(() => cell.callOwn(method, []))
  })
  const life = cell.ownLife
  const mine = { touch: () => void (last = clock.now()) }
  life.idle?.cancel()
  life.idle = { ...mine, cancel }
  return () => {
    cancel()
    if (life.idle?.cancel === cancel) life.idle = null
  }
}

/** A timer that is in the life's list while it waits, so that it ends with that life. */
function run(cell: Cell, ms: number, fire: (forget: () => void, again: (ms: number) => void) => void): Cancel {
  const timers = (cell.ownLife.timers ??= new Set())
  let timer: Timer | null = null
  const forget = (): void => {
    if (timer !== null) timers.delete(timer)
    timer = null
  }
  const arm = (wait: number): void => {
    forget()
    timer = cell.kernel.clock.start(wait, () => fire(forget, arm))
    timers.add(timer)
  }
  arm(ms)
  return () => {
    timer?.cancel()
    forget()
  }
}
