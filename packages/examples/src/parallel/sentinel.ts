/**
 * Shutting a child process down through a pipe, by a sentinel: STOP is a value that no data can be mistaken for. The text "STOP"
 * is a line like any other, and so is null.
 *
 *     node packages/examples/dist/parallel/sentinel.js
 */
import { STOP, createSystem, runMain } from '@troupe/core'
import type { System } from '@troupe/core'
import { createPipe, createPool } from '@troupe/core/parallel'
import { childProcess } from '@troupe/transport-worker'
import { commandLine } from '../command-line.ts'
import { COUNT, shout } from './tasks/shout.ts'
import type { Line } from './tasks/shout.ts'

const HELP = `usage: sentinel

Sends lines through a pipe to a child process, which answers in capitals, and ends it with a sentinel.`

async function main(system: System): Promise<void> {
  await using pool = await createPool(system, { worker: childProcess({ name: 'shouter' }), size: 1 })
  const [ours, theirs] = createPipe<Line, string>(system)
  const counted = pool.submit(shout, theirs) // an end has one owner: sending it moves it, and closes it here

  for (const line of ['good morning', 'STOP', 'null']) {
    await ours.send(line)
    console.log(`${line} -> ${await ours.receive()}`)
  }
  await ours.send(COUNT)
  console.log(`COUNT -> ${await ours.receive()}`)

  await ours.send('last words')
  await ours.send(STOP)
  console.log(`the child read ${await counted} lines and ended`)
  for await (const line of ours) console.log(`left in the pipe: ${line}`) // drained first; ends with the child's close
  console.log('the pipe is closed')
}

const options = commandLine(HELP, {})
if (options !== null) {
  const system = createSystem({ name: 'sentinel' })
  await runMain(system, () => main(system))
}
