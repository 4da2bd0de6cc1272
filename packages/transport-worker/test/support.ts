/**
 * A system that is quiet, for the tests of workers.
 */
import { createSystem, silentLog, type System } from '@troupe/core'

export function testSystem(): System {
  return createSystem({ name: 'test', log: silentLog })
}
