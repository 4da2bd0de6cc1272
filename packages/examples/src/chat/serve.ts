/**
 * The chat's server: one HTTP server that has the page and takes the links of pages and terminals.
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createSystem, describeExit, runMain } from '@troupe/core'
import { wsListener } from '@troupe/transport-ws'
import { secretFrom } from '../secret.ts'
import { UsageError } from '../usage-error.ts'
import { openHouse } from './house.ts'
import { pageFiles } from './page-files.ts'
import { LOBBY } from './protocol.ts'

/** Where vite puts the page, seen from src/chat as from dist/chat. */
const PAGE = fileURLToPath(new URL('../../dist/chat/page', import.meta.url))

const HELP = `usage: TROUPE_SECRET=… chat/serve [--port N] [--page FOLDER]

Serves the chat on this machine, to browsers and to terminals (chat/join), until Ctrl-C.

  --port N         where to listen; 0 for any free port; default: 7500
  --page FOLDER    the built page; default: what npm run build made
  TROUPE_SECRET    in the environment: the password of the chat, 16 characters or more`

interface Options {
  readonly port: number
  readonly page: string
}

try {
  const options = parse()
  if (options === 'help') console.log(HELP)
  else await run(options, secretFrom(process.env))
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  console.error(`chat: ${error.message}\nTry --help.`)
  process.exitCode = 2
}

function parse(): Options | 'help' {
  try {
    const { values } = parseArgs({
      options: { port: { type: 'string' }, page: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    })
    const port = Number(values.port ?? 7_500)
    if (values.help) return 'help'
    if (Number.isInteger(port) && port >= 0 && port <= 65_535) return { port, page: values.page ?? PAGE }
    throw new TypeError(`--port is ${values.port ?? ''}, expected a whole number from 0 to 65535`)
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error })
  }
}

async function run(options: Options, secret: string): Promise<void> {
  const system = createSystem({ name: 'chat' })
  await runMain(system, async () => {
    const house = await openHouse(system)
    const server = createServer(await pageFiles(options.page)).listen(options.port, '127.0.0.1')
    await once(server, 'listening')
    // Safe: it listens on a port.
    const { port } = server.address() as AddressInfo
    const origins = [`http://127.0.0.1:${port}`, `http://localhost:${port}`] // the pages that may call
    const authorize = (_peer: unknown, action: string, name: string): boolean => action === 'lookup' && name === LOBBY
    const listening = await system.listen(wsListener({ server, path: '/chat', origins, secret, authorize }))
    system.nodes.subscribe(({ node, state, reason }) =>
      console.log(state === 'up' ? `${node} connected` : `${node} disconnected${reason ? `: ${describeExit(reason)}` : ''}`),
    )
    console.log(`the page: http://127.0.0.1:${port}/`)
    console.log(`a terminal: TROUPE_SECRET=… chat/join ${listening.address}`)
    const reason = await house.exited
    server.close()
    server.closeAllConnections()
    return reason
  })
}
