/**
 * The suite that every transport passes, ours and a stranger's: first its links by themselves, then two systems that talk
 * over them. docs/TRANSPORTS.md leads an author through it.
 */
import { createSystem, silentLog } from '@troupe/core'
import type { Link } from '@troupe/core/transport'
import { describe } from 'vitest'
import { describeFaults } from './describe-faults.ts'
import { describeLinks } from './links/describe-links.ts'
import { ALL } from './semantics/actors.ts'
import { describeSemantics } from './semantics/describe-semantics.ts'
import { openPair } from './links/pair.ts'
import type { TransportUnderTest } from './links/transport-under-test.ts'

/** Milliseconds for actors that do not end by themselves: some tests leave one behind on purpose. */
const STOP_TIMEOUT = 200

/**
 * Runs the suite as tests of vitest.
 *
 * @example
 * describeTransport('tcp', { listener: () => tcpListener({ port: 0 }), connector: (address) => tcpConnector(address) })
 */
export function describeTransport(name: string, transport: TransportUnderTest): void {
  const { timeout } = transport
  describe(`transport ${name}`, timeout === undefined ? {} : { timeout }, () => {
    describeLinks(transport)
    describeFaults(transport)
    describeSemantics(`over ${name}`, {
      ...(timeout === undefined ? {} : { timeout }),
      place: async () => {
        const far = createSystem({ name: 'far', log: silentLog, stopTimeout: STOP_TIMEOUT })
        const near = createSystem({ name: 'near', log: silentLog, stopTimeout: STOP_TIMEOUT })
        const pair = openPair(transport)
        const listening = await far.listen(pair.listener, { offer: ALL })
        const connector = pair.connectorTo(listening.address)
        let link: Link | null = null
        const node = await near.connect({ ...connector, connect: async (signal) => (link = await connector.connect(signal)) })
        return {
          system: near,
          node,
          lose: () => link?.close(),
          [Symbol.asyncDispose]: async () => {
            await near.shutdown()
            await far.shutdown()
          },
        }
      },
    })
  })
}
