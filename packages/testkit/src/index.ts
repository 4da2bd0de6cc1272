/**
 * The door `@troupe/testkit`: what tests of actors and of transports need.
 */
export { ManualClock } from '@troupe/core/transport'
export { createProbe } from './probe.ts'
export type { Probe, Received } from './probe.ts'
export { testSystem } from './test-system.ts'
export type { TestSystem, TestSystemOptions } from './test-system.ts'
export { describeTransport } from './describe-transport.ts'
export { withFaults } from './fault-link.ts'
export { Faults } from './faults.ts'
export type { FaultKind, FaultOptions, FaultRates, FaultWay, FaultyEnd } from './faults.ts'
export type { Lack, TransportUnderTest } from './links/transport-under-test.ts'
