/**
 * The timers of the code under test: those that it starts by setTimeout and setInterval. Vitest took its own before, so that its
 * throttled reports and time limits, which process.getActiveResourcesInfo() lists as well, are not among them.
 */
const KEY = Symbol.for('troupe.test.timers')

/** Weakly, since nothing here may hold what a timer holds. Those that wait are held by Node. */
type Started = Set<WeakRef<NodeJS.Timeout>>

/** How many of them keep the process running now. */
export function ownTimers(): number {
  const started = watch()
  let count = 0
  for (const ref of started) {
    const timer = ref.deref()
    // Where Node notes that a timer has fired or was cleared; hasRef stays true then.
    if (timer === undefined || Reflect.get(timer, '_destroyed') === true) started.delete(ref)
    else if (timer.hasRef()) count++
  }
  return count
}

/** Once per process: files that share one share this, too. */
function watch(): Started {
  const known = Reflect.get(globalThis, KEY) as Started | undefined
  if (known !== undefined) return known
  const started: Started = new Set()
  Reflect.set(globalThis, KEY, started)
  for (const name of ['setTimeout', 'setInterval'] as const) {
    const start = globalThis[name] as (...args: unknown[]) => NodeJS.Timeout
    const watched = (...args: unknown[]): NodeJS.Timeout => {
      const timer = start(...args)
      started.add(new WeakRef(timer))
      return timer
    }
    // Its promisified form, and its name.
    Reflect.set(globalThis, name, Object.defineProperties(watched, Object.getOwnPropertyDescriptors(start)))
  }
  return started
}
