/**
 * Two systems that talk over the transport beside this file, both in this program; over a network nothing changes but the
 * address. Run it with --help.
 */
import { randomUUID } from 'node:crypto'
import { parseArgs } from 'node:util'
import { createSystem, describeExit } from '@troupe/core'
import { Pong } from '../pong.ts'
import { netConnector, netListener } from './net-transport.ts'

const HELP = `usage: transport-tcp [address]

Two systems play ping-pong over a transport of 150 lines, written from docs/TRANSPORTS.md.

  address   tcp://host:port or unix:/path; default: tcp://127.0.0.1:0, which is a free port
  --help    print this

Both systems share the secret in TROUPE_SECRET (16 characters or more); without it they make one up.`

const { values, positionals } = parseArgs({ allowPositionals: true, options: { help: { type: 'boolean', short: 'h' } } })
if (values.help) console.log(HELP)
else await play(positionals[0] ?? 'tcp://127.0.0.1:0')

async function play(address: string): Promise<void> {
  const secret = process.env['TROUPE_SECRET'] ?? randomUUID()

  await using far = createSystem({ name: 'far' })
  const listening = await far.listen(netListener(address, { secret, offer: [Pong] }))

  await using near = createSystem({ name: 'near' })
  const node = await near.connect(netConnector(listening.address, { secret }))
  const pong = near.spawn(Pong, [], { on: node })
  let n = 0
  while (n < 1_000) n = await pong.ask('ping', n)
  console.log(`${node.name} answered ${await pong.ask('pings')} pings over ${address.replace(/:.*/s, '')}`)

  await far.shutdown() // in order, and says so
  console.log(`${node.name} ended: ${describeExit(await node.exited)}`)
}
