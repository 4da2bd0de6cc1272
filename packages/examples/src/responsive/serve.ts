/**
 * Serves the page that does not freeze; all else happens in the browser.
 *
 *     node packages/examples/dist/responsive/serve.js
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { createSystem, runMain } from '@troupe/core'
import { pageFiles } from '../chat/page-files.ts'
import { commandLine } from '../command-line.ts'

const HELP = `usage: responsive/serve [--port N] [--page FOLDER]

Serves a page on this machine until Ctrl-C. It ticks while a web worker computes, shows how far that is, and cancels it.

  --port N         where to listen; default: any free port
  --page FOLDER    the built page; default: what npm run build made`

/** Where vite puts the page, seen from src/responsive as from dist/responsive. */
const PAGE = fileURLToPath(new URL('../../dist/responsive/page', import.meta.url))

async function main(signal: AbortSignal, port: number, page: string): Promise<void> {
  const server = createServer(await pageFiles(page)).listen(port, '127.0.0.1')
  await once(server, 'listening')
  // Safe: it listens on a port.
  console.log(`the page: http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  await new Promise((resolve) => signal.addEventListener('abort', resolve))
  server.close()
  server.closeAllConnections()
}

const options = commandLine(HELP, { port: 0, page: PAGE })
if (options !== null)
  await runMain(createSystem({ name: 'responsive' }), ({ signal }) => main(signal, options.port, options.page))
