/**
 * Runs what an actor registered with `onStop`: the last one first, each with a deadline, an error in one never in the
 * way of the next.
 */
import type { Clock, Timer } from '../base/clock.ts'
import type { StopHook } from '../model/definition.ts'

export interface HookRun {
  /** Skips what is left; `done` follows at once. */
  abandon(): void
}

/** `timeout` is in milliseconds and for each hook. `done` is called once, perhaps before this returns. */
export function runStopHooks(
  hooks: readonly StopHook[],
  call: (hook: StopHook) => unknown,
  timeout: number,
  clock: Clock,
  report: (error: unknown) => void,
  done: () => void,
): HookRun {
  const left = [...hooks]
  let over = false
  let timer: Timer | null = null
  const finish = (): void => {
    if (over) return
    over = true
    timer?.cancel()
    done()
  }
  const next = (): void => {
    for (let hook = left.pop(); hook !== undefined && !over; hook = left.pop()) {
      const result = attempt(hook)
      if (!isThenable(result)) continue
      let waiting = true
      const goOn = (): void => {
        if (!waiting) return
        waiting = false
        timer?.cancel()
        next()
      }
      const late = (): void => {
        if (waiting) report(new Error(`an onStop hook did not finish within ${timeout} ms`))
        goOn()
      }
      timer = clock.start(timeout, late, 'deadline')
      result.then(goOn, (error: unknown) => {
        if (waiting) report(error)
        goOn()
      })
      return
    }
    finish()
  }
  const attempt = (hook: StopHook): unknown => {
    try {
      return call(hook)
    } catch (error) {
      report(error)
      return undefined
    }
  }
  next()
  return { abandon: finish }
}

/** True for promises and what behaves like one. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
