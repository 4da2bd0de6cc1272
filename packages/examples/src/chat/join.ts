/**
 * The chat in a terminal: what is typed is said, line by line. Without a terminal it reads and prints plain lines. Ctrl-C, and
 * the end of the input, leave in order.
 */
import { userInfo } from 'node:os'
import { parseArgs } from 'node:util'
import { createSystem, runMain } from '@troupe/core'
import type { ExitReason, System } from '@troupe/core'
import type { Connector } from '@troupe/core/transport'
import { wsConnector } from '@troupe/transport-ws'
import { secretFrom } from '../secret.ts'
import { UsageError } from '../usage-error.ts'
import { Terminal } from './terminal.ts'
import { Visit } from './visit.ts'

const HELP = `usage: TROUPE_SECRET=… chat/join URL [--room NAME] [--name NAME]

Enters a room of the chat at URL, such as ws://127.0.0.1:7500/chat. What you type is said; /members tells who is there,
/leave leaves, as Ctrl-C does.

  --room NAME      default: hall
  --name NAME      who you are; default: your name on this machine
  TROUPE_SECRET    in the environment: the password of the chat`

interface Options {
  readonly url: string
  readonly room: string
  readonly name: string
}

try {
  const options = parse()
  if (options === 'help') {
    console.log(HELP)
  } else {
    const connector = connectorTo(options.url, secretFrom(process.env))
    const system = createSystem({ name: `chat-${process.pid}` })
    await runMain(system, ({ signal }) => chat(system, connector, options, signal))
  }
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  console.error(`chat: ${error.message}\nTry --help.`)
  process.exitCode = 2
}

function parse(): Options | 'help' {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { room: { type: 'string' }, name: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    })
    if (values.help) return 'help'
    const [url] = positionals
    if (url === undefined || positionals.length > 1) throw new TypeError(`one address is expected, not ${positionals.length}`)
    return { url, room: values.room ?? 'hall', name: values.name ?? userInfo().username }
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error })
  }
}

/** Throws UsageError for what is no address, and for one of another machine without TLS. */
function connectorTo(url: string, secret: string): Connector {
  try {
    return wsConnector(url, { secret })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error })
  }
}

async function chat(system: System, connector: Connector, { room, name }: Options, signal: AbortSignal): Promise<ExitReason> {
  const terminal = new Terminal()
  let present: readonly string[] = []
  let isReading = false
  const visit = new Visit({
    system,
    connector,
    room,
    name,
    view: {
      line: ({ from, text }) => terminal.print(from === null ? `* ${text}` : `${from}: ${text}`),
      members: (names) => (present = names),
      state(state, why) {
        terminal.print(state === 'in' ? `* ${why}, in ${room} with ${present.join(', ')}` : `* lost: ${why}`)
        if (!isReading) terminal.read(typed, leave)
        isReading = true
      },
    },
  })
  const leave = (): void => void visit.leave()
  const typed = (line: string): void => {
    if (line === '/leave') leave()
    else if (line === '/members') terminal.print(`* ${present.join(', ')}`)
    else if (line.trim() !== '' && !visit.say(line)) terminal.print('* nobody heard that: not connected')
  }
  signal.addEventListener('abort', leave)
  try {
    await visit.ended
    return { kind: 'normal' }
  } catch (error) {
    console.error(`chat: ${error instanceof Error ? error.message : String(error)}`)
    return { kind: 'exit', code: 1 }
  } finally {
    terminal.close()
  }
}
