/**
 * Tasks for tests of pools in one thread. Each says what it is for.
 */
import { currentTask, task } from '../../../src/parallel/index.ts'
import { type Gate, gate } from '../../support/waiting.ts'

const module = import.meta.url

export const square = task({ name: 'square', module, run: (x: number) => x * x })
export const power = task({ name: 'power', module, run: (base: number, exponent: number) => base ** exponent })
/** Fails for odd numbers. */
export const half = task({
  name: 'half',
  module,
  run(x: number) {
    if (x % 2 !== 0) throw new RangeError(`${x} is odd`)
    return x / 2
  },
})
export const throwNull = task({
  name: 'throwNull',
  module,
  run(): never {
    throw null
  },
})
export const closure = task({ name: 'closure', module, run: (): unknown => () => 1 })
export const throwClosure = task({
  name: 'throwClosure',
  module,
  run(): never {
    throw Object.assign(new Error('with a closure'), { closure: () => 1 })
  },
})
export const echo = task({ name: 'echo', module, run: <Value>(value: Value) => value })

/** Gates that tests open, by name: tasks of memory nodes run in the test's own thread. */
export const gates = new Map<string, Gate<unknown>>()
export const started: string[] = []
export const initialized: number[] = []

/** After each test: test files may share this module. */
export function forgetTasks(): void {
  gates.clear()
  started.length = 0
  initialized.length = 0
}

/** Waits for its gate; gives up when it is told to. */
export const waitFor = task({
  name: 'waitFor',
  module,
  async run(name: string) {
    started.push(name)
    const { signal } = currentTask()
    const own = gates.get(name) ?? gate<unknown>()
    gates.set(name, own)
    signal.addEventListener('abort', () => own.fail(signal.reason))
    return await own.promise
  },
})

/** Waits for its gate, whatever it is told. */
export const stubborn = task({
  name: 'stubborn',
  module,
  async run(name: string) {
    started.push(name)
    const own = gates.get(name) ?? gate<unknown>()
    gates.set(name, own)
    return await own.promise
  },
})

export const report = task({
  name: 'report',
  module,
  async run(steps: number) {
    const { report: tell } = currentTask()
    for (let step = 1; step <= steps; step++) tell(step)
    return steps
  },
})

export const initialize = task({ name: 'initialize', module, run: () => void initialized.push(1) })
export const failToStart = task({
  name: 'failToStart',
  module,
  run(): never {
    throw new Error('no start')
  },
})

/** Reports what cannot be sent. */
export const reportClosure = task({
  name: 'reportClosure',
  module,
  run() {
    currentTask().report(() => 1)
    return 'done'
  },
})
