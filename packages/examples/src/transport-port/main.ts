/**
 * Two systems that talk over the transport beside this file, both in this thread. A page and its Web Worker, or a window and
 * its frame, do the same with the two ends of the channel: nothing in the transport is Node's. Run it with --help.
 */
import { parseArgs } from 'node:util'
import { createSystem, describeExit } from '@troupe/core'
import { Pong } from '../pong.ts'
import { portConnector, portListener } from './port-transport.ts'

const HELP = `usage: transport-port

Two systems play ping-pong over a transport made of MessagePorts, the browser's and Node's.

  --help    print this`

const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h' } } })
if (values.help) console.log(HELP)
else await play()

async function play(): Promise<void> {
  const { port1, port2 } = new MessageChannel()

  await using far = createSystem({ name: 'far' })
  await far.listen(portListener(port2, { offer: [Pong] }))

  await using near = createSystem({ name: 'near' })
  const node = await near.connect(portConnector(port1))
  const pong = near.spawn(Pong, [], { on: node })
  let n = 0
  while (n < 1_000) n = await pong.ask('ping', n)
  console.log(`${node.name} answered ${await pong.ask('pings')} pings over a port`)

  await far.shutdown() // in order, and says so
  console.log(`${node.name} ended: ${describeExit(await node.exited)}`)
  port1.close()
}
