/**
 * A manager for programs on other machines: it owns the objects, they call them. Who does not prove that they know the secret may not
 * say a word; who does may look up this one name.
 *
 *     TROUPE_SECRET=… node packages/examples/dist/parallel/manager-serve.js
 */
import { createSystem, runMain } from '@troupe/core'
import type { System } from '@troupe/core'
import { createManager } from '@troupe/core/parallel'
import { wsListener } from '@troupe/transport-ws'
import { commandLine } from '../command-line.ts'
import { secretFrom } from '../secret.ts'
import { Account, METHODS } from './tasks/account.ts'

const HELP = `usage: TROUPE_SECRET=… manager-serve [--port N]

Serves a manager on this machine until Ctrl-C, for manager-use.

  --port N         where to listen; default: any free port
  TROUPE_SECRET    in the environment: 16 characters or more that both programs know`

const NAME = 'bank'

async function main(system: System, signal: AbortSignal, port: number, secret: string): Promise<void> {
  const manager = await createManager(system)
  await manager.register('Account', Account, { methods: METHODS }) // a class: objects are made for whoever asks
  system.register(NAME, manager.ref)

  const authorize = (_peer: unknown, action: string, name: string): boolean => action === 'lookup' && name === NAME
  const { address } = await system.listen(wsListener({ port, secret, authorize }))
  console.log(`serving at ${address}`)
  system.nodes.subscribe(({ node, state }) => console.log(`${node} is ${state}`))
  await new Promise((resolve) => signal.addEventListener('abort', resolve))
}

const options = commandLine(HELP, { port: 0 }, () => ({ secret: secretFrom(process.env) }))
if (options !== null) {
  const system = createSystem({ name: 'bank' })
  await runMain(system, ({ signal }) => main(system, signal, options.port, options.secret))
}
