/**
 * A transport as its author hands it to the suite.
 */
import type { Connector, Listener } from '@troupe/core/transport'

/** What a transport may be without, by its nature. */
export type Lack =
  /** `send` never says that it is full, because the other side takes everything at once. */
  | 'backpressure'
  /** `connect` cannot fail: there is nobody else who could answer. */
  | 'refusal'

/** A transport, as its author hands it to the suite. */
export interface TransportUnderTest {
  /** Takes calls. A function makes a new one for each test, where a listener can be used only once. */
  readonly listener: Listener | (() => Listener)
  /** Calls that listener. A function is given the address that `listen` returned. */
  readonly connector: Connector | ((address: string) => Connector)
  /** What the transport cannot do by its nature; the tests of it are skipped, and say so. */
  readonly lacks?: readonly Lack[]
  /** Milliseconds that one test may take. Default: vitest's. */
  readonly timeout?: number
}
