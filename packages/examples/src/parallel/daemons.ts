/**
 * Daemons and others. A worker that is no daemon keeps the program running until it is done; a daemon is ended with the program, and is
 * still given a moment to close its books. Nobody has to be joined at the end of a program.
 *
 *     node packages/examples/dist/parallel/daemons.js
 */
import { createSystem } from '@troupe/core'
import type { Node } from '@troupe/core'
import { childProcess, thread } from '@troupe/transport-worker'
import { commandLine } from '../command-line.ts'
import { Clerk } from './tasks/clerk.ts'

const HELP = `usage: daemons [--work MS]

Starts a worker that has MS milliseconds of work (default 500), beside a daemon that has an hour's, and comes to its own end at once.`

const options = commandLine(HELP, { work: 500 })
if (options !== null) {
  const system = createSystem({ name: 'daemons' }) // runMain, or `await using`, would end both workers with the main function

  const writer = await system.start(thread({ name: 'writer' }))
  const watchman = await system.start(childProcess({ name: 'watchman', daemon: true })) // threads can be daemons, too
  const hire = async (node: Node) => {
    const clerk = system.spawn(Clerk, [node.name], { on: node })
    await clerk.ready
    return clerk
  }
  const [busy, waiting] = [await hire(writer), await hire(watchman)]
  void waiting.tell('work', 3_600_000)
  void busy.tell('work', options.work)

  process.on('exit', () => console.log('main: the program ends'))
  console.log('main: nothing more to do here')
}
