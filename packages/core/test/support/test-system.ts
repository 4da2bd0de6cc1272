/**
 * Systems for tests: nothing printed, nobody waits for long. Each test owns its own: `await using system = testSystem()`.
 */
import { ManualClock } from '../../src/base/manual-clock.ts'
import { seededRandom } from '../../src/base/random.ts'
import type { DeadLetter, SystemEvent } from '../../src/model/event.ts'
import type { System } from '../../src/model/system.ts'
import { silentLog } from '../../src/system/console-log.ts'
import type { SystemOptions } from '../../src/system/options.ts'
import { createSystem } from '../../src/system/troupe-system.ts'

/** A system that ends hanging actors after a second, and logs nothing. */
export function testSystem(options: SystemOptions = {}): System {
  return createSystem({
    name: 'test',
    log: silentLog,
    stopTimeout: 1_000,
    shutdownTimeout: 2_000,
    random: seededRandom(1),
    ...options,
  })
}

/**
 * A system whose time stands still until the test moves it. Its timeouts are those of a program; its end is not held up by
 * them, because shutdown of well-behaved actors waits for nothing.
 */
export function timedSystem(options: SystemOptions = {}): { readonly clock: ManualClock; readonly system: System } {
  const clock = new ManualClock()
  return { clock, system: createSystem({ name: 'test', log: silentLog, random: seededRandom(1), clock, ...options }) }
}

/** What a system says from now on. */
export function record(system: System): { readonly events: SystemEvent[]; readonly letters: DeadLetter[] } {
  const events: SystemEvent[] = []
  const letters: DeadLetter[] = []
  system.events.subscribe((event) => events.push(event))
  system.deadLetters.subscribe((letter) => letters.push(letter))
  return { events, letters }
}
