/**
 * Ctrl-C once, and twice. Once: everything stops in order, hooks run, and the exit code is 130. Twice: at once, however busy a thread
 * is. Children get no Ctrl-C of their own: this program decides.
 *
 *     node packages/examples/dist/parallel/ctrl-c.js --busy
 */
import { createSystem, runMain } from '@troupe/core'
import type { System } from '@troupe/core'
import { childProcess, thread } from '@troupe/transport-worker'
import { commandLine } from '../command-line.ts'
import { Clerk } from './tasks/clerk.ts'

const HELP = `usage: ctrl-c [--busy]

Works with a thread and a child process until Ctrl-C. With --busy the thread is in a loop that never ends: the first Ctrl-C gives
it 5 s before force is used, the second one nothing.`

async function main(system: System, signal: AbortSignal, busy: boolean): Promise<void> {
  const nodes = await Promise.all([system.start(thread({ name: 'thread' })), system.start(childProcess({ name: 'child' }))])
  const [inThread, inChild] = nodes.map((node) => system.spawn(Clerk, [node.name], { on: node }))
  await Promise.all([inThread?.ready, inChild?.ready])
  if (busy) void inThread?.tell('do', 'loop for ever')
  console.log('working; press Ctrl-C')

  await new Promise((resolve) => signal.addEventListener('abort', resolve)) // no handler to write: runMain has it
  console.log('stopping')
  await system.terminated
  console.log('all has stopped, in order')
}

const options = commandLine(HELP, { busy: false })
if (options !== null) {
  const system = createSystem({ name: 'ctrl-c' })
  await runMain(system, ({ signal }) => main(system, signal, options.busy))
}
