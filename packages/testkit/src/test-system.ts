/**
 * A system for tests: silent, checked, and with time that moves by hand where that is asked for.
 */
import { type System, type SystemOptions, createSystem, silentLog } from '@troupe/core'
import { ManualClock } from '@troupe/core/transport'

export interface TestSystemOptions extends SystemOptions {
  /** 'manual': the system's clock moves only by `clock.advance`. Default 'real'. */
  readonly time?: 'real' | 'manual'
}

/** A system with the clock that moves it; null for real time. */
export type TestSystem = System & { readonly manual: ManualClock | null }

/**
 * A system that logs nothing and packs local messages too, so that what works in the test works on every node.
 *
 * @example
 * await using system = testSystem({ time: 'manual' })
 */
export function testSystem(options: TestSystemOptions = {}): TestSystem {
  const { time = 'real', ...rest } = options
  const manual = time === 'manual' ? new ManualClock() : null
  const system = createSystem({
    name: 'test',
    log: silentLog,
    checkMessages: true,
    ...(manual === null ? {} : { clock: manual }),
    ...rest,
  })
  return Object.assign(system, { manual })
}
